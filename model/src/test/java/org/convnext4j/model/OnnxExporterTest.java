package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Designs;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.design.Variant;
import org.convnext4j.model.onnx.OnnxExporter;
import org.convnext4j.model.roadmap.Regime;
import org.convnext4j.model.roadmap.RoadmapModel;
import org.convnext4j.model.roadmap.RoadmapNetwork;
import org.convnext4j.model.roadmap.RoadmapStep;
import org.convnext4j.model.roadmap.RoadmapWeights;
import org.convnext4j.model.weights.CheckpointException;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.FormulaWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ONNX Runtime, which shares no code with this engine, runs what the exporter writes. */
class OnnxExporterTest {
    private static final float TOLERANCE = 2e-5f;
    private static final Path TOY_GOLDENS = Goldens.resource("toy/expected.safetensors");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"x32", "x64", "x75x51"})
    void aConvertedToyGivesTheGoldenNumbers(String name) throws OrtException {
        Path onnx = folder.resolve("toy.onnx");
        OnnxExporter.convert(Goldens.resource("toy/timm.safetensors"), onnx);
        try (Arena arena = Arena.ofConfined()) {
            Tensor input = Goldens.tensor(TOY_GOLDENS, name + ".input", arena);
            for (String output : List.of("logits", "embedding")) {
                assertClose(Goldens.read(TOY_GOLDENS, name + "." + output), run(onnx, input, output));
            }
        }
    }

    /** All that a program needs to feed the graph and to name what comes out. */
    @Test
    void namesAndPreprocessingAreInTheMetadata() throws OrtException, IOException {
        Path in = Files.copy(Goldens.resource("toy/timm.safetensors"), folder.resolve("model.safetensors"));
        Files.writeString(folder.resolve("config.json"), """
                {"architecture": "convnext_tiny", "problem_type": "multi_label_classification",
                 "model_args": {"depths": [1, 2, 3, 1], "dims": [16, 24, 40, 72]},
                 "label_names": ["a", "b, \\"c\\"", "d", "e", "f", "g", "h", "i", "j", "\u00fc"],
                 "pretrained_cfg": {"input_size": [3, 96, 96], "crop_pct": 0.9, "interpolation": "bilinear",
                  "mean": [0.5, 0.25, 0.125], "std": [0.1, 0.2, 0.3]}}
                """);
        Path onnx = folder.resolve("toy.onnx");
        OnnxExporter.convert(in, onnx);
        Map<String, String> metadata = metadata(onnx);
        assertEquals(Set.of("architecture", "labels", "probability", "preprocessing"), metadata.keySet());
        assertEquals("convnext-1.2.3.1-16.24.40.72", metadata.get("architecture"));
        assertEquals(
                "[\"a\",\"b, \\\"c\\\"\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\",\"\u00fc\"]",
                metadata.get("labels"));
        assertEquals("sigmoid", metadata.get("probability"));
        assertEquals(
                "{\"layout\":\"NCHW\",\"channels\":\"RGB\",\"resize\":{\"shortest_edge\":106},"
                        + "\"crop\":{\"height\":96,\"width\":96},\"crop_rounding\":\"half_even\","
                        + "\"interpolation\":\"bilinear\",\"rescale_factor\":0.00392156862745098,"
                        + "\"mean\":[0.5,0.25,0.125],\"std\":[0.1,0.2,0.3]}",
                metadata.get("preprocessing"));
        OnnxExporter.convert(in, Optional.empty(), onnx, LoadOptions.DEFAULT, false);
        assertEquals(Map.of(), metadata(onnx));
    }

    private static Map<String, String> metadata(Path onnx) throws OrtException {
        try (OrtSession session = OrtEnvironment.getEnvironment().createSession(onnx.toString())) {
            return session.getMetadata().getCustomMetadata();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void tinyGivesWhatTheEngineGives(int batch) throws OrtException {
        Path onnx = folder.resolve("tiny.onnx");
        ConvNeXtConfig config = ConvNeXtConfig.of(Variant.TINY);
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create()) {
            ConvNeXtWeights weights = FormulaWeights.of(config, 5, arena);
            OnnxExporter.write(onnx, config, weights);
            try (ConvNeXt model = ConvNeXt.of(config, weights, engine)) {
                for (int height : new int[] {224, 163}) {
                    Tensor input = FormulaWeights.input(batch, arena, batch, 3, height, 224);
                    assertClose(model.logits(input), run(onnx, input, "logits"));
                }
            }
        }
    }

    @Test
    void tinyGivesTheGoldenNumbers() throws OrtException {
        Path onnx = folder.resolve("tiny.onnx");
        ConvNeXtConfig config = ConvNeXtConfig.of(Variant.TINY);
        try (Arena arena = Arena.ofShared()) {
            OnnxExporter.write(onnx, config, FormulaWeights.of(config, 0, arena));
            Tensor input = FormulaWeights.input(0, arena, 1, 3, 224, 224);
            float[] golden = Goldens.read(Goldens.resource("variants.safetensors"), "tiny.logits");
            assertClose(golden, run(onnx, input, "logits"));
        }
    }

    @Test
    void aNetworkWithoutLayerScaleAndWithOtherPatchesAndEpsilonsKeepsThem() throws OrtException {
        Path onnx = folder.resolve("other.onnx");
        List<Integer> dims = List.of(8, 12, 20, 28);
        ConvNeXtConfig config = new ConvNeXtConfig(List.of(1, 1, 2, 1), dims, 7, 5, 2, false, 1e-3, 0.5);
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create()) {
            ConvNeXtWeights weights = FormulaWeights.of(config, 9, arena);
            OnnxExporter.write(onnx, config, weights);
            Tensor input = FormulaWeights.input(3, arena, 2, 5, 33, 47);
            try (ConvNeXt model = ConvNeXt.of(config, weights, engine)) {
                assertClose(model.logits(input), run(onnx, input, "logits"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("org.convnext4j.model.design.Designs#all")
    void everyDesignGivesWhatTheEngineGivesForAnyBatchAndSize(ConvNeXtConfig config) throws OrtException {
        Path onnx = folder.resolve("design.onnx");
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create()) {
            ConvNeXtWeights weights = FormulaWeights.of(config, 9, arena);
            OnnxExporter.write(onnx, config, weights);
            try (ConvNeXt model = ConvNeXt.of(config, weights, engine)) {
                for (int n = 1; n <= 2; n++) {
                    Tensor input = FormulaWeights.input(n, arena, n, config.inChannels(), 64 + 7 * n, 96);
                    assertClose(model.logits(input), run(onnx, input, "logits"));
                    assertClose(model.embedding(input), run(onnx, input, "embedding"));
                }
            }
        }
    }

    @Test
    void aNetworkWithoutAClassifierGivesItsEmbedding() throws OrtException {
        Path onnx = folder.resolve("features.onnx");
        ConvNeXtConfig config = Designs.v2().withClasses(0);
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create()) {
            ConvNeXtWeights weights = FormulaWeights.of(config, 9, arena);
            OnnxExporter.write(onnx, config, weights);
            Tensor input = FormulaWeights.input(3, arena, 2, 3, 64, 64);
            try (ConvNeXt model = ConvNeXt.of(config, weights, engine)) {
                assertClose(model.embedding(input), run(onnx, input, "embedding"));
            }
        }
    }

    @Test
    void aConvNeXtV2TinyGivesWhatTheEngineGives() throws OrtException {
        Path onnx = folder.resolve("v2-tiny.onnx");
        ConvNeXtConfig config = KnownModel.of("convnextv2-tiny").orElseThrow().config();
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create()) {
            ConvNeXtWeights weights = FormulaWeights.of(config, 5, arena);
            OnnxExporter.write(onnx, config, weights);
            try (ConvNeXt model = ConvNeXt.of(config, weights, engine)) {
                Tensor input = FormulaWeights.input(2, arena, 1, 3, 224, 224);
                assertClose(model.logits(input), run(onnx, input, "logits"));
            }
        }
    }

    /** BatchNorm, max pooling and shortcuts with a convolution; the engine folds the norms, the graph has them. */
    @Test
    void theNetworksBetweenResNetAndConvNeXtGiveWhatTheEngineGives() throws OrtException {
        Path onnx = folder.resolve("roadmap.onnx");
        for (RoadmapStep step : Regime.RESNET_50.steps()) {
            RoadmapNetwork network =
                    step.network().withDepths(List.of(1, 1, 2, 1)).scaled(0.25).withClasses(9);
            try (Arena arena = Arena.ofShared();
                    Engine engine = Engine.create()) {
                RoadmapWeights weights = RoadmapWeights.fresh(network, arena, 3);
                OnnxExporter.write(onnx, network.plan(), weights, Map.of());
                Tensor input = FormulaWeights.input(3, arena, 2, 3, 64, 70);
                try (RoadmapModel model = RoadmapModel.of(network, weights, engine)) {
                    assertClose(model.logits(input), run(onnx, input, "logits"));
                }
            }
        }
    }

    @Test
    void theSameWeightsGiveTheSameBytesInEveryLayout() throws IOException {
        Path first = folder.resolve("first.onnx");
        Path second = folder.resolve("second.onnx");
        OnnxExporter.convert(Goldens.resource("toy/facebook.pth"), first);
        OnnxExporter.convert(Goldens.resource("toy/torchvision.safetensors"), second);
        assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
    }

    @Test
    void theSourceIsNotOverwritten() throws IOException {
        Path in = Files.copy(Goldens.resource("toy/timm.safetensors"), folder.resolve("model.onnx"));
        byte[] before = Files.readAllBytes(in);
        assertThrows(CheckpointException.class, () -> OnnxExporter.convert(in, in));
        assertArrayEquals(before, Files.readAllBytes(in));
    }

    @Test
    void whatProtobufCannotHoldIsRefusedBeforeAnythingIsWritten() throws IOException {
        ConvNeXtConfig config = ConvNeXtConfig.of(Variant.TINY).withClasses(700_000);
        // Memory that nobody may touch: the length alone must be enough.
        ConvNeXtWeights weights = ConvNeXtWeights.assemble(
                config,
                (name, shape) ->
                        new Tensor(shape, MemorySegment.ofAddress(64).reinterpret(shape.elements() * Float.BYTES)));
        CheckpointException refusal = assertThrows(
                CheckpointException.class, () -> OnnxExporter.write(folder.resolve("big.onnx"), config, weights));
        assertTrue(String.valueOf(refusal.getMessage()).contains("2 GiB"), refusal.toString());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    private static void assertClose(float[] expected, float[] actual) {
        float difference = Goldens.largestDifference(expected, actual);
        assertTrue(difference <= TOLERANCE, "largest difference " + difference);
    }

    private static float[] run(Path onnx, Tensor input, String output) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[] shape =
                input.shape().dims().stream().mapToLong(Integer::longValue).toArray();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(2);
            try (OrtSession session = environment.createSession(onnx.toString(), options);
                    OnnxTensor tensor = OnnxTensor.createTensor(
                            environment,
                            input.data()
                                    .asByteBuffer()
                                    .order(ByteOrder.nativeOrder())
                                    .asFloatBuffer(),
                            shape);
                    OrtSession.Result result = session.run(Map.of("input", tensor))) {
                OnnxTensor found = (OnnxTensor) result.get(output).orElseThrow();
                float[] values = new float[found.getFloatBuffer().remaining()];
                found.getFloatBuffer().get(values);
                return values;
            }
        }
    }
}
