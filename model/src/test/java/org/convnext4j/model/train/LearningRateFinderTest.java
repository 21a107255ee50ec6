package org.convnext4j.model.train;

import static org.convnext4j.model.train.Runs.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningRateFinderTest {
    private static final LearningRateSweep SWEEP = new LearningRateSweep(1e-7, 10, 60);

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

    private static TrainingConfig config(String... assignments) {
        return Patterns.config("cutmix=0", "erase=0", "flip=0", "epochs=8", "warmupEpochs=1", "everySteps=0")
                .with(List.of(assignments));
    }

    private static Training training(TrainingConfig config) {
        return Training.fromScratch(Patterns.NETWORK, config, new Halves(60, 1));
    }

    private static LearningRateCurve find(Training training) {
        return LearningRateFinder.find(training, engine, SWEEP, point -> true);
    }

    @Test
    void theSuggestionTrainsAndOneFarBelowDoesNot() {
        LearningRateCurve curve = find(training(config()));
        assertEquals(LearningRateCurve.End.DIVERGED, curve.end());
        double rate = curve.suggestion().orElseThrow();
        assertTrue(rate > 1e-4 && rate < 0.05, () -> "suggested is " + rate);
        assertTrue(rate < curve.lowestAt().orElseThrow());
        assertTrue(accuracy(rate) > 0.9, () -> "of three plain kinds " + accuracy(rate) + " are learnt at " + rate);
        assertTrue(accuracy(rate / 1000) < 0.7, () -> accuracy(rate / 1000) + " is learnt at " + rate / 1000);
    }

    private double accuracy(double rate) {
        Training training = training(config("learningRate=" + rate)).validation(new Halves(30, 2));
        try (Trainer trainer = training.open(engine, temp.resolve("run" + rate))) {
            return trainer.run().metrics().orElseThrow().top1();
        }
    }

    /** What is set is scaled by the batch as in a run, so that the curve is in the units of what is set. */
    @Test
    void ratesAreThoseThatAreSet() {
        LearningRateCurve plain = find(training(config()));
        // Of 8 pictures a step, so half of the rate is in use.
        LearningRateCurve scaled = LearningRateFinder.find(
                training(config("referenceBatch=16")), engine, new LearningRateSweep(2e-7, 20, 60), point -> true);
        for (int i = 0; i < 35; i++) {
            assertEquals(plain.points().get(i).rate(), scaled.points().get(i).rate() / 2, 1e-9);
            assertEquals(plain.points().get(i).loss(), scaled.points().get(i).loss(), 1e-3);
        }
        assertNotEquals(plain.points().get(0).loss(), plain.points().get(34).loss(), 0.1);
    }

    @Test
    void theSameTestGivesTheSameAndChangesNoRun() throws IOException {
        Training training = training(config("epochs=1"));
        Path before = temp.resolve("before");
        Path after = temp.resolve("after");
        try (Trainer trainer = training.open(engine, before)) {
            trainer.run();
        }
        assertEquals(find(training), find(training));
        try (Trainer trainer = training.open(engine, after)) {
            trainer.run();
        }
        assertArrayEquals(
                Files.readAllBytes(before.resolve("model.safetensors")),
                Files.readAllBytes(after.resolve("model.safetensors")));
    }

    @Test
    void itEndsWhenAsked() {
        LearningRateCurve curve =
                LearningRateFinder.find(training(config()), engine, SWEEP, point -> point.rate() < 1e-6);
        assertEquals(LearningRateCurve.End.STOPPED, curve.end());
        assertEquals(1 + (int) Math.ceil(59 / 8.0), curve.points().size());
    }

    @Test
    void accumulationIsAveragedAndEpochsFollowEachOther() {
        // Two steps an epoch.
        LearningRateCurve curve = find(training(config("accumulation=3")));
        assertTrue(curve.points().size() > 40, () -> "only " + curve.points().size());
        assertEquals(Math.log(3), curve.points().get(0).loss(), 0.1);
    }

    @Test
    void whatCannotBeTrainedCannotBeTried() {
        assertRefused(() -> find(training(config("batch.size=62"))), "60 halves", "by batch.size (--batch)");
        assertRefused(() -> find(training(config("pictureSize=8", "padding=0"))), "augmentation.pictureSize is 8");
        assertThrows(IllegalArgumentException.class, () -> new LearningRateSweep(1e-3, 1e-4, 50));
        assertThrows(IllegalArgumentException.class, () -> new LearningRateSweep(0, 1, 50));
        assertThrows(IllegalArgumentException.class, () -> new LearningRateSweep(1e-7, 1, 9));
    }
}
