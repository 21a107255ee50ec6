package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Variant;
import org.convnext4j.model.image.Labels;
import org.convnext4j.model.image.PreprocessorConfig;
import org.convnext4j.model.weights.CheckpointWriter;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.FormulaWeights;
import org.convnext4j.model.weights.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run's config.json is what timm 1.0.29 builds the network from; tried with it, and held to what its code reads. */
class ModelConfigTest {
    /** The fields of timm's PretrainedCfg that a run fills; timm refuses a field that it does not know. */
    private static final Set<String> PRETRAINED_CFG = Set.of(
            "input_size",
            "interpolation",
            "crop_pct",
            "crop_mode",
            "mean",
            "std",
            "num_classes",
            "first_conv",
            "classifier");

    /** Arguments of timm's ConvNeXt. */
    private static final Set<String> MODEL_ARGS = Set.of("depths", "dims", "patch_size", "ls_init_value", "norm_eps");

    private static final AugmentationConfig AUGMENTATION =
            TrainingPreset.of("tiny-1k").config().augmentation();

    @TempDir
    private Path folder;

    private static JsonNode json(ConvNeXtConfig network, List<String> names) {
        return TrainingJson.parse("config.json", ModelConfig.text(network, AUGMENTATION, names));
    }

    private static ConvNeXtConfig small() {
        return ConvNeXtConfig.of(List.of(1, 2, 1, 1), List.of(4, 8, 8, 16), 3);
    }

    @Test
    void aPublishedSizeHasTimmsName() {
        JsonNode json = json(ConvNeXtConfig.of(Variant.SMALL).withClasses(3), List.of("a", "b", "c"));
        assertEquals("convnext_small", json.path("architecture").asText());
        assertFalse(json.has("model_args"));
        assertEquals(3, json.path("num_classes").asInt());
        assertEquals(3, json.path("pretrained_cfg").path("num_classes").asInt());
        assertEquals(3, json.path("label_names").size());
        assertEquals(768, json.path("num_features").asInt());
        ConvNeXtConfig plain = ConvNeXtConfig.of(Variant.TINY).withLayerScale(false);
        assertTrue(
                json(plain, List.of()).path("model_args").path("ls_init_value").isNull());
    }

    @Test
    void otherSizesAreArgumentsOfABase() {
        JsonNode json = json(small().withLayerNormEps(1e-5).withHeadNormEps(1e-5), List.of());
        assertEquals("convnext_tiny", json.path("architecture").asText());
        assertEquals("[1,2,1,1]", json.path("model_args").path("depths").toString());
        assertEquals("[4,8,8,16]", json.path("model_args").path("dims").toString());
        assertEquals(1e-5, json.path("model_args").path("norm_eps").asDouble());
        assertFalse(json.has("convnext4j"));
    }

    @Test
    void timmKnowsEveryField() {
        for (ConvNeXtConfig network : List.of(small(), small().withLayerScale(false), patches(1))) {
            JsonNode json = json(network, List.of("a", "b", "c"));
            assertTrue(PRETRAINED_CFG.containsAll(names(json.path("pretrained_cfg"))), json.toString());
            assertTrue(MODEL_ARGS.containsAll(names(json.path("model_args"))), json.toString());
            assertTrue(json.path("architecture").asText().matches("convnext_[a-z]+"), json.toString());
        }
    }

    /** Of patches of 2 or 8 timm makes another network, so the file does not claim to be its. */
    @Test
    void whatTimmCannotBuildHasNoNameOfTimms() {
        for (int patch : List.of(2, 8)) {
            JsonNode json = json(patches(patch), List.of());
            assertEquals("convnext-1.2.1.1-4.8.8.16", json.path("architecture").asText());
            assertFalse(json.has("model_args"));
        }
    }

    private static ConvNeXtConfig patches(int patch) {
        return new ConvNeXtConfig(List.of(1, 2, 1, 1), List.of(4, 8, 8, 16), 3, 3, patch, true, 1e-6, 1e-6);
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void readsBackAsItWas() throws IOException {
        for (ConvNeXtConfig network : List.of(
                small(), small().withLayerScale(false), small().withHeadNormEps(1e-12), patches(1), patches(2))) {
            Path file = folder.resolve("model.safetensors");
            Files.writeString(
                    folder.resolve("config.json"),
                    ModelConfig.text(network, AUGMENTATION, List.of("owl", "newt", "toad")));
            try (Arena arena = Arena.ofShared()) {
                ConvNeXtWeights weights = FormulaWeights.of(network, 0, arena);
                CheckpointWriter.write(file, network, weights, Layout.FACEBOOK, DType.F32, Map.of());
            }
            try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
                assertEquals(network, checkpoint.config());
                assertEquals(List.of(), checkpoint.assumptions());
            }
            assertEquals(
                    List.of("owl", "newt", "toad"), Labels.forModel(file, 3).names());
            assertEquals(
                    Pipelines.evaluation(AUGMENTATION).preprocessor(),
                    PreprocessorConfig.besideWeights(file).orElseThrow());
        }
    }
}
