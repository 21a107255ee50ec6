package org.convnext4j.model.train;

import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.function.Supplier;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.data.Batch;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.pass.BranchFactors;
import org.convnext4j.model.pass.NetworkPass;
import org.convnext4j.model.pass.Targets;

/**
 * The forward and backward pass of a whole ConvNeXt ({@link NetworkPass}): the loss of a batch, and its gradient by every
 * weight.
 *
 * <p>It reads the weights of the {@link Parameters} anew in each pass, and adds to their gradients, which are not freed
 * meanwhile. Not thread-safe.
 */
public final class NetworkGradient implements GradientPass {
    private final Parameters parameters;
    private final ConvNeXtConfig config;
    private final NetworkPass passes;

    private NetworkGradient(Engine engine, Parameters parameters, boolean recompute) {
        this.parameters = parameters;
        this.config = parameters.network();
        this.passes = NetworkPass.of(
                engine, config.plan(), parameters.weights()::tensor, parameters.gradients()::tensor, recompute);
    }

    /**
     * The passes on the engine's kernels and threads.
     *
     * @param parameters whose weights are read and whose gradients are added to; must outlive this
     * @throws org.convnext4j.engine.EngineException if the engine's backend has no kernels for it here
     */
    public static NetworkGradient of(Engine engine, Parameters parameters) {
        return new NetworkGradient(engine, parameters, false);
    }

    /** As {@link #of}, but the blocks are computed again on the way back, for less memory and the same result to the bit. */
    public static NetworkGradient recomputing(Engine engine, Parameters parameters) {
        return new NetworkGradient(engine, parameters, true);
    }

    /**
     * One forward and backward pass: adds the gradients of {@code lossScale} times the mean loss to the parameters'.
     *
     * @param batch with soft targets, or else labels
     * @param loss what is minimised; soft targets are taken with the smoothing they have
     * @param lossScale 1, or less where the gradients of several batches are accumulated
     * @param depth which blocks are skipped
     * @param seed for {@code depth}
     * @param pass for {@code depth}: how many passes there were before
     * @return the mean loss, not scaled; NaN or infinite if the weights are beyond all bounds
     * @throws IllegalArgumentException if the pictures or their targets do not fit the network
     */
    @Override
    public double accumulate(
            Batch batch, TrainingLoss loss, double lossScale, StochasticDepth depth, long seed, long pass) {
        Optional<Tensor> targets = batch.targets();
        BranchFactors factors = depth.factors(seed, pass);
        targets.ifPresent(soft -> Targets.requireTargets(batch.images(), soft, config.classes()));
        if (!loss.classWeights().isEmpty()) {
            try (Arena weighing = Arena.ofConfined()) {
                Tensor weighted = loss.targets(batch.labels(), targets, config.classes(), weighing);
                return run(batch.images(), () -> passes.accumulate(batch.images(), weighted, lossScale, factors));
            }
        }
        if (targets.isEmpty()) {
            return accumulate(batch.images(), batch.labels(), loss.smoothing(), lossScale, factors);
        }
        return run(batch.images(), () -> passes.accumulate(batch.images(), targets.get(), lossScale, factors));
    }

    /** As the public method, for pictures (N, I, H, W) and a label for each. */
    double accumulate(Tensor images, int[] labels, double smoothing, double lossScale, BranchFactors factors) {
        return run(images, () -> passes.accumulate(images, labels, smoothing, lossScale, factors));
    }

    /** The forward pass alone, with all that a backward pass would need: the logits of training, (N, K). */
    float[] forward(Tensor images, BranchFactors factors) {
        return run(images, () -> passes.forward(images, factors));
    }

    private <T> T run(Tensor images, Supplier<T> pass) {
        requireSides(images);
        parameters.begin();
        try {
            return pass.get();
        } finally {
            parameters.end();
        }
    }

    private void requireSides(Tensor images) {
        if (images.shape().rank() == 4 && Math.min(images.dim(2), images.dim(3)) < config.minimumSide()) {
            throw new IllegalArgumentException("pictures of " + images.dim(2) + "x" + images.dim(3)
                    + " pixels are too small for " + config.name() + "; it needs " + config.minimumSide()
                    + " at least");
        }
    }

    /** Frees the memory once a pass under way is done; may be called again. */
    @Override
    public void close() {
        passes.close();
    }
}
