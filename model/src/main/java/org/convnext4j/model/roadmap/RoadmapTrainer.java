package org.convnext4j.model.roadmap;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.kernel.gradient.SoftmaxCrossEntropy;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.data.Batch;
import org.convnext4j.model.data.BatchLoader;
import org.convnext4j.model.data.ClassMatch;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.data.EvaluationPipeline;
import org.convnext4j.model.data.LoaderOptions;
import org.convnext4j.model.data.TrainingPipeline;
import org.convnext4j.model.data.augment.Normalisation;
import org.convnext4j.model.data.augment.RandomErasing;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.image.Interpolation;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.pass.NetworkPass;
import org.convnext4j.model.random.Randomness;
import org.convnext4j.model.roadmap.RoadmapState.Position;
import org.convnext4j.model.train.LearningRateSchedule;
import org.convnext4j.model.train.MetricsCounter;
import org.convnext4j.model.train.StochasticDepth;
import org.convnext4j.model.train.TrainingException;

/**
 * Trains one step of a walk. All steps see the same pictures in the same order and start from the same seed. {@link
 * Recipe#PLAIN} shifts and flips pictures; {@link Recipe#MODERN} also erases parts of them, smooths labels by 0.1 and
 * skips blocks with up to 0.1 of probability.
 *
 * <p>What comes out depends on the values and the data alone, not on the number of threads, nor on where the training was
 * cut: each epoch's end and {@link #stop} leave a file from which the same call goes on. One thread calls {@link #run};
 * any may call {@link #stop}.
 */
public final class RoadmapTrainer {
    private static final double SMOOTHING = 0.1;
    private static final double ERASING = 0.25;
    private static final double DEPTH_RATE = 0.1;
    private static final double MIN_RATE = 1e-6;
    private static final int PADDING_SHARE = 14;
    private static final long WARMUP_SHARE = 10;

    private final Engine engine;
    private final RoadmapNetwork network;
    private final Recipe recipe;
    private final RoadmapBudget budget;
    private final Dataset train;
    private final Dataset validation;
    private final Path file;
    private final String run;
    private final int loaderThreads;
    private volatile boolean stopping;

    /**
     * A training that has not begun, or goes on where {@code file} says.
     *
     * @param engine outlives the trainer and is not closed by it
     * @param network with as many classes as the data
     * @param recipe of the step
     * @param budget of the walk
     * @param train the pictures to learn from, as many as fill a batch
     * @param validation the pictures to be judged by; their classes are matched by name
     * @param file where it is kept; its folder is made
     * @param loaderThreads how many prepare pictures
     * @throws IllegalArgumentException if the network has another number of classes
     * @throws org.convnext4j.model.failure.ModelException if {@code validation} has a class that {@code train} lacks
     */
    public RoadmapTrainer(
            Engine engine,
            RoadmapNetwork network,
            Recipe recipe,
            RoadmapBudget budget,
            Dataset train,
            Dataset validation,
            Path file,
            int loaderThreads) {
        int classes = train.classNames().size();
        if (network.classes() != classes) {
            throw new IllegalArgumentException("the network tells " + network.classes()
                    + " classes apart, but there are " + train.description() + "; it must have as many classes");
        }
        this.engine = engine;
        this.network = network;
        this.recipe = recipe;
        this.budget = budget;
        this.train = train;
        this.validation = ClassMatch.ofValidation(validation, train).dataset();
        this.file = file.toAbsolutePath();
        this.loaderThreads = loaderThreads;
        this.run = network + " " + recipe + " " + budget + " " + train.fingerprint();
    }

    /** Asks {@link #run} to return after the batch it is at. Does not wait for it. */
    public void stop() {
        stopping = true;
    }

