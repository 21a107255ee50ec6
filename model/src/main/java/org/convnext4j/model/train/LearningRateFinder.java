package org.convnext4j.model.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.data.Batch;
import org.convnext4j.model.data.BatchLoader;
import org.convnext4j.model.data.ClassCounts;
import org.convnext4j.model.data.SkipListener;
import org.convnext4j.model.data.TrainingPipeline;
import org.convnext4j.model.random.Randomness;

/**
 * Tries which learning rates train a network, as Smith's range test does (Cyclical Learning Rates for Training Neural
 * Networks, 2017): a few steps on the training's own data and values, each at a higher rate, until the loss diverges.
 * The network is a copy that is thrown away, and no file is written. {@link LearningRateCurve#suggestion} says what to
 * take.
 */
public final class LearningRateFinder {
    private final Engine engine;
    private final TrainingRun run;
    private final LearningRateSweep sweep;
    private final Predicate<LearningRatePoint> goesOn;
    private final TrainingLoss loss;
    private final Optional<SkipListener> skipped;
    private final List<LearningRatePoint> points = new ArrayList<>();

    private LearningRateFinder(
            Engine engine, TrainingRun run, LearningRateSweep sweep, Predicate<LearningRatePoint> goesOn) {
        this.engine = engine;
        this.run = run;
        this.sweep = sweep;
        this.goesOn = goesOn;
        this.loss = TrainingLoss.of(run.config(), ClassCounts.of(run.train()));
        this.skipped = run.skip().map(SkipOnce::new);
    }

    /**
     * Tries the rates.
     *
     * @param training of which network on what; as it would be opened
     * @param engine outlives this and is not closed by it
     * @param goesOn is told each step by the calling thread, and ends the test by false
     * @return what was measured by then
     * @throws TrainingException if the data, the network and the values do not fit each other, or the loss is not a
     *     number at once
     * @throws org.convnext4j.model.failure.ModelException if a picture cannot be read and is not to be skipped
     */
    public static LearningRateCurve find(
            Training training, Engine engine, LearningRateSweep sweep, Predicate<LearningRatePoint> goesOn) {
        TrainingRun run = training.trial();
        LearningRateFinder finder = new LearningRateFinder(engine, run, sweep, goesOn);
        try (Parameters parameters = training.begin();
                GradientPass pass = NetworkGradient.of(engine, parameters)) {
            return finder.find(parameters, pass);
        }
    }

    private LearningRateCurve find(Parameters parameters, GradientPass pass) {
        TrainingConfig config = run.config();
        Optimizer optimizer = new Optimizer(engine.gradientKernels().optimizer(), engine.workers(), parameters, config);
        // What the batch makes of the rate that is set.
        double scale = config.peakLearningRate() / config.optimizer().learningRate();
        LearningRateCurve.End end = LearningRateCurve.End.HIGHEST_RATE;
        try (Batches batches = new Batches()) {
            for (int step = 0; step < sweep.steps() && end == LearningRateCurve.End.HIGHEST_RATE; step++) {
                double mean = accumulate(parameters, pass, batches, step);
                LearningRatePoint point = new LearningRatePoint(sweep.at(step), mean);
                points.add(point);
                double norm = optimizer.gradientNorm();
                if (LearningRateCurve.hasDiverged(points) || !Double.isFinite(norm)) {
                    end = LearningRateCurve.End.DIVERGED;
                } else if (!goesOn.test(point)) {
                    end = LearningRateCurve.End.STOPPED;
                } else {
                    optimizer.step(step, point.rate() * scale, optimizer.gradientScale(norm));
                }
            }
        }
        if (!Double.isFinite(points.get(0).loss())) {
            throw new TrainingException("the loss is " + points.get(0).loss() + " before the first step, so no rate can"
                    + " be tried; are the weights whole?");
        }
        return new LearningRateCurve(points, end);
    }

    /** The gradients of one step; gives its mean loss. As a run's step. */
    private double accumulate(Parameters parameters, GradientPass pass, Batches batches, long step) {
        TrainingConfig config = run.config();
        int accumulation = config.batch().accumulation();
        StochasticDepth depth = new StochasticDepth(
                config.regularisation().stochasticDepth(), parameters.network().blocks());
        parameters.gradients().zero();
        double sum = 0;
        for (int i = 0; i < accumulation; i++) {
            sum += pass.accumulate(
                    batches.next(), loss, 1.0 / accumulation, depth, config.seed(), step * accumulation + i);
        }
        return sum / accumulation;
    }

    /** Batches of one epoch after another, without end. */
    private final class Batches implements AutoCloseable {
        private final TrainingPipeline pipeline = Pipelines.training(run.config());
        private int epoch;
        private BatchLoader loader = open();

        private BatchLoader open() {
            return BatchLoader.open(
                    run.train(),
                    pipeline,
                    run.training(skipped),
                    new Randomness(run.config().seed()),
                    epoch,
                    0);
        }

        Batch next() {
            if (!loader.hasNext()) {
                loader.close();
                epoch++;
                loader = open();
            }
            return loader.next();
        }

        @Override
        public void close() {
            loader.close();
        }
    }
}
