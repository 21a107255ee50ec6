package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.data.LoaderOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which weights a run leaves, and when it ends. */
@Tag("slow")
class RunEndTest {
    /** Labels are random, so validations go up and down and the best epoch is seldom the last. */
    private static final Patterns VALIDATION = new Patterns(40);

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

    /** Remembers what a run tells. */
    private static class Ear implements TrainingListener {
        final List<LogRow> rows = new ArrayList<>();
        final List<String> notices = new ArrayList<>();
        Optional<BestEpoch> best = Optional.empty();
        final Trainer[] running = new Trainer[1];
        long stopAt = Long.MAX_VALUE;

        @Override
        public void noticed(String text) {
            notices.add(text);
        }

        @Override
        public void stepped(TrainingProgress progress) {
            if (progress.step() == stopAt) {
                running[0].stop();
            }
        }

        @Override
        public void epochEnded(TrainingProgress progress, LogRow row, Optional<BestEpoch> bestSoFar) {
            rows.add(row);
            best = bestSoFar;
        }
    }

    private static Training training(String... assignments) {
        return Training.fromScratch(Patterns.NETWORK, Patterns.config(assignments), new Patterns(32));
    }

    private TrainingResult run(String folder, Training training, Ear ear) {
        try (Trainer trainer = training.listener(ear).open(engine, temp.resolve(folder))) {
            ear.running[0] = trainer;
            return trainer.run();
        }
    }

    private TrainingResult run(String folder, Training training) {
        return run(folder, training, new Ear());
    }

    /** Measures a file as anybody would: with its own preprocessing, in other batches. */
    private static Metrics measure(Path model) {
        try (ConvNeXt loaded = ConvNeXt.load(model, engine)) {
            return Evaluation.of(loaded, VALIDATION, LoaderOptions.evaluation(7), done -> true);
        }
    }

    private static void assertIs(LogRow.Validation expected, Path model) {
        Metrics found = measure(model);
        assertEquals(expected.top1(), found.top1(), model.toString());
        assertEquals(expected.loss(), found.loss(), 1e-6, model.toString());
    }

    private static LogRow bestOf(List<LogRow> rows) {
        LogRow best = rows.get(0);
        for (LogRow row : rows) {
            LogRow.Validation one = row.validation();
            LogRow.Validation other = best.validation();
            if (one.top1() > other.top1() || (one.top1() == other.top1() && one.loss() < other.loss())) {
                best = row;
            }
        }
        return best;
    }

    /** With an average of the weights it is the average that is measured and written. */
    @ParameterizedTest
    @ValueSource(strings = {"ema.decay=0", "ema.decay=0.9"})
    void theFilesHaveTheWeightsThatTheRunSaysTheyHave(String average) {
        Ear ear = new Ear();
        TrainingResult result = run("run", training("epochs=12", average).validation(VALIDATION), ear);
        LogRow best = bestOf(ear.rows);
        LogRow last = ear.rows.get(11);
        assertTrue(best.epoch() < 12, "the test wants a run whose last epoch is not the best");
        assertEquals(TrainingEnd.ALL_EPOCHS, result.end());
        assertEquals(
                new BestEpoch(
                        best.epoch(),
                        best.step(),
                        best.validation().top1(),
                        best.validation().loss()),
                result.best().orElseThrow());
        assertEquals(result.best(), ear.best);
        assertIs(best.validation(), result.model().orElseThrow());
        assertIs(last.validation(), result.last());
        assertEquals(ear.rows.stream().map(LogRow::validation).toList(), logged("run"));
    }

    private List<LogRow.Validation> logged(String folder) {
        return TrainingLog.read(temp.resolve(folder).resolve("log.csv")).stream()
                .map(LogRow::validation)
                .toList();
    }

    @Test
    void ofEqualAccuracyTheLowerLossIsBetter() {
        Metrics metrics = new Metrics(
                2, new long[] {1, 1}, new long[] {1, 0}, new long[] {1, 1}, new long[] {2, 0}, new int[4], 1.0);
        assertTrue(BestEpoch.isBetter(metrics, Optional.empty()));
        assertTrue(BestEpoch.isBetter(metrics, Optional.of(new BestEpoch(1, 1, 0.4, 0.1))));
        assertTrue(BestEpoch.isBetter(metrics, Optional.of(new BestEpoch(1, 1, 0.5, 0.6))));
        assertFalse(BestEpoch.isBetter(metrics, Optional.of(new BestEpoch(1, 1, 0.5, 0.5))));
        assertFalse(BestEpoch.isBetter(metrics, Optional.of(new BestEpoch(1, 1, 0.6, 9))));
    }