    /**
     * Does what is left of the training.
     *
     * @param listener told of each batch
     * @return empty after {@link #stop}
     * @throws TrainingException if the loss is not finite or the file belongs to another training
     * @throws org.convnext4j.model.failure.ModelException if a picture cannot be read or the file cannot be written
     */
    public Optional<RoadmapResult> run(Consumer<RoadmapProgress> listener) {
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            throw new TrainingException(file.getParent() + ": cannot be made a folder: " + FileFailure.reason(e), e);
        }
        try (Arena arena = Arena.ofShared()) {
            RoadmapState state = RoadmapState.fresh(network, arena, budget.seed());
            Position position = state.read(file, run);
            if (position.result().isPresent()) {
                return position.result();
            }
            RoadmapWeights gradients = RoadmapWeights.zeros(network, arena);
            try (NetworkPass pass = NetworkPass.of(engine, network.plan(), state.weights(), gradients)) {
                while (position.epoch() < budget.epochs() && !stopping) {
                    position = epoch(state, gradients, pass, position, listener);
                    if (position.epoch() < budget.epochs()) {
                        state.write(file, run, position);
                    }
                }
            }
            if (position.epoch() < budget.epochs()) {
                return Optional.empty();
            }
            Optional<RoadmapResult> result = evaluate(state.weights(), position.seconds());
            state.write(file, run, new Position(position.epoch(), position.batch(), position.seconds(), result));
            return result;
        }
    }

    private Position epoch(
            RoadmapState state,
            RoadmapWeights gradients,
            NetworkPass pass,
            Position from,
            Consumer<RoadmapProgress> listener) {
        RoadmapOptimizer optimizer = new RoadmapOptimizer(
                engine, state.weights(), gradients, state.means(), state.squares(), budget.weightDecay());
        boolean modern = recipe == Recipe.MODERN;
        StochasticDepth depth = new StochasticDepth(modern ? DEPTH_RATE : 0, network.blocks());
        Randomness randomness = new Randomness(budget.seed());
        LoaderOptions options = LoaderOptions.training(budget.batchSize()).withThreads(loaderThreads);
        int batch = from.batch();
        long begin = System.nanoTime();
        try (BatchLoader loader = BatchLoader.open(train, training(modern), options, randomness, from.epoch(), batch)) {
            int batches = Math.min(loader.batches(), budget.picturesPerEpoch() / budget.batchSize());
            long all = (long) batches * budget.epochs();
            LearningRateSchedule schedule =
                    new LearningRateSchedule(budget.learningRate(), MIN_RATE, all / WARMUP_SHARE, all);
            while (batch < batches && !stopping) {
                long done = (long) from.epoch() * batches + batch;
                Batch pictures = loader.next();
                gradients.zero();
                double loss = pass.accumulate(
                        pictures.images(),
                        pictures.labels(),
                        modern ? SMOOTHING : 0,
                        1,
                        depth.factors(budget.seed(), done));
                if (!Double.isFinite(loss)) {
                    throw new TrainingException(
                            "the loss of batch " + (done + 1) + " is " + loss
                                    + ", so the training cannot go on; lower the learning rate and start again in another folder");
                }
                optimizer.step(done + 1, schedule.at(done));
                batch++;
                listener.accept(new RoadmapProgress(done + 1, all, loss));
            }
            double seconds = from.seconds() + (System.nanoTime() - begin) / 1e9;
            return batch < batches
                    ? new Position(from.epoch(), batch, seconds, Optional.empty())
                    : new Position(from.epoch() + 1, 0, seconds, Optional.empty());
        }
    }

    private TrainingPipeline training(boolean modern) {
        TrainingPipeline plain = TrainingPipeline.flipAndCrop(
                budget.side(), Math.max(1, budget.side() / PADDING_SHARE), Normalisation.IMAGENET);
        return modern ? plain.withErasing(new RandomErasing(ERASING)) : plain;
    }

    private Optional<RoadmapResult> evaluate(RoadmapWeights weights, double seconds) {
        int classes = network.classes();
        MetricsCounter counter = new MetricsCounter(classes);
        EvaluationPipeline pipeline = new EvaluationPipeline(Preprocessor.squash(budget.side(), Interpolation.BICUBIC));
        LoaderOptions options = LoaderOptions.evaluation(budget.batchSize()).withThreads(loaderThreads);
        try (RoadmapModel model = RoadmapModel.of(network, weights, engine);
                BatchLoader loader = BatchLoader.open(validation, pipeline, options, new Randomness(0), 0, 0)) {
            while (loader.hasNext()) {
                Batch batch = loader.next();
                int[] labels = batch.labels();
                double[] losses = new double[labels.length];
                try (Arena arena = Arena.ofConfined()) {
                    Tensor logits = model.logits(batch.images(), arena);
                    SoftmaxCrossEntropy.evaluate(
                            labels.length, classes, 0, logits.data(), 0, classes, labels, 0, losses, 0);
                    counter.add(logits, labels, losses);
                }
            }
        }
        return Optional.of(
                new RoadmapResult(counter.metrics().top1(), counter.metrics().loss(), seconds));
    }
}
