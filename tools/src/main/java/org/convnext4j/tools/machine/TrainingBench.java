package org.convnext4j.tools.machine;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.train.PeakMemory;
import org.convnext4j.model.train.TrainingStep;
import org.convnext4j.tools.output.Timings;

/** Times a step of training and its parts. */
final class TrainingBench {
    /** The forward pass, and twice as much backward: the gradients of each layer's input and weights. */
    private static final int PASSES = 3;

    /** The parts are shorter than the whole and need not be measured for as long. */
    private static final double PART_OF_TIME = 0.4;

    /** Repeats a contest for a while and shows that it does. */
    interface Repeater {
        void repeat(String task, double seconds, Contest contest);
    }

    /**
     * What was found out.
     *
     * @param config the network
     * @param size height and width of the pictures
     * @param kernels of the backward pass
     * @param setUpMillis to make the weights
     * @param firstStepMillis before Java has compiled the kernels
     * @param step forward and backward pass, counted as three forward passes
     * @param forward the forward pass of training
     * @param optimizer AdamW and moving average; no multiply-adds are counted
     * @param peakRssBytes the most memory, without set-up
     * @param peakGflops the machine's own speed on all threads
     * @param calm see {@link Ceiling#calm}
     */
    record Result(
            ConvNeXtConfig config,
            int size,
            String kernels,
            double setUpMillis,
            double firstStepMillis,
            Timings step,
            Timings forward,
            Timings optimizer,
            OptionalLong peakRssBytes,
            OptionalDouble peakGflops,
            OptionalDouble calm) {
        /** What is left of the step's median without the forward pass's. */
        double backwardMillis() {
            return step.medianMillis() - forward.medianMillis();
        }

        /** Billions of additions and multiplications a second in the backward pass, which counts two forward passes. */
        double backwardGflops() {
            return 2 * forward.gflops() * forward.medianMillis() / backwardMillis();
        }

        /** The part of the machine's own speed that a speed is. */
        OptionalDouble percentOfPeak(double gflops) {
            return peakGflops.isPresent()
                    ? OptionalDouble.of(100 * gflops / peakGflops.getAsDouble())
                    : OptionalDouble.empty();
        }
    }

    private TrainingBench() {}

    /** Times everything; the parts after the whole. */
    static Result measure(
            Engine engine,
            ConvNeXtConfig config,
            int batch,
            int size,
            double warmup,
            double seconds,
            Repeater repeater) {
        Ceiling ceiling = new Ceiling(engine);
        long start = System.nanoTime();
        try (TrainingStep training = TrainingStep.of(engine, config, batch, size)) {
            double setUpMillis = (System.nanoTime() - start) / 1e6;
            PeakMemory.forget();
            Contest step = contest(training::forwardAndBackward, ceiling);
            double firstStepMillis = Contest.time(() -> new float[] {(float) training.forwardAndBackward()});
            repeater.repeat(
                    "warm-up",
                    warmup,
                    new Contest(() -> new float[] {(float) training.forwardAndBackward()}, null, () -> {}));
            ceiling.warmUp();
            repeater.repeat("measure", seconds, step);
            Contest forward = contest(
                    () -> {
                        training.forward();
                        return 0;
                    },
                    ceiling);
            repeater.repeat("forward", PART_OF_TIME * seconds, forward);
            Contest optimizer = contest(training::optimize, ceiling);
            repeater.repeat("optimizer", PART_OF_TIME * seconds, optimizer);
            OptionalLong peakRssBytes = PeakMemory.bytes();
            long macs = config.macs(size, size);
            return new Result(
                    config,
                    size,
                    engine.gradientKernels().toString(),
                    setUpMillis,
                    firstStepMillis,
                    new Timings(step.engineMillis(), batch, PASSES * macs),
                    new Timings(forward.engineMillis(), batch, macs),
                    new Timings(optimizer.engineMillis(), batch, 0),
                    peakRssBytes,
                    ceiling.gflops(),
                    ceiling.calm());
        }
    }

    /** Work whose result must be a number. */
    private interface Work {
        double run();
    }

    private static Contest contest(Work work, Ceiling ceiling) {
        return new Contest(() -> new float[] {(float) work.run()}, null, ceiling::sample);
    }
}
