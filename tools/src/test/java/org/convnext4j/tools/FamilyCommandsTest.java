package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.convnext4j.model.weights.Checkpoint;
import org.convnext4j.model.weights.TensorEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands on relatives of ConvNeXt. */
class FamilyCommandsTest {
    @ParameterizedTest
    @CsvSource({
        "v2, convnextv2-1.1.2.1-16.24.32.48",
        "v2_conv_mlp, convnextv2-1.1.2.1-16.24.32.48",
        "v2_huggingface, convnextv2-1.1.2.1-16.24.32.48",
        "conv_mlp, convnext-1.1.2.1-16.24.32.48",
        "ols, convnext-1.1.2.1-16.24.32.48-ols",
        "ols_tiered, convnext-1.1.2.1-16.24.32.48-ols-tiered",
        "ols_act, convnext-1.1.2.1-16.24.32.48-ols-act-rmsnorm",
        "rmsnorm2d, convnext-1.1.2.1-16.24.32.48-rmsnorm",
        "hnf, convnext-1.1.2.1-16.24.32.48-hnf",
        "large_mlp, convnext-1.1.2.1-16.24.32.48-mlp40",
        "silu_kernels, convnext-1.1.2.1-16.24.32.48-k7.5.5.3",
        "isotropic, convnext-iso-3-24",
        "isotropic_layer_scale, convnext-iso-3-24",
        "backbone_huggingface, convnext-1.1.2.1-16.24.32.48"
    })
    void inspectNamesThem(String name, String architecture) throws IOException {
        JsonNode json = Cli.run("inspect", "--json", Cli.family(name)).json();
        assertEquals(architecture, json.path("architecture").asText());
        long elements = 0;
        for (JsonNode tensor : json.path("tensors")) {
            long product = 1;
            for (JsonNode dim : tensor.path("shape")) {
                product *= dim.asLong();
            }
            elements += product;
        }
        assertEquals(elements, json.path("parameters").asLong());
        assertEquals(
                name.startsWith("v2"), json.path("design").path("responseNorm").asBoolean());
        assertTrue(json.path("assumptions").size() > 0);
    }

    @Test
    void inspectSaysWhatItAssumed() {
        Cli.Result result = Cli.run("inspect", Cli.family("ols_act"));
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().lines().anyMatch(line -> line.matches(" +stem +overlap-act")), result.out());
        assertTrue(result.out().lines().anyMatch(line -> line.matches(" +norm +rms")), result.out());
        assertTrue(result.out().contains("warning: its norms have no bias"), result.out());
    }

    @Test
    void theOutputStrideIsAnOption(@TempDir Path folder) {
        Path out = folder.resolve("out.safetensors");
        Cli.Result result = Cli.run(
                "forward",
                "--model",
                Cli.family("stride8"),
                "--output-stride",
                8,
                "--input",
                Cli.family("expected"),
                "--tensor",
                "input",
                "--output",
                out);
        assertEquals(0, result.code(), result.err());
        assertEquals(List.of(2L, 48L, 12L, 8L), shape(out, "stage3"));
        Cli.Result refused = Cli.run("inspect", Cli.family("stride8"), "--output-stride", 12);
        assertEquals(1, refused.code());
        assertTrue(refused.complaint().contains("output stride of 12"), refused.err());
    }

    private static List<Long> shape(Path file, String name) {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            return checkpoint.entries().stream()
                    .filter(entry -> entry.name().equals(name))
                    .map(TensorEntry::shape)
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void anotherArchitectureIsRefused() {
        Cli.Result result = Cli.run("inspect", Cli.family("v2"), "--architecture", "convnextv2_tiny.fcmae");
        assertEquals(1, result.code());
        assertTrue(result.complaint().contains("is not a convnextv2-tiny"), result.err());
        assertEquals(
                2,
                Cli.run("inspect", Cli.family("v2"), "--architecture", "resnet50")
                        .code());
    }

    @Test
    void forwardWritesWhatTheNetworkHas(@TempDir Path folder) {
        Path out = folder.resolve("out.safetensors");
        for (String name : List.of("headless", "isotropic")) {
            Cli.Result result = Cli.run(
                    "forward",
                    "--model",
                    Cli.family(name),
                    "--input",
                    Cli.family("expected"),
                    "--tensor",
                    "input",
                    "--output",
                    out);
            assertEquals(0, result.code(), result.err());
            try (Checkpoint checkpoint = Checkpoint.open(out)) {
                assertEquals(
                        name.equals("headless") ? 5 : 3, checkpoint.entries().size());
            }
        }
    }

    @Test
    void classifyNeedsAClassifier() {
        Cli.Result result = Cli.run("classify", "--model", Cli.family("headless"), Cli.image("china.jpg"), "none.jpg");
        assertEquals(1, result.code());
        assertTrue(result.complaint().contains("has no classifier"), result.err());
    }

    @Test
    void convertKnowsWhichLayoutHasWhat(@TempDir Path folder) throws IOException {
        Path out = folder.resolve("out.safetensors");
        assertEquals(
                0,
                Cli.run("convert", Cli.family("v2"), out, "--layout", "huggingface")
                        .code());
        for (String name : List.of("out.safetensors", "config.json", "preprocessor_config.json")) {
            Files.delete(folder.resolve(name));
        }
        Cli.Result result = Cli.run("convert", Cli.family("v2"), out, "--layout", "torchvision");
        assertEquals(1, result.code());
        assertTrue(result.complaint().contains("torchvision has no ConvNeXt V2"), result.err());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2-atto", "convnext_zepto_rms", "test3", "atto-ols"})
    void benchRunsThem(String variant) throws IOException {
        JsonNode json = Cli.run(
                        "bench",
                        "--json",
                        "--variant",
                        variant,
                        "--size",
                        64,
                        "--warmup",
                        0,
                        "--seconds",
                        0,
                        "--backend",
                        "vector")
                .json();
        assertTrue(json.path("millis").asDouble() > 0);
        boolean responseNorm = variant.equals("v2-atto");
        assertTrue(json.path("operators").size() > 0);
        long norms = 0;
        for (JsonNode operator : json.path("operators")) {
            norms += operator.path("operator").asText().equals("grn") ? 1 : 0;
        }
        assertEquals(responseNorm ? 4 : 0, norms);
        assertTrue(!json.path("variant").isNull());
    }

    @Test
    void peersRunThePapersNetworksOnly() {
        Cli.Result result = Cli.run("bench", "--variant", "v2-atto", "--peer", "onnxruntime");
        assertEquals(2, result.code());
        assertTrue(result.complaint().contains("paper's design only"), result.err());
    }
}
