package org.convnext4j.model.train;

import static org.convnext4j.model.train.Runs.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.image.Interpolation;
import org.convnext4j.model.image.Labels;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.PreprocessorConfig;
import org.convnext4j.model.weights.CheckpointWriter;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.FormulaWeights;
import org.convnext4j.model.weights.Layout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointStoreTest {
    private static final int KEEP = 2;

    @TempDir
    private Path temp;

    private Path folder;

    @BeforeEach
    void chooseFolder() {
        folder = temp.resolve("runs/one");
    }

    private void save(long... steps) {
        try (CheckpointStore store = CheckpointStore.open(folder)) {
            for (long step : steps) {
                save(store, step);
            }
        }
    }

    private static TrainingCheckpoint save(CheckpointStore store, long step) {
        try (Parameters parameters = Runs.parameters(step)) {
            return store.save(parameters, Runs.state(step, KEEP));
        }
    }

    /** The newest checkpoint, with the bits that its step had. */
    private static void requireLatest(Path folder, long step) {
        TrainingCheckpoint checkpoint =
                CheckpointStore.latest(folder).checkpoint().orElseThrow();
        assertEquals(Runs.state(step, KEEP), checkpoint.state());
        try (Parameters expected = Runs.parameters(step);
                Parameters actual = Parameters.allocate(Runs.NETWORK, true)) {
            checkpoint.restore(actual);
            assertTrue(Runs.same(expected, actual));
        }
    }

    private List<String> names() {
        try {
            return Folders.list(folder).stream()
                    .map(path -> path.getFileName().toString())
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyBitComesBackAndTheNewestStay() {
        assertTrue(CheckpointStore.latest(folder).checkpoint().isEmpty());
        save(1, 2, 12_345_678);
        requireLatest(folder, 12_345_678);
        assertEquals(List.of(".lock", "step-0000002", "step-12345678"), names());
        save(12_345_678);
        assertEquals(List.of(".lock", "step-12345678", "step-12345678-2"), names());
        requireLatest(folder, 12_345_678);
    }

    @Test
    void specialBitsSurvive() {
        float[] special = {-0f, Float.MIN_VALUE, Float.MAX_VALUE, -Float.MIN_NORMAL};
        try (CheckpointStore store = CheckpointStore.open(folder);
                Parameters parameters = Runs.parameters(1);
                Parameters read = Parameters.allocate(Runs.NETWORK, true)) {
            for (int i = 0; i < special.length; i++) {
                parameters.secondMoments().tensor("norm.bias").set(i, special[i]);
            }
            store.save(parameters, Runs.state(1, KEEP)).restore(read);
            assertTrue(Runs.same(parameters, read));
            assertArrayEquals(special, read.secondMoments().tensor("norm.bias").toArray());
            assertEquals(0, read.gradients().tensor("norm.bias").get(1));
        }
    }

    @Test
    void itsWeightsLoadLikeAnyOthers() {
        save(4);
        TrainingCheckpoint checkpoint =
                CheckpointStore.latest(folder).checkpoint().orElseThrow();
        try (Parameters expected = Runs.parameters(4)) {
            requireWeights(expected.weights(), checkpoint.weightsFile());
            requireWeights(expected.ema().orElseThrow(), checkpoint.emaFile().orElseThrow());
        }
        assertEquals(
                Runs.state(4, KEEP).classNames(),
                Labels.forModel(checkpoint.weightsFile(), 3).names());
        Preprocessor preprocessor =
                PreprocessorConfig.besideWeights(checkpoint.weightsFile()).orElseThrow();
        assertEquals(
                Preprocessor.squash(28, Interpolation.BICUBIC)
                        .withNormalisation(
                                Preprocessor.TO_UNIT, List.of(0.286f, 0.286f, 0.286f), List.of(0.353f, 0.353f, 0.353f)),
                preprocessor);
    }

    private static void requireWeights(ParameterBlock expected, Path file) {
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            assertEquals(Runs.NETWORK, checkpoint.config());
            checkpoint
                    .weights()
                    .forEach((name, tensor) ->
                            assertArrayEquals(expected.tensor(name).toArray(), tensor.toArray(), name));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"weights.safetensors", "ema.safetensors", "optimizer.safetensors", "config.json", "training.json"
            })
    void aDamagedFileIsNamedAndTheCheckpointBeforeIsTaken(String name) throws IOException {
        save(1, 2);
        Path file = folder.resolve("step-0000002").resolve(name);
        byte[] whole = Files.readAllBytes(file);
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 12; round++) {
            Files.write(file, Arrays.copyOf(whole, random.nextInt(whole.length - 1)));
            requirePassedOver(file);
        }
        for (int round = 0; round < 40; round++) {
            byte[] changed = whole.clone();
            int at = random.nextInt(whole.length);
            changed[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, changed);
            // In the state a blank may become another blank, which changes nothing.
            boolean blank = name.equals("training.json") && Character.isWhitespace(whole[at]);
            if (!blank) {
                requirePassedOver(file);
            }
        }
        Files.delete(file);
        requirePassedOver(file);
        Files.write(file, whole, StandardOpenOption.CREATE_NEW);
        requireLatest(folder, 2);
    }

    private void requirePassedOver(Path file) {
        LatestCheckpoint latest = CheckpointStore.latest(folder);
        assertEquals(1, latest.passedOver().size());
        assertTrue(latest.passedOver().get(0).startsWith(file + ": "), latest.passedOver()::toString);
        requireLatest(folder, 1);
    }

    @Test
    void aFullDiskLeavesTheCheckpointBefore() throws IOException {
        save(1);
        List<String> before = names();
        int bytes = 0;
        for (Path file : Folders.list(folder.resolve("step-0000001"))) {
            bytes += (int) Files.size(file);
        }
        // States of steps 1 and 2 have equally many digits, so the last of these limits lacks one byte.
        for (int part = 0; part < 25; part++) {
            int limit = (int) ((long) (bytes - 1) * part / 24);
            FullDisk disk = new FullDisk(limit);
            try (CheckpointStore store = CheckpointStore.open(folder, disk)) {
                assertRefused(
                        () -> save(store, 2), "step-0000002", "No space left", "last good checkpoint is step-0000001");
            }
            assertEquals(before, names());
            requireLatest(folder, 1);
        }
        try (CheckpointStore store = CheckpointStore.open(folder, new FullDisk(bytes))) {
            save(store, 2);
        }
        requireLatest(folder, 2);
    }

    @Test
    void newerOnesAreDiscardedOnResuming() throws IOException {
        save(1, 2);
        Files.delete(folder.resolve("step-0000002/weights.safetensors"));
        try (CheckpointStore store = CheckpointStore.open(folder)) {
            store.discardNewerThan(CheckpointStore.latest(folder).checkpoint().orElseThrow());
            assertEquals(List.of(".lock", "step-0000001"), names());
            save(store, 2);
            requireLatest(folder, 2);
        }
    }

    @Test
    void newerBrokenOnesDoNotPushOutTheLastGoodOne() throws IOException {
        save(8, 9);
        for (String name : List.of("step-0000008", "step-0000009")) {
            Files.delete(folder.resolve(name).resolve("training.json"));
        }
        save(3);
        requireLatest(folder, 3);
        assertEquals(2, CheckpointStore.latest(folder).passedOver().size());
    }

    @Test
    void leftoversAreRemovedAndOthersLetBe() throws IOException {
        save(1);
        Files.createDirectories(folder.resolve(".step-0000002.abc.tmp"));
        Files.writeString(folder.resolve(".step-0000002.abc.tmp/weights.safetensors"), "half");
        Files.writeString(folder.resolve("log.csv"), "");
        Files.createDirectory(folder.resolve("step-1"));
        save(2);
        assertEquals(List.of(".lock", "log.csv", "step-0000001", "step-0000002", "step-1"), names());
    }

    @Test
    void aFolderServesOneRunAtATime() throws IOException {
        try (CheckpointStore store = CheckpointStore.open(folder)) {
            assertRefused(() -> CheckpointStore.open(folder), folder.toString(), "in use by another run");
            save(store, 1);
        }
        save(2);
        Path file = Files.writeString(temp.resolve("file"), "");
        assertRefused(() -> CheckpointStore.open(file), "is a file; name a folder");
    }

    @Test
    void valuesThatAreNotFiniteAreNeitherSavedNorTaken() throws IOException {
        save(1);
        try (CheckpointStore store = CheckpointStore.open(folder);
                Parameters parameters = Runs.parameters(2)) {
            parameters.firstMoments().tensor("stages.1.0.gamma").set(1, Float.NaN);
            assertRefused(
                    () -> store.save(parameters, Runs.state(2, KEEP)),
                    "exp_avg.stages.1.0.gamma has the value NaN at element 1",
                    "diverged");
        }
        requireLatest(folder, 1);
        // A file that is not finite though its hash is right: written by other hands.
        TrainingCheckpoint checkpoint =
                CheckpointStore.latest(folder).checkpoint().orElseThrow();
        try (Arena arena = Arena.ofConfined();
                Parameters parameters = Runs.parameters(5);
                Parameters before = Runs.parameters(5)) {
            ConvNeXtWeights weights = FormulaWeights.of(Runs.NETWORK, 0, arena);
            weights.tensor("head.bias").set(2, Float.POSITIVE_INFINITY);
            CheckpointWriter.write(
                    checkpoint.emaFile().orElseThrow(), Runs.NETWORK, weights, Layout.FACEBOOK, DType.F32, Map.of());
            assertRefused(() -> checkpoint.restore(parameters), "ema.safetensors", "head.bias", "Infinity");
            assertTrue(Runs.same(before, parameters));
        }
    }

    @Test
    void anotherRunIsRefused() {
        save(1);
        TrainingCheckpoint checkpoint =
                CheckpointStore.latest(folder).checkpoint().orElseThrow();
        TrainingState state = checkpoint.state();
        state.requireSameRun(
                "run", Runs.CONFIG.with(List.of("keep=9", "everySteps=3")), Runs.NETWORK, state.dataFingerprint());
        assertRefused(
                () -> state.requireSameRun(
                        "run", Runs.CONFIG.with(List.of("beta1=0.8")), Runs.NETWORK, state.dataFingerprint()),
                "run",
                "optimizer.beta1: 0.9 -> 0.8");
        assertRefused(
                () -> state.requireSameRun("run", Runs.CONFIG, Runs.NETWORK, "other pictures"), "\"other pictures\"");
        ConvNeXtConfig other = Runs.NETWORK.withClasses(4);
        assertRefused(
                () -> state.requireSameRun("run", Runs.CONFIG, other, state.dataFingerprint()), "(classes: 3 -> 4)");
        ConvNeXtConfig deeper = Runs.NETWORK.withDesign(Runs.NETWORK.design().withActivation(ActivationKind.GELU_TANH));
        assertRefused(
                () -> state.requireSameRun("run", Runs.CONFIG, deeper, state.dataFingerprint()),
                "of another network (design.activation: gelu -> gelu_tanh)");
        try (Parameters four = Parameters.allocate(other, true);
                Parameters plain = Parameters.allocate(Runs.NETWORK, false);
                CheckpointStore store = CheckpointStore.open(folder)) {
            assertRefused(() -> checkpoint.restore(four), "does not fit");
            assertRefused(() -> checkpoint.restore(plain), "has a moving average", "ema.decay");
            assertThrows(IllegalArgumentException.class, () -> store.save(four, Runs.state(2, KEEP)));
            assertThrows(IllegalArgumentException.class, () -> store.save(plain, Runs.state(2, KEEP)));
        }
    }
}