    /** As a kill leaves it: the file is of an epoch that no checkpoint has, whichever the last checkpoint is. */
    @Test
    void whatTheFileIsOfIsSaidAlsoAfterAKill() throws IOException {
        Ear all = new Ear();
        run("whole", training("epochs=8", "keep=99").validation(VALIDATION), all);
        int best = bestOf(all.rows).epoch();
        for (int epochs = 0; epochs < 8; epochs++) {
            String name = "cut-" + epochs;
            run(name, training("epochs=8", "keep=99").validation(VALIDATION));
            cut(temp.resolve(name), 4 * epochs + 2);
            Ear ear = new Ear();
            ear.stopAt = 4L * epochs + 3;
            TrainingResult stopped = run(name, training("epochs=8", "keep=99").validation(VALIDATION), ear);
            assertEquals(TrainingEnd.STOPPED, stopped.end());
            // The best was found later or before: either way the file is still there and said to be what it is.
            assertEquals(best, stopped.best().orElseThrow().epoch());
            assertEquals(
                    measure(stopped.model().orElseThrow()).top1(),
                    stopped.best().orElseThrow().top1());
            assertEquals(List.of(), ear.notices);
            run(name, training("epochs=8", "keep=99").validation(VALIDATION));
            TrainerTest.assertSameEnd(temp.resolve("whole"), temp.resolve(name));
            assertEquals(logged("whole"), logged(name));
        }
    }

    /** Removes the checkpoints of later steps. */
    private static void cut(Path run, long lastStep) throws IOException {
        for (Path folder : Folders.list(run.resolve("checkpoints"))) {
            Optional<CheckpointName> name = CheckpointName.of(folder);
            if (name.isPresent() && name.get().step() > lastStep) {
                Folders.delete(folder);
            }
        }
    }

    @Test
    void aFileThatIsGoneIsMadeAgainWhereItCan() throws IOException {
        Ear all = new Ear();
        run("whole", training("epochs=8", "keep=99").validation(VALIDATION), all);
        LogRow best = bestOf(all.rows);
        Path model = temp.resolve("whole/model.safetensors");
        byte[] bytes = Files.readAllBytes(model);

        cut(temp.resolve("whole"), best.step());
        Files.delete(model);
        training("epochs=8", "keep=99")
                .validation(VALIDATION)
                .open(engine, temp.resolve("whole"))
                .close();
        assertArrayEquals(bytes, Files.readAllBytes(model));

        Ear later = new Ear();
        run("whole", training("epochs=8", "keep=99").validation(VALIDATION), later);
        Files.delete(model);
        cut(temp.resolve("whole"), 4 * 7 - 2);
        Ear ear = new Ear();
        TrainingResult result = run("whole", training("epochs=8", "keep=99").validation(VALIDATION), ear);
        assertTrue(ear.notices.get(0).contains("the best from here on is kept"), ear.notices.toString());
        assertEquals(bestOf(ear.rows).epoch(), result.best().orElseThrow().epoch());
        assertIs(bestOf(ear.rows).validation(), model);
    }

    /** A file of another run that lies there is no better weights of this one. */
    @Test
    void anotherRunsFileIsNotTakenForThisOnes() throws IOException {
        run("other", training("epochs=3", "seed=5").validation(VALIDATION));
        Path run = temp.resolve("run");
        Ear ear = new Ear();
        ear.stopAt = 2;
        run("run", training("epochs=3").validation(VALIDATION), ear);
        Files.copy(temp.resolve("other/model.safetensors"), run.resolve("model.safetensors"));
        Ear going = new Ear();
        TrainingResult result = run("run", training("epochs=3").validation(VALIDATION), going);
        assertEquals(bestOf(going.rows).epoch(), result.best().orElseThrow().epoch());
        assertIs(bestOf(going.rows).validation(), run.resolve("model.safetensors"));
    }

