package org.convnext4j.model.weights;

import static org.convnext4j.model.weights.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.WeightsChoice;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrappers, prefixes and averaged weights: which network of a file is read, and what is said of it. */
class NetworkChoiceTest {
    private static final LoadOptions RAW = LoadOptions.DEFAULT.withWeights(WeightsChoice.RAW);

    /** Salts of the weights, so that it shows which were read. */
    private static final int RAW_SALT = 0;

    private static final int EMA_SALT = 1;

    @TempDir
    private Path folder;

    private static LoadOptions named(String name) {
        return LoadOptions.DEFAULT.withWeights(new WeightsChoice(name));
    }

    private static Map<String, List<Integer>> bits(int salt) {
        try (Arena arena = Arena.ofConfined()) {
            return Toy.bits(FormulaWeights.of(Toy.SMALL, salt, arena));
        }
    }

    private static String text(ConvNeXtCheckpoint checkpoint) {
        return String.join(
                "; ", checkpoint.assumptions().stream().map(Assumption::text).toList());
    }

    private void assertReads(Path file, LoadOptions options, int salt, String... said) {
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file, options)) {
            // Without a configuration the head has its code's epsilon.
            double headEps = checkpoint.layout() == Layout.HUGGINGFACE ? 1e-12 : 1e-6;
            assertEquals(Toy.SMALL.withHeadNormEps(headEps), checkpoint.config());
            assertEquals(bits(salt), Toy.bits(checkpoint.weights()));
            for (String part : said) {
                assertTrue(text(checkpoint).contains(part), text(checkpoint));
            }
        }
    }

    /** Several sets of weights with prefixes, and further tensors, in a safetensors file. */
    private Path safetensors(Layout layout, Map<String, Integer> saltByPrefix, String... others) {
        List<TensorEntry> entries = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            TensorNames names = layout.names(Spelling.of(Toy.SMALL));
            saltByPrefix.forEach((prefix, salt) -> FormulaWeights.of(Toy.SMALL, salt, arena)
                    .forEach((own, tensor) -> {
                        TensorSpec spec =
                                new TensorSpec(TensorNames.OWN.parse(own).orElseThrow(), tensor.shape());
                        entries.add(new TensorEntry(
                                prefix + names.format(spec.id()), DType.F32, layout.shape(spec, false), tensor.data()));
                    }));
            for (String other : others) {
                entries.add(new TensorEntry(other, DType.F32, List.of(1L), MemorySegment.ofArray(new byte[4])));
            }
            Path file = folder.resolve("model.safetensors");
            SafetensorsWriter.write(file, entries, null, Map.of());
            return file;
        }
    }

    private Path torch(Map<String, Integer> saltByPlace) {
        return SafetensorsBytes.write(folder.resolve("model.pth"), TorchBytes.networks(saltByPlace));
    }

    private static Map<String, Integer> both(String raw, String ema) {
        Map<String, Integer> both = new LinkedHashMap<>();
        both.put(raw, RAW_SALT);
        both.put(ema, EMA_SALT);
        return both;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "net.",
                "backbone.",
                "encoder.",
                "_backbone.",
                "model.",
                "module.",
                "_orig_mod.",
                "module.model._orig_mod.",
                "timm_model.",
                "my.own.wrapper."
            })
    void onePrefixOfAllNamesIsDroppedAndSaid(String prefix) {
        String said = "dropped the prefix " + prefix + " from";
        for (Layout layout : Layout.values()) {
            assertReads(safetensors(layout, Map.of(prefix, RAW_SALT)), LoadOptions.DEFAULT, RAW_SALT, said);
        }
    }

    @Test
    void strangersBesideAPrefixedNetworkAreRefusedUnlessTheyAreToBeIgnored() {
        String[] decoder = {"decode_head.conv_seg.weight", "decode_head.conv_seg.bias", "auxiliary_head.x"};
        Path file = safetensors(Layout.FACEBOOK, Map.of("backbone.", RAW_SALT), decoder);
        assertRefused(
                () -> ConvNeXtCheckpoint.read(file),
                "unknown tensors decode_head.conv_seg.weight, decode_head.conv_seg.bias, auxiliary_head.x",
                "--ignore-unknown");
        assertReads(
                file,
                LoadOptions.DEFAULT.withUnknownIgnored(true),
                RAW_SALT,
                "left out 3 unknown tensors: decode_head.conv_seg.weight",
                "dropped the prefix backbone.");
    }

    @Test
    void ignoringDoesNotHideThatTensorsAreMissing() {
        Path file = safetensors(Layout.TIMM, Map.of("", RAW_SALT), "stages.0.blocks.7.gamma");
        assertRefused(
                () -> ConvNeXtCheckpoint.read(file, LoadOptions.DEFAULT.withUnknownIgnored(true)), "lacks tensors");
    }

    @Test
    void countersAreLeftOut() {
        Path file = safetensors(
                Layout.TIMM,
                Map.of("", RAW_SALT),
                "total_ops",
                "stages.0.blocks.0.conv_dw.total_params",
                "num_updates");
        assertReads(file, LoadOptions.DEFAULT, RAW_SALT, "left out what counts and is no weight: total_ops, ");
    }

    @ParameterizedTest
    @CsvSource({
        "state_dict, state_dict_ema",
        "model, model_ema",
        "model, ema",
        "state_dict, ema_state_dict",
        "model_state_dict, ema_model_state_dict",
        "net, other.ema",
        "params, params_ema",
        "model, swa_model",
        "model, trainer.ema.shadow"
    })
    void averagedWeightsAreTakenAndTheOthersToBeHad(String raw, String ema) {
        Path file = torch(both(raw, ema));
        assertReads(file, LoadOptions.DEFAULT, EMA_SALT, "read " + ema + ", the averaged weights (EMA)", raw);
        assertReads(file, RAW, RAW_SALT, "read " + raw + " and left out " + ema);
        assertReads(file, named(ema), EMA_SALT);
        assertReads(file, named(raw), RAW_SALT);
        assertRefused(() -> ConvNeXtCheckpoint.read(file, named("nothing")), "nothing", raw, ema, "--weights");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "state_dict", "module", "model_state_dict", "net", "params", "a.b.c", "weights"})
    void anyOneWrapperIsLookedThrough(String place) {
        assertReads(torch(Map.of(place, RAW_SALT)), LoadOptions.DEFAULT, RAW_SALT);
    }

    @Test
    void averagedWeightsAloneAreReadAndSaidToBeSo() {
        Path file = torch(Map.of("model_ema", EMA_SALT));
        assertReads(file, LoadOptions.DEFAULT, EMA_SALT, "averaged weights (EMA), the only ones");
        assertRefused(() -> ConvNeXtCheckpoint.read(file, RAW), "has no weights called raw", "model_ema");
    }

    @Test
    void lightningsTwoNetworksInOneDict() {
        Path file = safetensors(Layout.TIMM, both("model.", "model_ema.module."), "model.extra", "criterion.weight");
        assertRefused(() -> ConvNeXtCheckpoint.read(file), "unknown tensor criterion.weight;");
        LoadOptions ignoring = LoadOptions.DEFAULT.withUnknownIgnored(true);
        assertReads(file, ignoring, EMA_SALT, "read model_ema.module, the averaged", "left out model");
        assertReads(file, ignoring.withWeights(WeightsChoice.RAW), RAW_SALT);
    }

    @Test
    void torchsAveragedModelIsKnownByItsCounter() {
        Path file = safetensors(Layout.TIMM, Map.of("module.", EMA_SALT), "n_averaged");
        assertReads(file, LoadOptions.DEFAULT, EMA_SALT, "averaged weights", "n_averaged");
    }

    @Test
    void whatIsNoAverageMustBeNamed() {
        Path file = safetensors(Layout.FACEBOOK, both("student.backbone.", "teacher.backbone."), "teacher.head.x");
        assertRefused(() -> ConvNeXtCheckpoint.read(file), "several networks, student.backbone, teacher.backbone");
        assertReads(file, named("student"), RAW_SALT);
        assertRefused(() -> ConvNeXtCheckpoint.read(file, named("teacher")), "unknown tensor teacher.head.x");
    }

    @Test
    void dinov3InHuggingFacesLayoutIsABackbone() {
        Map<String, String> renames = Map.of(
                "embeddings.patch_embeddings", "stages.0.downsample_layers.0",
                "embeddings.layernorm", "stages.0.downsample_layers.1",
                "downsampling_layer", "downsample_layers",
                "layer_scale_parameter", "gamma",
                "dwconv", "depthwise_conv",
                "pwconv", "pointwise_conv");
        Path original = Toy.writeSmall(folder.resolve("hf"), Layout.HUGGINGFACE);
        Path file = folder.resolve("model.safetensors");
        try (Checkpoint checkpoint = Checkpoint.open(original)) {
            List<TensorEntry> entries = new ArrayList<>();
            for (TensorEntry entry : checkpoint.entries()) {
                if (entry.name().startsWith("classifier")) {
                    continue;
                }
                String name = entry.name().replaceFirst("^convnext\\.", "").replaceFirst("^encoder\\.", "");
                for (Map.Entry<String, String> rename : renames.entrySet()) {
                    name = name.replace(rename.getKey(), rename.getValue());
                }
                name = name.replace(".layernorm.", ".layer_norm.").replaceFirst("^layernorm\\.", "layer_norm.");
                entries.add(new TensorEntry(name, entry.dtype(), entry.shape(), entry.data()));
            }
            SafetensorsWriter.write(file, entries, null, Map.of());
        }
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            assertEquals(Layout.HUGGINGFACE, checkpoint.layout());
            assertEquals(Toy.SMALL.withClasses(0), checkpoint.config());
            Map<String, List<Integer>> expected = new LinkedHashMap<>(bits(RAW_SALT));
            expected.keySet().removeIf(name -> name.startsWith("head."));
            assertEquals(expected, Toy.bits(checkpoint.weights()));
        }
        Path converted = folder.resolve("converted.safetensors");
        CheckpointWriter.convert(file, converted, Layout.HUGGINGFACE, null);
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(converted)) {
            assertEquals(Toy.SMALL.withClasses(0).withHeadNormEps(1e-12), checkpoint.config());
        }
    }

    @Test
    void aNormForTheStemsMapIsLeftOutAndSaid() {
        Path original = Toy.file("../families/backbone_huggingface.safetensors");
        Path file = folder.resolve("model.safetensors");
        try (Checkpoint checkpoint = Checkpoint.open(original)) {
            List<TensorEntry> entries = new ArrayList<>(checkpoint.entries());
            entries.add(new TensorEntry(
                    "hidden_states_norms.stem.weight", DType.F32, List.of(16L), MemorySegment.ofArray(new byte[64])));
            SafetensorsWriter.write(file, entries, null, Map.of());
        }
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            ConvNeXtConfig config = checkpoint.config();
            assertEquals(List.of(0, 1, 2, 3), config.design().normedStages());
            assertTrue(text(checkpoint).contains("left out 1 tensor that norm the stem's own map"), text(checkpoint));
        }
    }

    @Test
    void manyPrefixesCostNothing() throws IOException {
        List<TensorEntry> entries = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            entries.add(new TensorEntry(
                    "n" + i + ".stem.weight", DType.F32, List.of(1L), MemorySegment.ofArray(new byte[4])));
        }
        Path file = folder.resolve("many.safetensors");
        SafetensorsWriter.write(file, entries, null, Map.of());
        assertRefused(() -> ConvNeXtCheckpoint.read(file), "holds 20000 networks: n0, n1", "and 19984 more");
        assertTrue(Files.exists(file));
    }
}
