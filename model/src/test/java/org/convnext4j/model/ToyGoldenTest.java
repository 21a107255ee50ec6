package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every toy checkpoint on every backend, against what was computed in float64. */
class ToyGoldenTest {
    private static final float LOGITS = 1e-5f;

    private static final float STAGES = 2e-5f;

    private static final List<Backend> BACKENDS = List.of(Backend.SCALAR, Backend.VECTOR, Backend.OPENBLAS);

    @TempDir
    private Path folder;

    static Stream<Arguments> exact() {
        return cross(
                "facebook.safetensors",
                "facebook.pth",
                "facebook-legacy.pth",
                "timm.safetensors",
                "torchvision.safetensors",
                "huggingface.safetensors",
                "pytorch_model.bin");
    }

    static Stream<Arguments> rounded() {
        return cross("facebook-f16.safetensors", "facebook-bf16.safetensors");
    }

    private static Stream<Arguments> cross(String... files) {
        return Stream.of(files).flatMap(file -> BACKENDS.stream().map(backend -> Arguments.of(file, backend)));
    }

    @ParameterizedTest
    @MethodSource("exact")
    void allOutputsAtAllSizes(String file, Backend backend) throws IOException {
        try (Engine engine = Engine.create(backend, 2);
                ConvNeXt model = ConvNeXt.load(withTheFiguresEpsilon(file), engine)) {
            for (String golden : List.of("x64", "x75x51", "x32")) {
                check(model, golden, EnumSet.allOf(Output.class), LOGITS);
            }
            check(model, "x224", EnumSet.of(Output.LOGITS, Output.EMBEDDING), LOGITS);
        }
    }

    @ParameterizedTest
    @MethodSource("rounded")
    void roundedWeightsHaveTheirOwnLogits(String file, Backend backend) {
        String dtype = file.substring("facebook-".length(), file.indexOf('.'));
        try (Arena arena = Arena.ofConfined();
                Engine engine = Engine.create(backend, 2);
                ConvNeXt model = ToyModels.load(file, engine)) {
            float[] logits = model.logits(ToyModels.input("x64", arena));
            float difference = Goldens.largestDifference(ToyModels.expected("x64.logits-" + dtype), logits);
            assertTrue(difference <= LOGITS, file + " on " + backend + ": largest difference " + difference);
        }
    }

    /** The figures were computed with 1e-6 in the head's norm, where Hugging Face's code has the configuration's 1e-12. */
    private Path withTheFiguresEpsilon(String file) throws IOException {
        Path config = ToyModels.file("config.json");
        Files.writeString(
                folder.resolve("config.json"),
                Files.readString(config).replace("\"layer_norm_eps\": 1e-12", "\"layer_norm_eps\": 1e-6"));
        return Files.copy(ToyModels.file(file), folder.resolve(file));
    }

    private static void check(ConvNeXt model, String golden, EnumSet<Output> wanted, float logits) {
        // Shared, because the team's threads read the input.
        try (Arena arena = Arena.ofShared()) {
            Map<Output, Tensor> outputs = model.forward(ToyModels.input(golden, arena), wanted, arena);
            assertEquals(wanted, outputs.keySet());
            outputs.forEach((output, tensor) -> {
                String name = golden + "." + output.label();
                float tolerance = output == Output.LOGITS ? logits : STAGES;
                float difference = Goldens.largestDifference(ToyModels.expected(name), tensor.toArray());
                assertTrue(difference <= tolerance, name + ": largest difference " + difference);
            });
        }
    }
}
