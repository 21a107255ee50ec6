package org.convnext4j.model.train;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.convnext4j.engine.kernel.gradient.AdamW;
import org.convnext4j.engine.kernel.gradient.OptimizerKernels;
import org.convnext4j.engine.parallel.StackRoom;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.parallel.Workers;

/**
 * The steps that change a run's parameters, shared among the workers in ranges whose bounds depend on the network
 * alone, so that the number of threads changes no bit.
 */
final class Optimizer {
    /** A quarter of a megabyte: enough to hide the handing out, few enough to keep all threads busy. */
    private static final int RANGE_FLOATS = 1 << 16;

    private static final double CLIP_EPSILON = 1e-6;

    /** Some floats of a block that are treated alike. */
    private record Range(long offsetFloats, int floats, double learningRateScale, double weightDecay) {
        long offsetBytes() {
            return offsetFloats * Float.BYTES;
        }
    }

    private final OptimizerKernels kernels;
    private final Workers workers;
    private final Parameters parameters;
    private final OptimizerConfig config;
    private final Optional<Ema> ema;
    private final List<Range> moved = new ArrayList<>();
    private final List<Range> measured = new ArrayList<>();
    private final List<Range> averaged = new ArrayList<>();

    Optimizer(OptimizerKernels kernels, Workers workers, Parameters parameters, TrainingConfig config) {
        this.kernels = kernels;
        this.workers = workers;
        this.parameters = parameters;
        this.config = config.optimizer();
        this.ema = config.ema().on() ? Optional.of(Ema.of(config.ema())) : Optional.empty();
        ParameterGroups groups = ParameterGroups.of(parameters.layout(), config.optimizer());
        for (ParameterRange range : groups.ranges()) {
            split(moved, range.offsetFloats(), range.floats(), range.learningRateScale(), range.weightDecay());
        }
        for (ParameterRule rule : groups.rules()) {
            if (!rule.frozen()) {
                split(
                        measured,
                        rule.parameter().offsetFloats(),
                        rule.parameter().floats(),
                        1,
                        0);
            }
        }
        split(averaged, 0, parameters.layout().floats(), 1, 0);
    }

    private static void split(List<Range> ranges, long offset, long floats, double scale, double decay) {
        for (long done = 0; done < floats; done += RANGE_FLOATS) {
            ranges.add(new Range(offset + done, (int) Math.min(RANGE_FLOATS, floats - done), scale, decay));
        }
    }

    /** The Euclidean norm of the gradients of all parameters that are not frozen; NaN or infinite if one of them is. */
    double gradientNorm() {
        MemorySegment gradients = parameters.gradients().data();
        double[] squares = new double[measured.size()];
        StackRoom.require();
        parameters.begin();
        try (Team team = workers.team()) {
            team.run(squares.length, (index, member) -> {
                Range range = measured.get(index);
                squares[index] = kernels.squaredNorm(range.floats(), gradients, range.offsetBytes());
            });
        } finally {
            parameters.end();
        }
        double sum = 0;
        for (double square : squares) {
            sum += square;
        }
        return Math.sqrt(sum);
    }

    /**
     * What gradients of this norm are multiplied by: less than 1 where they are clipped. The small number beside the norm is
     * PyTorch's {@code clip_grad_norm_}'s, without which runs part from its by as much.
     */
    double gradientScale(double norm) {
        return config.clipNorm() > 0 ? Math.min(1, config.clipNorm() / (norm + CLIP_EPSILON)) : 1;
    }

    /**
     * One step of AdamW and of the moving average.
     *
     * @param step steps made before
     * @param learningRate of the schedule
     * @param gradientScale see {@link #gradientScale}
     */
    void step(long step, double learningRate, double gradientScale) {
        MemorySegment gradients = parameters.gradients().data();
        MemorySegment weights = parameters.weights().data();
        MemorySegment means = parameters.firstMoments().data();
        MemorySegment squares = parameters.secondMoments().data();
        StackRoom.require();
        parameters.begin();
        try (Team team = workers.team()) {
            team.run(moved.size(), (index, member) -> {
                Range range = moved.get(index);
                AdamW adamW = new AdamW(
                        learningRate * range.learningRateScale(),
                        config.beta1(),
                        config.beta2(),
                        config.epsilon(),
                        range.weightDecay(),
                        step + 1,
                        gradientScale);
                long at = range.offsetBytes();
                kernels.adamW(range.floats(), adamW, gradients, at, weights, at, means, at, squares, at);
            });
            if (ema.isPresent()) {
                double decay = ema.get().decayAt(step);
                MemorySegment averages = parameters.ema().orElseThrow().data();
                team.run(averaged.size(), (index, member) -> {
                    Range range = averaged.get(index);
                    long at = range.offsetBytes();
                    kernels.movingAverage(range.floats(), decay, weights, at, averages, at);
                });
            }
        } finally {
            parameters.end();
        }
    }
}
