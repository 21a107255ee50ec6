package org.convnext4j.model.weights;

import static org.convnext4j.model.weights.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Design;
import org.convnext4j.model.design.HeadDesign;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.design.StemDesign;
import org.convnext4j.model.design.StemKind;
import org.convnext4j.model.image.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told from a file of a relative, what from the configuration beside it, and what the user is told. */
class FamilyInferenceTest {
    private static final String SIZES = "1.1.2.1-16.24.32.48";

    @TempDir
    private Path folder;

    private static Path golden(String name) {
        return Toy.file("../families/" + name + ".safetensors");
    }

    /** A copy of the file with this configuration beside it. */
    private Path withConfig(Path file, String json) throws IOException {
        Path copy = Files.copy(file, folder.resolve("model.safetensors"));
        Files.writeString(folder.resolve("config.json"), json.replace('\'', '"'));
        return copy;
    }

    /** A published network with weights of little meaning. */
    private Path written(KnownModel model, Layout layout) {
        Path file = folder.resolve("model.safetensors");
        try (Arena arena = Arena.ofShared()) {
            ConvNeXtWeights weights = FormulaWeights.of(model.config(), 0, arena);
            CheckpointWriter.write(file, model.config(), weights, layout, DType.F16, Map.of());
        }
        return file;
    }

    private static KnownModel model(String name) {
        return KnownModel.of(name).orElseThrow();
    }

    private static Design design(ConvNeXtCheckpoint checkpoint) {
        return checkpoint.config().design();
    }

