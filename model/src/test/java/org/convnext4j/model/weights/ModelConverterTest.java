package org.convnext4j.model.weights;

import static org.convnext4j.model.weights.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.ModelDescription;
import org.convnext4j.model.Probability;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.JsonFile;
import org.convnext4j.model.image.Labels;
import org.convnext4j.model.image.PreprocessorConfigWriter;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.weights.ModelConverter.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole models from layout to layout: what lies beside the weights goes with them. */
class ModelConverterTest {
    private static final String SAFETENSORS = "model.safetensors";

    @TempDir
    private Path folder;

    /** A model of three classes with a configuration of Hugging Face's. */
    private Path small(String extra) throws IOException {
        Path in = Files.createDirectories(folder.resolve("in"));
        Files.writeString(in.resolve("config.json"), """
                {"model_type": "convnext", "layer_norm_eps": 1e-4,
                 "id2label": {"0": "owl", "1": "newt, \\"crested\\"", "2": "owl"}%s}
                """.formatted(extra));
        return Toy.writeSmall(in.resolve(SAFETENSORS), Layout.HUGGINGFACE);
    }

    private static ModelConverter.Request request(Layout layout, Configuration configuration) {
        return new ModelConverter.Request(layout, null, configuration, LoadOptions.DEFAULT);
    }

    private static Path convert(Path in, Path to, Layout layout) {
        ModelConverter.convertInto(in, Optional.empty(), to, request(layout, Configuration.WRITTEN));
        return to.resolve(SAFETENSORS);
    }