    @Test
    void aRunStoppedEarlyLeavesTheBestSoFar() {
        Ear ear = new Ear();
        ear.stopAt = 2;
        TrainingResult first = run("run", training("epochs=9").validation(VALIDATION), ear);
        assertEquals(Optional.empty(), first.model());
        assertTrue(Files.exists(first.last()), "the last weights are there even before a validation");
        ear.stopAt = 15;
        TrainingResult second = run("run", training("epochs=9").validation(VALIDATION), ear);
        assertEquals(3, second.epoch());
        assertEquals(15, second.step());
        assertIs(bestOf(ear.rows).validation(), second.model().orElseThrow());
    }

    @Test
    void withoutValidationTheModelIsTheLast() throws IOException {
        Ear ear = new Ear();
        ear.stopAt = 5;
        TrainingResult stopped = run("run", training(), ear);
        assertEquals(stopped.last(), stopped.model().orElseThrow());
        TrainingResult result = run("run", training(), ear);
        assertEquals(temp.resolve("run/model.safetensors"), result.model().orElseThrow());
        assertEquals(result.last(), result.model().orElseThrow());
        assertEquals(Optional.empty(), result.best());
        assertTrue(Files.notExists(temp.resolve("run/last.safetensors")));
        assertEquals(List.of(1, 2, 3), ear.rows.stream().map(LogRow::epoch).toList());
        assertFalse(ear.rows.get(0).validation().exists());
        measure(result.last());
    }

    /** The row of an epoch is the mean of its steps, also where it was cut. */
    @Test
    void aRowIsTheMeanOfItsEpoch() {
        List<TrainingProgress> steps = new ArrayList<>();
        Ear ear = new Ear() {
            @Override
            public void stepped(TrainingProgress progress) {
                steps.add(progress);
                super.stepped(progress);
            }
        };
        ear.stopAt = 6;
        run("run", training(), ear);
        run("run", training(), ear);
        assertEquals(12, steps.size());
        List<LogRow> rows = TrainingLog.read(temp.resolve("run/log.csv"));
        for (int epoch = 0; epoch < 3; epoch++) {
            List<TrainingProgress> own = steps.subList(4 * epoch, 4 * epoch + 4);
            LogRow row = rows.get(epoch);
            assertEquals(epoch + 1, row.epoch());
            assertEquals(4L * epoch + 4, row.step());
            assertEquals(own.get(3).learningRate(), row.learningRate());
            assertEquals(
                    own.stream().mapToDouble(TrainingProgress::loss).average().orElseThrow(),
                    row.training().loss(),
                    1e-12);
            assertEquals(
                    own.stream()
                            .mapToDouble(TrainingProgress::gradientNorm)
                            .average()
                            .orElseThrow(),
                    row.training().gradientNorm(),
                    1e-12);
            assertEquals(
                    own.stream()
                            .mapToDouble(TrainingProgress::gradientNorm)
                            .max()
                            .orElseThrow(),
                    row.training().largestGradientNorm());
            assertTrue(row.training().imagesPerSecond() > 0 && row.seconds() > 0, row.toString());
        }
    }

    /** The events of a run that was cut and resumed are those of its steps, once each. */
    @Test
    void theEventsAreThoseOfTheLog() throws IOException {
        Ear ear = new Ear();
        ear.stopAt = 6;
        run("run", training("everySteps=4", "epochs=12").validation(VALIDATION), ear);
        ear.stopAt = Long.MAX_VALUE;
        run("run", training("everySteps=4", "epochs=12").validation(VALIDATION), ear);
        run("run", training("everySteps=4", "epochs=12").validation(VALIDATION), ear);
        Path events = temp.resolve("run/tensorboard");
        assertEquals(2, Folders.list(events).size(), "a run that has ended leaves no further file");
        Map<String, NavigableMap<Long, Float>> scalars = EventFileTest.scalars(events);
        for (LogRow row : ear.rows) {
            assertEquals(
                    (float) row.validation().top1(), of(scalars, "epoch/top1").get(row.step()));
            assertEquals(
                    (float) row.training().loss(),
                    of(scalars, "epoch/training_loss").get(row.step()));
            assertTrue(of(scalars, "train/gradient_norm").containsKey(row.step()));
            assertEquals(
                    (float) row.learningRate(),
                    of(scalars, "train/learning_rate").get(row.step()));
        }
        assertEquals(12, of(scalars, "epoch/validation_loss").size());
    }

    private static Map<Long, Float> of(Map<String, NavigableMap<Long, Float>> scalars, String tag) {
        return scalars.getOrDefault(tag, Collections.emptyNavigableMap());
    }
}
