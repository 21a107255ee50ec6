package org.convnext4j.model.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.convnext4j.model.JsonMutants;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A training.json by other hands, with the right hash: taken, or refused naming file and field. */
@Tag("slow")
class StateMutationTest {
    /** As follows from the epoch and the batch of {@link Runs#state}. */
    private static final long STEP = 3 * 20 + 17;

    private static final long STEPS_PER_EPOCH = 20;

    @TempDir
    private Path folder;

    private TrainingCheckpoint saved() {
        try (CheckpointStore store = CheckpointStore.open(folder.resolve("run"));
                Parameters parameters = Runs.parameters(STEP)) {
            return store.save(parameters, Runs.state(STEP, 2));
        }
    }

    /** What resuming makes of a file's values before it makes room for the network. */
    private static void use(TrainingCheckpoint checkpoint) {
        TrainingConfig config = checkpoint.state().config();
        Pipelines.training(config);
        Pipelines.evaluation(config.augmentation());
        checkpoint.requireReachable(STEPS_PER_EPOCH);
    }

    @Test
    void damagedStates() throws IOException {
        TrainingCheckpoint saved = saved();
        Path file = saved.folder().resolve(CheckpointFiles.STATE);
        String good = Files.readString(file);
        JsonMutants.feed("training.json", good, 5, json -> {
            ObjectNode root = TrainingJson.parse(file.toString(), new String(json, StandardCharsets.UTF_8));
            root.put("sha256", CheckpointFiles.hash(root));
            Files.writeString(file, TrainingJson.compact(root));
            use(TrainingCheckpoint.open(saved.folder()));
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/state/step; 4611686018427387904; step",
                "/state/step; -1; step",
                "/state/epoch; 99999; epoch",
                "/state/batchInEpoch; 3.5; batchInEpoch",
                "/state/best; \"best\"; best",
                "/state/best/top1; \"best\"; best.top1",
                "/state/best/top1; 1.5; best accuracy",
                "/state/best/epoch; 0; best epoch",
                "/state/totals; 3; totals",
                "/state/totals/steps; -1; steps of the running epoch",
                "/state/totals/seconds; true; totals.seconds",
                "/state/dataFingerprint; 7; dataFingerprint",
                "/state/classNames; {}; classNames",
                "/state/notes; [1]; notes",
                "/state/network; []; network",
                "/state/network/depths; [1,\"2\",1,1]; network.depths",
                "/state/network/dims; [99999,99999,99999,99999]; network",
                "/state/network/layerScale; \"yes\"; network.layerScale",
                "/state/network/headNormEps; \"small\"; network.headNormEps",
                "/state/network/layerNormEps; -1; layerNormEps",
                "/state/config/augmentation/std; [1e-321,0.3,0.3]; augmentation.std",
                "/state/config/augmentation/mean; [1e38,0.3,0.3]; augmentation.mean",
                "/state/config/augmentation/evaluationCrop; 1e-300; augmentation.evaluationCrop",
                "/state/config/augmentation/randAugment; \"rand-q7\"; augmentation.randAugment",
                "/state/config/optimizer/learningRate; 1e308; optimizer.learningRate",
                "/state/config/batch/accumulation; 1048576; batch.accumulation",
                "/state/config/ema; null; ema"
            })
    void aWrongFieldIsNamed(String pointer, String value, String field) throws IOException {
        TrainingCheckpoint saved = saved();
        Path file = saved.folder().resolve(CheckpointFiles.STATE);
        ObjectNode root = TrainingJson.read(file);
        int slash = pointer.lastIndexOf('/');
        ObjectNode at = (ObjectNode) root.at(pointer.substring(0, slash));
        at.set(
                pointer.substring(slash + 1),
                TrainingJson.parse("value", "{\"v\":" + value + "}").get("v"));
        root.put("sha256", CheckpointFiles.hash(root));
        Files.writeString(file, TrainingJson.pretty(root));
        Runs.assertRefused(() -> use(TrainingCheckpoint.open(saved.folder())), "training.json", field);
    }

    @Test
    void aRunStandsWhereItsStepsBroughtIt() {
        TrainingCheckpoint saved = saved();
        TrainingState state = saved.state();
        int accumulation = state.config().batch().accumulation();
        long perEpoch = 40;
        TrainingState reached = new TrainingState(
                3 * perEpoch + 17,
                3,
                17L * accumulation,
                state.dataFingerprint(),
                state.best(),
                state.totals(),
                state.network(),
                state.config(),
                state.classNames(),
                state.notes());
        TrainingCheckpoint checkpoint = new TrainingCheckpoint(saved.folder(), reached);
        checkpoint.requireReachable(perEpoch);
        Runs.assertRefused(() -> checkpoint.requireReachable(perEpoch + 1), "training.json", "step");
        Runs.assertRefused(() -> checkpoint.requireReachable(3), "training.json", "batchInEpoch");
    }
}