    @ParameterizedTest
    @CsvSource({
        "v2, TIMM, convnextv2, ''",
        "v2_conv_mlp, TIMM, convnextv2, ''",
        "v2_huggingface, HUGGINGFACE, convnextv2, ''",
        "conv_mlp, TIMM, convnext, ''",
        "ols, TIMM, convnext, -ols",
        "ols_tiered, TIMM, convnext, -ols-tiered",
        "ols_act, TIMM, convnext, -ols-act-rmsnorm",
        "simplenorm, TIMM, convnext, -rmsnorm",
        "rmsnorm2d, TIMM, convnext, -rmsnorm",
        "hnf, TIMM, convnext, -hnf",
        "large_mlp, TIMM, convnext, -mlp40",
        "silu_kernels, TIMM, convnext, -k7.5.5.3",
        "headless, TIMM, convnext, ''",
        "no_layer_scale, TIMM, convnext, ''",
        "grey, TIMM, convnext, ''",
        "backbone_huggingface, HUGGINGFACE, convnext, ''"
    })
    void shapesTellAllButNormsWithoutABiasAndActivations(String name, Layout layout, String prefix, String suffix) {
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(golden(name))) {
            ConvNeXtConfig config = checkpoint.config();
            assertEquals(prefix + "-" + SIZES + suffix, config.name());
            assertEquals(layout, checkpoint.layout());
            assertEquals(name.startsWith("v2"), config.design().responseNorm());
            assertEquals(name.startsWith("v2") || name.startsWith("no_"), !config.layerScale());
            assertEquals(name.equals("grey") ? 1 : 3, config.inChannels());
            assertEquals(name.equals("headless") || name.startsWith("backbone") ? 0 : 10, config.classes());
            assertEquals(
                    name.startsWith("backbone") ? List.of(0, 1, 2, 3) : List.of(),
                    config.design().normedStages());
            // Norms without a bias are a guess that may spoil the numbers; the rest has one likely answer.
            boolean guessed = config.design().norm() == NormKind.RMS;
            List<Assumption> assumptions = checkpoint.assumptions();
            assertEquals(guessed, assumptions.stream().anyMatch(Assumption::risky));
            assertEquals(guessed, text(assumptions).contains("taken for rmsnorm"));
            assertTrue(text(assumptions).contains("taken for GELU, 1e-6 and 32"), text(assumptions));
        }
    }

    private static String text(List<Assumption> assumptions) {
        return String.join("; ", assumptions.stream().map(Assumption::text).toList());
    }

    @ParameterizedTest
    @CsvSource({"isotropic, false", "isotropic_layer_scale, true"})
    void isotropicNetworksHaveOneStage(String name, boolean layerScale) {
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(golden(name))) {
            assertEquals("convnext-iso-3-24", checkpoint.config().name());
            assertEquals(16, checkpoint.config().outputStride());
            assertEquals(layerScale, checkpoint.config().layerScale());
        }
    }

    @Test
    void timmsConfigurationSettlesTheRest() throws IOException {
        Path file = withConfig(
                golden("ols_act"),
                "{'architecture':'convnext_own','model_args':{'norm_layer':'simplenorm','act_layer':'silu',"
                        + "'norm_eps':1e-5,'output_stride':16}}");
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            assertEquals(List.of(), checkpoint.assumptions());
            assertEquals(NormKind.SIMPLE, design(checkpoint).norm());
            assertEquals(ActivationKind.SILU, design(checkpoint).activation());
            assertEquals(1e-5, checkpoint.config().layerNormEps());
            assertEquals(1e-5, checkpoint.config().headNormEps());
            assertEquals(16, checkpoint.config().outputStride());
        }
    }

    @Test
    void huggingFacesConfigurationSettlesTheActivation() throws IOException {
        Path file = withConfig(
                golden("v2_huggingface"),
                "{'model_type':'convnextv2','hidden_act':'silu','depths':[1,1,2,1],'hidden_sizes':[16,24,32,48]}");
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            assertEquals(List.of(), checkpoint.assumptions());
            assertEquals(ActivationKind.SILU, design(checkpoint).activation());
        }
    }

    @Test
    void aConfigurationOfAnotherNetworkIsLeftOut() throws IOException {
        Path file = withConfig(
                golden("simplenorm"),
                "{'architecture':'convnext_zepto_rms','model_args':{'depths':[2,2,4,2],'norm_layer':'simplenorm'}}");
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            String text = text(checkpoint.assumptions());
            assertTrue(text.contains("config.json describes another network"), text);
            assertEquals(NormKind.RMS, design(checkpoint).norm());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'\"norm_layer\":\"batchnorm\"', norm_layer",
        "'\"act_layer\":\"relu\"', act_layer",
        "'\"depths\":[1,2.5]', depths",
        "'\"output_stride\":\"far\"', output_stride",
        "'\"norm_eps\":[]', norm_eps"
    })
    void whatCannotBeUsedInAConfigurationIsNamed(String field, String name) throws IOException {
        Path file = withConfig(golden("v2"), "{\"architecture\":\"convnext_own\",\"model_args\":{" + field + "}}");
        String message = String.valueOf(assertThrows(ConfigException.class, () -> ConvNeXtCheckpoint.read(file))
                .getMessage());
        assertTrue(message.contains(name) && message.contains("config.json"), message);
    }

    @Test
    void anImpossibleOutputStrideIsRefused() throws IOException {
        Path file = withConfig(golden("v2"), "{'architecture':'convnext_own','model_args':{'output_stride':4}}");
        assertRefused(() -> ConvNeXtCheckpoint.read(file), "output stride of 4", "32, 16 and 8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zepto-rms",
                "zepto-rms-ols",
                "atto-rms",
                "atto-ols",
                "femto",
                "test",
                "test2",
                "test3",
                "v2-atto"
            })
    void aPublishedNetworkIsKnownByItsShapes(String label) {
        KnownModel model = model(label);
        Path file = written(model, Layout.TIMM);
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.readUnchecked(file)) {
            assertEquals(model.config(), checkpoint.config());
            assertEquals(List.of(), checkpoint.assumptions());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"FACEBOOK", "HUGGINGFACE"})
    void smallV2sAreTheSameInLayoutsWithLinearLayers(Layout layout) {
        KnownModel model = model("v2-femto");
        Path file = written(model, layout);
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.readUnchecked(file)) {
            double headEps = layout == Layout.HUGGINGFACE ? 1e-12 : 1e-6;
            assertEquals(model.config().withHeadNormEps(headEps), checkpoint.config());
            assertEquals(layout, checkpoint.layout());
        }
    }

    @Test
    void theCallersWordCountsMoreThanTheConfiguration() throws IOException {
        Path file = written(model("atto-rms"), Layout.TIMM);
        Files.writeString(
                folder.resolve("config.json"),
                "{\"architecture\":\"convnext_atto_rms\",\"model_args\":{\"norm_layer\":\"simplenorm\"}}");
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.readUnchecked(file)) {
            assertEquals(NormKind.SIMPLE, design(checkpoint).norm());
        }
        LoadOptions options =
                LoadOptions.DEFAULT.withArchitecture(model("atto-rms")).withOutputStride(8);
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.readUnchecked(file, options)) {
            assertEquals(NormKind.RMS, design(checkpoint).norm());
            assertEquals(8, checkpoint.config().outputStride());
            assertEquals(2, design(checkpoint).dilatedStages());
        }
        assertRefused(
                () -> ConvNeXtCheckpoint.read(file, LoadOptions.DEFAULT.withArchitecture(model("femto"))),
                "is not a convnext-femto",
                "convnext-atto-rms");
        assertRefused(
                () -> ConvNeXtCheckpoint.read(file, LoadOptions.DEFAULT.withOutputStride(12)), "output stride of 12");
    }

    @Test
    void isotropicNetworksCannotBeDilated() {
        assertRefused(
                () -> ConvNeXtCheckpoint.read(golden("isotropic"), LoadOptions.DEFAULT.withOutputStride(8)),
                "it can have 16");
    }

    @Test
    void stemsAndHeadsAreSeen() {
        try (ConvNeXtCheckpoint tiered = ConvNeXtCheckpoint.read(golden("ols_tiered"));
                ConvNeXtCheckpoint act = ConvNeXtCheckpoint.read(golden("ols_act"));
                ConvNeXtCheckpoint mlp = ConvNeXtCheckpoint.read(golden("large_mlp"))) {
            assertEquals(new StemDesign(StemKind.OVERLAP, 8), design(tiered).stem());
            assertEquals(new StemDesign(StemKind.OVERLAP_ACT, 16), design(act).stem());
            assertEquals(
                    new HeadDesign(HeadDesign.NormPlace.AFTER_POOLING, 40),
                    design(mlp).head());
        }
    }
}
