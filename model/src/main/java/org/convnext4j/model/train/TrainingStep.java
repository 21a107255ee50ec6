package org.convnext4j.model.train;

import java.lang.foreign.Arena;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.pass.BranchFactors;
import org.convnext4j.model.weights.FormulaWeights;

/**
 * One step of training over and over on the same pictures, for benchmarks: formula weights and pictures, label 0 for each
 * with a smoothing of 0.1, no block skipped, the paper's AdamW and moving average. The learning rate is 0, so every step
 * does the same. Not thread-safe.
 */
public final class TrainingStep implements AutoCloseable {
    private static final String RECIPE = "tiny-1k";
    private static final double SMOOTHING = 0.1;

    private final Arena arena;
    private final Parameters parameters;
    private final NetworkGradient gradient;
    private final Optimizer optimizer;
    private final Tensor images;
    private final int[] labels;
    private final BranchFactors depth;
    private long steps;

    private TrainingStep(Arena arena, Parameters parameters, Engine engine, int batch, int size) {
        ConvNeXtConfig config = parameters.network();
        this.arena = arena;
        this.parameters = parameters;
        this.gradient = NetworkGradient.of(engine, parameters);
        this.optimizer = new Optimizer(
                engine.gradientKernels().optimizer(),
                engine.workers(),
                parameters,
                TrainingPreset.of(RECIPE).config());
        this.images = FormulaWeights.input(0, arena, batch, config.inChannels(), size, size);
        this.labels = new int[batch];
        this.depth = BranchFactors.NONE;
    }

    /**
     * Makes weights and pictures.
     *
     * @param engine outlives this and is not closed by it
     * @param config which network
     * @param batch N, pictures in a step
     * @param size H and W, pixels
     * @throws org.convnext4j.engine.EngineException if the engine's backend has no kernels for training here
     */
    @SuppressWarnings("MustBeClosedChecker") // closed with the step
    public static TrainingStep of(Engine engine, ConvNeXtConfig config, int batch, int size) {
        Parameters parameters = Parameters.allocate(config, true);
        Arena arena = Arena.ofShared();
        try (Arena formula = Arena.ofShared()) {
            parameters.weights().copyFrom(FormulaWeights.of(config, 0, formula));
            parameters.restartEma();
            return new TrainingStep(arena, parameters, engine, batch, size);
        } catch (RuntimeException | Error e) {
            arena.close();
            parameters.close();
            throw e;
        }
    }

    /** Sets the gradients to 0 and adds the loss's: the forward and the backward pass. Gives the mean loss. */
    public double forwardAndBackward() {
        parameters.gradients().zero();
        return gradient.accumulate(images, labels, SMOOTHING, 1, depth);
    }

    /** The forward pass of training alone, which keeps what a backward pass needs. */
    public void forward() {
        gradient.forward(images, depth);
    }

    /** One step of AdamW and of the moving average, on whatever gradients there are. Gives their norm. */
    public double optimize() {
        double norm = optimizer.gradientNorm();
        optimizer.step(steps++, 0, optimizer.gradientScale(norm));
        return norm;
    }

    /** The gradients of the last forward and backward pass. */
    public ParameterBlock gradients() {
        return parameters.gradients();
    }

    /** Frees the memory. */
    @Override
    public void close() {
        gradient.close();
        arena.close();
        parameters.close();
    }
}
