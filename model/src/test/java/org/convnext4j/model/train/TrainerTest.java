package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.data.Batch;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
    private static Engine engine;

    @TempDir
    private Path temp;

    @BeforeAll
    static void open() {
        engine = Engine.create(Backend.VECTOR, 2);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static Training training(TrainingConfig config) {
        return Training.fromScratch(Patterns.NETWORK, config, new Patterns(32)).validation(new Patterns(10));
    }

    private Path run(String name, Training training) {
        Path folder = temp.resolve(name);
        try (Trainer trainer = training.open(engine, folder)) {
            assertTrue(trainer.run().finished());
        }
        return folder;
    }

    /** All files that a run's end consists of. */
    static void assertSameEnd(Path expected, Path actual) throws IOException {
        for (String file : List.of("model.safetensors", "last.safetensors", "config.json")) {
            assertArrayEquals(
                    Files.readAllBytes(expected.resolve(file)), Files.readAllBytes(actual.resolve(file)), file);
        }
        Path one = CheckpointStore.latest(expected.resolve("checkpoints"))
                .checkpoint()
                .orElseThrow()
                .folder();
        Path other = CheckpointStore.latest(actual.resolve("checkpoints"))
                .checkpoint()
                .orElseThrow()
                .folder();
        for (String file : List.of("weights.safetensors", "ema.safetensors", "optimizer.safetensors")) {
            assertArrayEquals(Files.readAllBytes(one.resolve(file)), Files.readAllBytes(other.resolve(file)), file);
        }
    }

    /** Three epochs of four steps, with validation, stochastic depth, erasing, CutMix and an average. */
    @Test
    void aRunStoppedAfterAnyStepEndsAsTheUncutOne() throws IOException {
        Path whole = run("whole", training(Patterns.config()));
        for (int cut = 1; cut < 12; cut++) {
            Path folder = temp.resolve("cut-" + cut);
            List<TrainingProgress> steps = new ArrayList<>();
            Trainer[] running = new Trainer[1];
            int last = cut;
            Training stopping = training(Patterns.config()).listener(new TrainingListener() {
                @Override
                public void stepped(TrainingProgress progress) {
                    steps.add(progress);
                    if (progress.step() == last) {
                        running[0].stop();
                    }
                }
            });
            try (Trainer trainer = stopping.open(engine, folder)) {
                running[0] = trainer;
                TrainingResult result = trainer.run();
                assertFalse(result.finished());
                assertEquals(cut, result.step());
            }
            assertEquals(cut, steps.size());
            run("cut-" + cut, training(Patterns.config()));
            assertSameEnd(whole, folder);
        }
    }

    @Test
    void aRunStoppedWhileValidatingEndsAsTheUncutOne() throws IOException {
        Path whole = run("whole", training(Patterns.config()));
        Trainer[] running = new Trainer[1];
        Training stopping = training(Patterns.config()).listener(new TrainingListener() {
            @Override
            public void evaluating(long done, long pictures) {
                running[0].stop();
            }
        });
        try (Trainer trainer = stopping.open(engine, temp.resolve("cut"))) {
            running[0] = trainer;
            assertEquals(4, trainer.run().step());
        }
        Path cut = run("cut", training(Patterns.config()));
        assertSameEnd(whole, cut);
        assertEquals(
                validations(whole).stream().map(LogRow::validation).toList(),
                validations(cut).stream().map(LogRow::validation).toList());
        assertEquals(3, validations(cut).size());
    }

    private static List<LogRow> validations(Path folder) {
        return TrainingLog.read(folder.resolve("log.csv")).stream()
                .filter(row -> row.validation().exists())
                .toList();
    }

    @Test
    void threadsChangeNoBitAndTheSeedDoes() throws IOException {
        Path two = run("two", training(Patterns.config()).loaderThreads(3));
        try (Engine single = Engine.create(Backend.VECTOR, 1);
                Trainer trainer = training(Patterns.config()).open(single, temp.resolve("one"))) {
            trainer.run();
        }
        assertSameEnd(two, temp.resolve("one"));
        Path other = run("other", training(Patterns.config("seed=1")));
        assertNotEquals(-1, Files.mismatch(two.resolve("model.safetensors"), other.resolve("model.safetensors")));
    }

    /** The gradients of two halves are those of the whole but for the order of the sums. */
    @Test
    void twoBatchesOfFourAreNearlyOneOfEight() {
        // Mixing pairs the pictures of a batch, and stochastic depth counts passes, so both are off.
        String[] plain = {"cutmix=0", "stochasticDepth=0", "erase=0", "epochs=1", "ema.decay=0", "everySteps=0"};
        TrainingConfig base = Patterns.config(plain);
        float[] one = weights(run("one", training(base)));
        float[] start = weights(run("start", training(base.with(List.of("learningRate=1e-12", "minLearningRate=0")))));
        float[] two = weights(run("two", training(base.with(List.of("batch.size=4", "accumulation=2")))));
        double moved = 0;
        double difference = 0;
        for (int i = 0; i < one.length; i++) {
            moved += Math.pow(one[i] - start[i], 2);
            difference += Math.pow(one[i] - two[i], 2);
        }
        assertTrue(moved > 0);
        // AdamW's first steps have the size of the rate whatever the gradient's, so a gradient that is mere rounding
        // may turn about; all but few do not.
        assertTrue(Math.sqrt(difference / moved) < 0.05, difference + " of " + moved);
    }

    private static float[] weights(Path run) {
        List<float[]> all = new ArrayList<>();
        try (ConvNeXtCheckpoint file = ConvNeXtCheckpoint.read(run.resolve("model.safetensors"))) {
            file.weights().forEach((name, tensor) -> all.add(tensor.toArray()));
        }
        int length = all.stream().mapToInt(array -> array.length).sum();
        float[] flat = new float[length];
        int at = 0;
        for (float[] array : all) {
            System.arraycopy(array, 0, flat, at, array.length);
            at += array.length;
        }
        return flat;
    }

    @Test
    void randomPicturesAreLearntByHeart() {
        // All augmentations are off: a crop of the whole area of a square is the square.
        TrainingConfig config = Patterns.config(
                "cutmix=0",
                "stochasticDepth=0",
                "erase=0",
                "flip=0",
                "padding=0",
                "cropScaleMin=1",
                "labelSmoothing=0",
                "weightDecay=0",
                "ema.decay=0",
                "epochs=150",
                "everySteps=0",
                "everyEpochs=0");
        Training training =
                Training.fromScratch(Patterns.NETWORK, config, new Patterns(32)).validation(new Patterns(32));
        double[] last = new double[1];
        training.listener(new TrainingListener() {
            @Override
            public void stepped(TrainingProgress progress) {
                last[0] = progress.loss();
            }
        });
        try (Trainer trainer = training.open(engine, temp.resolve("heart"))) {
            Metrics metrics = trainer.run().metrics().orElseThrow();
            assertEquals(1, metrics.top1());
            assertTrue(metrics.loss() < 0.01, "loss " + metrics.loss() + ", in training " + last[0]);
        }
    }

    /** Clipping to a norm scales the gradients; AdamW hardly minds, so its moments tell. */
    @Test
    void gradientsAreClippedToTheNorm() {
        TrainingConfig config = Patterns.config("epochs=1", "clipNorm=0.001", "everySteps=1");
        double[] norm = new double[1];
        Training training = training(config).listener(new TrainingListener() {
            @Override
            public void stepped(TrainingProgress progress) {
                if (progress.step() == 1) {
                    norm[0] = progress.gradientNorm();
                }
            }

            @Override
            public void saved(TrainingCheckpoint checkpoint) {
                if (checkpoint.state().step() == 1) {
                    try (Parameters parameters = Parameters.allocate(Patterns.NETWORK, true)) {
                        checkpoint.restore(parameters);
                        double[] square = {0};
                        parameters.firstMoments().weights().forEach((name, tensor) -> {
                            for (float value : tensor.toArray()) {
                                square[0] += (double) value * value;
                            }
                        });
                        // The first moment after the first step is a tenth of the gradient.
                        assertEquals(0.001, 10 * Math.sqrt(square[0]), 1e-8);
                    }
                }
            }
        });
        try (Trainer trainer = training.open(engine, temp.resolve("clipped"))) {
            trainer.run();
        }
        assertTrue(norm[0] > 0.01, "the gradients must be larger to be clipped: " + norm[0]);
    }

    /** With a warm-up the first update takes a tenth of the old: 0.1 of the start and 0.9 of the new weights. */
    @Test
    void theAverageFollowsTheWeights() {
        TrainingConfig config = Patterns.config("epochs=1", "everySteps=1");
        Training training = training(config).listener(new TrainingListener() {
            @Override
            public void saved(TrainingCheckpoint checkpoint) {
                if (checkpoint.state().step() == 1) {
                    try (Parameters start = Parameters.fresh(Patterns.NETWORK, config);
                            Parameters now = Parameters.allocate(Patterns.NETWORK, true)) {
                        checkpoint.restore(now);
                        ParameterBlock ema = now.ema().orElseThrow();
                        for (Parameter parameter : now.layout().parameters()) {
                            float[] before = start.weights().tensor(parameter).toArray();
                            float[] after = now.weights().tensor(parameter).toArray();
                            float[] average = ema.tensor(parameter).toArray();
                            for (int i = 0; i < after.length; i++) {
                                assertEquals(0.1 * before[i] + 0.9 * after[i], average[i], 1e-6, parameter.name());
                            }
                        }
                    }
                }
            }
        });
        try (Trainer trainer = training.open(engine, temp.resolve("average"))) {
            trainer.run();
        }
    }

    /** Passes whose loss is not a number from the sixth step on. */
    private record Diverging(GradientPass real) implements GradientPass {
        @Override
        public double accumulate(
                Batch batch, TrainingLoss trainingLoss, double lossScale, StochasticDepth depth, long seed, long pass) {
            double loss = real.accumulate(batch, trainingLoss, lossScale, depth, seed, pass);
            return pass < 5 ? loss : Double.NaN;
        }

        @Override
        public void close() {
            real.close();
        }
    }

    @Test
    void aLossThatIsNoNumberStopsTheRunAndLeavesTheLastCheckpoint() {
        Path folder = temp.resolve("diverged");
        try (Trainer trainer = training(Patterns.config())
                .open(engine, folder, parameters -> new Diverging(NetworkGradient.of(engine, parameters)))) {
            Runs.assertRefused(
                    trainer::run, "the loss of step 6 is NaN", "lower optimizer.learningRate", "that of step 4");
        }
        TrainingCheckpoint last = CheckpointStore.latest(folder.resolve("checkpoints"))
                .checkpoint()
                .orElseThrow();
        assertEquals(4, last.state().step());
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        Runs.assertRefused(
                () -> training(Patterns.config("batch.size=64")).open(engine, temp.resolve("large")),
                "32 random pictures",
                "batch.size");
        Path folder = run("run", training(Patterns.config()));
        Runs.assertRefused(
                () -> training(Patterns.config("seed=1")).open(engine, folder), "seed: 0 -> 1", "start a new run");
        Runs.assertRefused(
                () -> Training.fromScratch(Patterns.NETWORK, Patterns.config(), new Patterns(40))
                        .open(engine, folder),
                "patterns-32",
                "patterns-40");
        try (Trainer first = training(Patterns.config()).open(engine, folder)) {
            assertEquals(12, first.progress().step());
            Runs.assertRefused(() -> training(Patterns.config()).open(engine, folder), "in use by another run");
        }
        Path file = Files.writeString(temp.resolve("file"), "x");
        Runs.assertRefused(() -> training(Patterns.config()).open(engine, file), "file");
    }

    /** The end of a run is a model like any other, with the names of its classes. */
    @Test
    void theTrainedModelLoads() {
        Path folder = run("run", training(Patterns.config()));
        for (Path model : List.of(new RunFolder(folder).model(), new RunFolder(folder).last())) {
            try (ConvNeXt loaded = ConvNeXt.load(model, engine)) {
                assertEquals(List.of("a", "b", "c", "d"), loaded.labels().names());
                assertEquals(Patterns.NETWORK, loaded.config());
                assertEquals(Patterns.SIDE, loaded.preprocessor().height());
            }
        }
    }
}