    private static ModelDescription describe(Path weights) {
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(weights)) {
            return ModelDescription.of(weights, Optional.empty(), checkpoint.config(), checkpoint.layout());
        }
    }

    private static ConvNeXtConfig config(Path weights) {
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(weights)) {
            return checkpoint.config();
        }
    }

    @Test
    void theCallersNamesAndPreprocessingAreWritten() throws IOException {
        Path in = small(", \"problem_type\": \"multi_label_classification\"");
        Files.delete(in.resolveSibling("config.json"));
        LoadOptions options = LoadOptions.builder()
                .labels(new Labels(List.of("hen", "elk", "yak")))
                .preprocessor(Preset.SQUASH_384.preprocessor())
                .build();
        for (Layout layout : List.of(Layout.TIMM, Layout.HUGGINGFACE)) {
            Path to = folder.resolve(layout.label());
            ModelConverter.Result result = ModelConverter.convertInto(
                    in, Optional.empty(), to, new ModelConverter.Request(layout, null, Configuration.WRITTEN, options));
            assertEquals(List.of(), result.notes());
            ModelDescription found = describe(to.resolve(SAFETENSORS));
            assertEquals(Optional.of(List.of("hen", "elk", "yak")), found.names());
            assertEquals(Preset.SQUASH_384.preprocessor(), found.preprocessor());
        }
        LoadOptions two = LoadOptions.DEFAULT.withLabels(new Labels(List.of("hen", "elk")));
        Path none = folder.resolve("none");
        ModelConverter.Request request = new ModelConverter.Request(Layout.TIMM, null, Configuration.WRITTEN, two);
        ModelException e = assertThrows(
                ModelException.class, () -> ModelConverter.convertInto(in, Optional.empty(), none, request));
        assertTrue(
                String.valueOf(e.getMessage()).startsWith("LoadOptions.labels: names 2 classes, but "), e.getMessage());
        assertFalse(Files.exists(none));
    }

    private static Stream<List<Layout>> pairs() {
        return Stream.of(Layout.values())
                .flatMap(one -> Stream.of(Layout.values()).map(other -> List.of(one, other)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void nothingIsLostOnTheWayThereAndBack(List<Layout> layouts) throws IOException {
        for (Preset preset : List.of(Preset.HF_224, Preset.TORCHVISION_TINY, Preset.SQUASH_384, Preset.TIMM_288)) {
            Path in = small(", \"problem_type\": \"multi_label_classification\"");
            Files.writeString(
                    in.resolveSibling("preprocessor_config.json"),
                    PreprocessorConfigWriter.huggingFace(preset.preprocessor()).toString());
            Path there = folder.resolve(preset + "-there");
            Path next = folder.resolve(preset + "-next");
            Path back = folder.resolve(preset + "-back");
            Path last = convert(
                    convert(convert(in, there, layouts.get(0)), next, layouts.get(1)), back, Layout.HUGGINGFACE);
            for (Path model : List.of(there.resolve(SAFETENSORS), next.resolve(SAFETENSORS), last)) {
                ModelDescription found = describe(model);
                assertEquals(Optional.of(List.of("owl", "newt, \"crested\"", "owl")), found.names());
                assertEquals(Probability.SIGMOID, found.probability());
                assertTrue(found.severalPerPicture());
                assertEquals(preset.preprocessor(), found.preprocessor());
                ConvNeXtConfig network = config(model);
                assertEquals(1e-4, network.headNormEps());
                assertEquals(config(in), network);
            }
            assertEquals(bits(in), bits(last));
        }
    }

    private static Map<String, List<Integer>> bits(Path file) {
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            return Toy.bits(checkpoint.weights());
        }
    }

    /** All but their output stride's and pooling's settings come from the tensors and the file that was written. */
    @ParameterizedTest
    @CsvSource({
        "v2, convnext_tiny",
        "v2_conv_mlp, convnext_tiny",
        "conv_mlp, convnext_tiny",
        "ols, convnext_tiny",
        "ols_tiered, convnext_tiny",
        "ols_act, convnext_tiny",
        "simplenorm, convnext_tiny",
        "hnf, convnext_tiny",
        "large_mlp, convnext_tiny",
        "silu_kernels, convnext_tiny",
        "no_layer_scale, convnext_tiny",
        "grey, convnext_tiny",
        "headless, convnext_tiny",
        "stride8, convnext_tiny"
    })
    void timmsArgumentsSayWhatTheNetworkIs(String name, String architecture) throws IOException {
        Path original = Files.createDirectories(folder.resolve("in")).resolve(SAFETENSORS);
        Files.copy(Toy.file("../families/" + name + ".safetensors"), original);
        String args = Files.readString(Toy.file("../families/about.json"));
        JsonNode about = new ObjectMapper().readTree(args).path(name);
        Files.writeString(
                original.resolveSibling("config.json"),
                "{\"architecture\": \"convnext_custom\", \"model_args\": " + about + "}");
        Path copy = convert(original, folder.resolve("copy"), Layout.TIMM);
        assertEquals(config(original), config(copy));
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(copy)) {
            assertEquals(List.of(), checkpoint.assumptions());
        }
        assertEquals(
                architecture,
                JsonFile.read(copy.resolveSibling("config.json"))
                        .path("architecture")
                        .asText());
    }

    /** timm has none of them: its file tells this engine all the same, and timm does not know the architecture. */
    @ParameterizedTest
    @ValueSource(strings = {"isotropic", "isotropic_layer_scale"})
    void isotropicNetworksKeepTheirNames(String name) throws IOException {
        Path original = Files.createDirectories(folder.resolve("in")).resolve(SAFETENSORS);
        Files.copy(Toy.file("../families/" + name + ".safetensors"), original);
        ConvNeXtConfig network = config(original);
        List<String> names = Labels.torchvision1k().names().subList(0, network.classes());
        StringBuilder list = new StringBuilder();
        names.forEach(label -> list.append(list.isEmpty() ? "" : ", ")
                .append('"')
                .append(label)
                .append('"'));
        Files.writeString(
                original.resolveSibling("config.json"),
                "{\"architecture\": \"" + network.name()
                        + "\", \"model_args\": {\"norm_eps\": 1e-5, \"act_layer\": \"silu\"}," + " \"label_names\": ["
                        + list + "]}");
        assertEquals(1e-5, config(original).layerNormEps());
        Path folderOfCopy = folder.resolve("copy");
        Path copy = folderOfCopy.resolve(SAFETENSORS);
        convert(original, folderOfCopy, Layout.FACEBOOK);
        assertEquals(config(original), config(copy));
        assertEquals(Optional.of(names), describe(copy).names());
        assertEquals(
                config(original).name(),
                JsonFile.read(copy.resolveSibling("config.json"))
                        .path("architecture")
                        .asText());
    }

    /** Any name that timm has not would be refused by it. */
    @Test
    void publishedNetworksHaveTimmsNamesAndNeedNoArguments() throws IOException {
        Set<String> timm = new HashSet<>();
        for (KnownModel model : KnownModel.all()) {
            ConvNeXtConfig network = model.config();
            String name = TimmModel.architecture(network);
            assertTrue(timm.add(name), name);
            assertEquals(!model.name().contains("-iso-"), TimmModel.has(network), name);
            if (TimmModel.has(network)) {
                assertEquals("{}", TimmModel.arguments(network).toString(), name);
                assertFalse(name.contains("-"), name);
                assertEquals(Optional.of(model), KnownModel.of(name));
            }
        }
        assertTrue(timm.containsAll(List.of("convnext_tiny", "convnextv2_huge", "test_convnext", "test_convnext3")));
    }

    @Test
    void namesThatNobodyGaveAreNotMadeUp() throws IOException {
        Path in = Toy.writeSmall(Files.createDirectories(folder.resolve("in")).resolve(SAFETENSORS), Layout.FACEBOOK);
        for (Layout layout : Layout.values()) {
            Path out = folder.resolve(layout.label());
            ModelConverter.Result result =
                    ModelConverter.convertInto(in, Optional.empty(), out, request(layout, Configuration.WRITTEN));
            assertEquals(1, result.notes().size(), result.notes().toString());
            assertTrue(
                    result.notes().get(0).contains("how its pictures are prepared"),
                    result.notes().get(0));
            ModelDescription found = describe(out.resolve(SAFETENSORS));
            assertEquals(Optional.empty(), found.names());
            assertEquals(Optional.of(Labels.numbered(3)), found.labels());
            assertEquals(Probability.SOFTMAX, found.probability());
            assertEquals(Preset.TIMM_224.preprocessor(), found.preprocessor());
        }
    }

    @Test
    void whatFollowsFromTheNameIsWritten() throws IOException {
        Path in = small("");
        ModelConverter.Result result = ModelConverter.convertInto(
                in,
                Optional.of(Preset.TORCHVISION_BASE.preprocessor()),
                folder.resolve("out"),
                request(Layout.TORCHVISION, Configuration.WRITTEN));
        assertEquals(List.of(), result.notes());
        assertEquals(2, result.files().size());
        ModelDescription found = describe(folder.resolve("out").resolve(SAFETENSORS));
        assertEquals(Preset.TORCHVISION_BASE.preprocessor(), found.preprocessor());
        assertEquals(Optional.empty(), found.names());
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void aConfigurationThatSaysTheSameIsKeptAndAnotherRefused(Layout layout) throws IOException {
        Path in = small("");
        Path out = convert(in, folder.resolve("out"), layout);
        Path config = out.resolveSibling("config.json");
        String kept = Files.readString(config).replace("{", "{ ");
        Files.writeString(config, kept);
        convert(in, folder.resolve("out"), layout);
        assertEquals(kept, Files.readString(config));

        byte[] weights = Files.readAllBytes(out);
        for (String foreign : List.of(kept.replace("owl", "toad"), "{\"model_type\": \"resnet\"}", "nonsense")) {
            Files.writeString(config, foreign);
            assertRefused(() -> convert(in, folder.resolve("out"), layout), "config.json", "--force", "--no-config");
            assertEquals(foreign, Files.readString(config));
            assertEquals(weights.length, Files.size(out));
        }
        ModelConverter.convert(in, Optional.empty(), out, request(layout, Configuration.LEFT_OUT));
        assertEquals("nonsense", Files.readString(config));
        ModelConverter.convert(in, Optional.empty(), out, request(layout, Configuration.REPLACED));
        assertEquals(describe(in).names(), describe(out).names());
        assertNothingElse(folder.resolve("out"), layout == Layout.HUGGINGFACE ? 3 : 2);
    }

    @Test
    void aProcessorsFileOfAnotherModelWouldCountMore() throws IOException {
        Path in = small("");
        Path out = Files.createDirectories(folder.resolve("out"));
        Path processor = Files.writeString(out.resolve("preprocessor_config.json"), "{\"size\": 96}");
        assertRefused(() -> convert(in, out, Layout.TIMM), "preprocessor_config.json", "another folder");
        assertRefused(() -> convert(in, out, Layout.HUGGINGFACE), "preprocessor_config.json", "--force");
        assertNothingElse(out, 1);
        ModelConverter.convertInto(in, Optional.empty(), out, request(Layout.HUGGINGFACE, Configuration.REPLACED));
        assertTrue(Files.readString(processor).contains("crop_pct"));
    }

    /** A configuration would count for all checkpoints in its folder. */
    @Test
    void aFolderWithOtherCheckpointsIsLeftAlone() throws IOException {
        Path in = small("");
        Path out = Files.createDirectories(folder.resolve("out"));
        Files.writeString(out.resolve("other.pth"), "");
        assertRefused(() -> convert(in, out, Layout.TIMM), "config.json", "other.pth", "--no-config");
        assertNothingElse(out, 1);
        ModelConverter.convertInto(in, Optional.empty(), out, request(Layout.TIMM, Configuration.LEFT_OUT));
        assertNothingElse(out, 2);
    }

    @Test
    void aFailureLeavesNothing() throws IOException {
        Path in = Files.createDirectories(folder.resolve("in")).resolve(SAFETENSORS);
        try (Arena arena = Arena.ofConfined()) {
            ConvNeXtWeights weights = FormulaWeights.of(Toy.SMALL, 0, arena);
            List<Tensor> last = new ArrayList<>();
            weights.forEach((name, tensor) -> last.add(tensor));
            last.get(last.size() - 1).set(0, 1e6f);
            CheckpointWriter.write(in, Toy.SMALL, weights, Layout.TIMM, DType.F32, Map.of());
        }
        Path out = folder.resolve("out");
        ModelConverter.Request half =
                new ModelConverter.Request(Layout.HUGGINGFACE, DType.F16, Configuration.WRITTEN, LoadOptions.DEFAULT);
        assertRefused(() -> ModelConverter.convertInto(in, Optional.empty(), out, half), SAFETENSORS);
        assertFalse(Files.exists(out));
        Files.createDirectories(out.resolve(SAFETENSORS).resolve("in-the-way"));
        assertRefused(() -> convert(in, out, Layout.HUGGINGFACE), "is a folder");
        assertNothingElse(out, 1);
    }

    @Test
    void aMalformedConfigurationIsNamed() throws IOException {
        Path in = small(", \"problem_type\": \"guess\"");
        ModelException refusal =
                assertThrows(ModelException.class, () -> convert(in, folder.resolve("out"), Layout.TIMM));
        assertTrue(String.valueOf(refusal.getMessage()).contains("problem_type"), refusal.getMessage());
        assertFalse(Files.exists(folder.resolve("out")));
    }

    private static void assertNothingElse(Path out, int files) throws IOException {
        try (Stream<Path> left = Files.list(out)) {
            List<Path> found = left.toList();
            assertEquals(files, found.size(), found.toString());
        }
    }
}
