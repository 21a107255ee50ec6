package org.convnext4j.model.train;

import static org.convnext4j.model.train.Runs.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.model.image.RgbImage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that end early, go on longer, even their classes out, skip pictures, or were begun by an earlier version. */
class RunRulesTest {
    private static final Patterns VALIDATION = new Patterns(24);

    private static Engine engine;

    @TempDir
    private Path temp;

    private final List<String> notices = Collections.synchronizedList(new ArrayList<>());
    private final List<Double> rates = new ArrayList<>();

    @BeforeAll
    static void open() {
        engine = Engine.create(Backend.VECTOR, 2);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static Training training(Dataset train, String... assignments) {
        return Training.fromScratch(Patterns.NETWORK, Patterns.config(assignments), train);
    }

    private static Training training(String... assignments) {
        return training(new Patterns(32), assignments).validation(VALIDATION);
    }

    private TrainingResult run(String folder, Training training) {
        return run(folder, training, Long.MAX_VALUE);
    }

    private TrainingResult run(String folder, Training training, long stopAt) {
        Trainer[] running = new Trainer[1];
        training.listener(new TrainingListener() {
            @Override
            public void noticed(String text) {
                notices.add(text);
            }

            @Override
            public void stepped(TrainingProgress progress) {
                rates.add(progress.learningRate());
                if (progress.step() == stopAt) {
                    running[0].stop();
                }
            }
        });
        try (Trainer trainer = training.open(engine, temp.resolve(folder))) {
            running[0] = trainer;
            return trainer.run();
        }
    }

    private TrainingState state(String folder) {
        return CheckpointStore.latest(temp.resolve(folder).resolve("checkpoints"))
                .checkpoint()
                .orElseThrow()
                .state();
    }

    private Training resume(String folder, String... assignments) {
        TrainingState state = state(folder);
        return Training.resume(state, state.config().with(List.of(assignments)), new Patterns(32))
                .validation(VALIDATION);
    }

    @Test
    void patienceEndsARunAndIsKeptWhenItIsCut() throws IOException {
        TrainingResult result = run("whole", training("epochs=60", "patience=2"));
        assertEquals(TrainingEnd.NO_BETTER, result.end());
        assertTrue(result.finished());
        int best = result.best().orElseThrow().epoch();
        assertEquals(best + 2, result.epoch());
        List<LogRow> rows = TrainingLog.read(temp.resolve("whole/log.csv"));
        assertEquals(result.epoch(), rows.size());

        long steps = result.step();
        for (long cut : new long[] {1, steps - 5, steps - 4, steps - 1}) {
            String name = "cut-" + cut;
            assertEquals(
                    TrainingEnd.STOPPED,
                    run(name, training("epochs=60", "patience=2"), cut).end());
            assertEquals(
                    result.epoch(),
                    run(name, training("epochs=60", "patience=2")).epoch());
            TrainerTest.assertSameEnd(temp.resolve("whole"), temp.resolve(name));
        }
        // It has ended; with more patience it goes on.
        assertEquals(steps, run("whole", training("epochs=60", "patience=2")).step());
        assertTrue(run("whole", resume("whole", "patience=3")).epoch() > result.epoch());
    }

    @Test
    void patienceNeedsAValidation() {
        assertRefused(
                () -> run("run", training(new Patterns(32), "patience=3")),
                "schedule.patience",
                "is 3",
                "no validation pictures");
    }

    @Test
    void aRunGoesOnForMoreEpochs() {
        run("run", training("epochs=2", "minLearningRate=0"));
        rates.clear();
        TrainingResult longer = run("run", resume("run", "epochs=5"));
        assertEquals(5, longer.epoch());
        assertEquals(20, longer.step());
        TrainingConfig config = state("run").config();
        assertEquals(5, config.schedule().epochs());
        LearningRateSchedule schedule = LearningRateSchedule.of(config, 4);
        assertEquals(12, rates.size());
        for (int i = 0; i < 12; i++) {
            assertEquals(schedule.at(8 + i), rates.get(i));
        }
        assertEquals(1, notices.size(), notices.toString());
        assertTrue(notices.get(0).startsWith("the run was begun for 2 epochs and now makes 5, of which 2 are done; "));
        assertTrue(notices.get(0).contains("at " + Wording.rounded(schedule.at(8)) + " instead of 0"));
        assertEquals(5, TrainingLog.read(temp.resolve("run/log.csv")).size());
    }

    /** In the middle of an epoch too, and then the same wherever it is cut. */
    @Test
    void aLongerRunIsTheSameHoweverItIsCut() throws IOException {
        for (String name : List.of("one", "other")) {
            run(name, training("epochs=3"), 6);
        }
        run("one", resume("one", "epochs=4"));
        assertEquals(
                TrainingEnd.STOPPED,
                run("other", resume("other", "epochs=4"), 7).end());
        assertEquals(16, run("other", resume("other")).step());
        TrainerTest.assertSameEnd(temp.resolve("one"), temp.resolve("other"));
    }

    @Test
    void whatCannotGoOnIsRefusedWithTheMend() {
        run("run", training("epochs=3"), 10);
        assertRefused(
                () -> run("run", resume("run", "epochs=2")),
                "2 epochs done and one begun",
                "cannot become a run of 2",
                "--epochs",
                "3 or more");
        assertRefused(() -> run("run", training("epochs=4")), "(schedule.epochs: 3 -> 4)", "give --resume");
        // As recipes fit a warm-up to more epochs, which nobody has asked to be another.
        assertRefused(
                () -> run("run", training("epochs=4", "warmupSteps=2")), "(schedule.epochs: 3 -> 4)", "give --resume");
        assertRefused(
                () -> run("run", training("epochs=4", "beta1=0.5")),
                "schedule.epochs: 3 -> 4",
                "optimizer.beta1: 0.9 -> 0.5",
                "without changing them");
        assertRefused(() -> run("run", resume("run", "epochs=4", "seed=3")), "seed: 0 -> 3", "without changing them");
        assertEquals(3, run("run", training("epochs=3")).epoch());
        assertRefused(() -> run("run", resume("run", "epochs=2")), "3 epochs done,", "3 or more");
    }

    /** 28 pictures of one class, 2 of another and one of each of the others. */
    private static final class Uneven extends ChangedPatterns {
        Uneven() {
            super(32);
        }

        @Override
        public int label(int index) {
            return index < 28 ? 0 : index < 30 ? 1 : index - 28;
        }

        @Override
        public String fingerprint() {
            return "uneven";
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"balance=sampling", "balance=loss"})
    void evenedOutRunsAreOthersAndTheSameHoweverTheyAreCut(String balance) throws IOException {
        run("plain", training(new Uneven()));
        assertEquals(1, notices.size());
        assertTrue(notices.get(0).contains("28 pictures of a, 1 of c"), notices.toString());
        assertTrue(notices.get(0).contains("--balance"), notices.toString());
        notices.clear();
        run("whole", training(new Uneven(), balance));
        assertEquals(List.of(), notices);
        byte[] plain = Files.readAllBytes(temp.resolve("plain/model.safetensors"));
        byte[] whole = Files.readAllBytes(temp.resolve("whole/model.safetensors"));
        assertNotEquals(-1, Arrays.mismatch(plain, whole));
        run("cut", training(new Uneven(), balance), 6);
        run("cut", training(new Uneven(), balance));
        assertEquals(
                -1, Files.mismatch(temp.resolve("whole/model.safetensors"), temp.resolve("cut/model.safetensors")));
        assertRefused(() -> run("cut", training(new Uneven())), "batch.balance");
    }

    /** A training set in which two pictures, and a validation set in which one, cannot be read. */
    private static Dataset broken(int size, List<Integer> bad) {
        return new ChangedPatterns(size) {
            @Override
            public RgbImage read(int index) {
                if (bad.contains(index)) {
                    throw new ModelException("bad picture");
                }
                return super.read(index);
            }

            @Override
            public String name(int index) {
                return size + "/" + index;
            }
        };
    }

    @Test
    void eachSkippedPictureIsNamedOnce() {
        List<String> skipped = Collections.synchronizedList(new ArrayList<>());
        Training training = training(broken(32, List.of(3, 9)), "epochs=5")
                .validation(broken(10, List.of(3)))
                .loaderThreads(3)
                .skipping((index, name, problem) -> skipped.add(name));
        run("run", training);
        Collections.sort(skipped);
        assertEquals(List.of("10/3", "32/3", "32/9"), skipped);
    }

    /** As version 0.1 wrote it: without the newer values, with one that is gone, and with a log of steps. */
    @Test
    void aRunOfAnEarlierVersionGoesOn() throws IOException {
        run("run", training("epochs=4"), 6);
        Path folder = temp.resolve("run");
        Path checkpoint = folder.resolve("checkpoints/step-0000006");
        Path file = checkpoint.resolve(CheckpointFiles.STATE);
        ObjectNode root = TrainingJson.read(file);
        ObjectNode state = (ObjectNode) root.get("state");
        state.remove(List.of("best", "totals"));
        state.put("bestAccuracy", 0.5);
        state.put("historyRows", 3);
        ObjectNode config = (ObjectNode) state.get("config");
        ((ObjectNode) config.get("schedule")).remove("patience");
        ((ObjectNode) config.get("batch")).remove("balance");
        ((ObjectNode) config.get("checkpoint")).put("best", true);
        root.put("sha256", CheckpointFiles.hash(root));
        Files.writeString(file, TrainingJson.pretty(root));
        Files.delete(folder.resolve("model.safetensors"));
        Files.writeString(folder.resolve("log.csv"), LogFormat.FORMER_HEADER + "\n4,1.0,0.003,1.4,0.1,80.0,,,\n");

        TrainingResult result = run("run", training("epochs=4"));
        assertEquals(TrainingEnd.ALL_EPOCHS, result.end());
        assertTrue(notices.get(0).contains("the best from here on is kept"), notices.toString());
        assertTrue(result.best().orElseThrow().epoch() >= 2);
        assertEquals(3, TrainingLog.read(folder.resolve("log.csv")).size());
        assertTrue(Files.exists(folder.resolve("log-steps.csv")));
        // The same weights as a run that was not cut, whoever wrote the state.
        run("whole", training("epochs=4"));
        assertEquals(-1, Files.mismatch(temp.resolve("whole/last.safetensors"), folder.resolve("last.safetensors")));
    }

    @Test
    void theValueThatIsGoneIsExplained() {
        assertRefused(
                () -> Patterns.config("checkpoint.best=true"), "checkpoint.best", "always kept", "model.safetensors");
        assertRefused(() -> Patterns.config("best=true"), "checkpoint.best", "leave it out");
        TrainingConfig config = Patterns.config();
        assertEquals(config, config.withJson("old file", "{\"checkpoint\": {\"best\": false}}"));
        assertEquals(
                5,
                config.withJson("file", "{\"schedule\": {\"patience\": 5}}")
                        .schedule()
                        .patience());
        assertRefused(() -> Patterns.config("patience=-1"), "schedule.patience", "0 makes all epochs");
        assertRefused(() -> Patterns.config("balance=even"), "batch.balance", "none, sampling, loss");
    }
}
