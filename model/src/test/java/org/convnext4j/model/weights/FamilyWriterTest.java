package org.convnext4j.model.weights;

import static org.convnext4j.model.weights.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Relatives written in the layouts that have them, and refused in the others. */
class FamilyWriterTest {
    @TempDir
    private Path folder;

    private static Path golden(String name) {
        return Toy.file("../families/" + name + ".safetensors");
    }

    @ParameterizedTest
    @CsvSource({
        "v2, TIMM, FACEBOOK",
        "v2, TIMM, HUGGINGFACE",
        "v2_huggingface, HUGGINGFACE, TIMM",
        "v2_huggingface, HUGGINGFACE, FACEBOOK",
        "eps1e5, TIMM, TORCHVISION",
        "headless, TIMM, HUGGINGFACE",
        "headless, TIMM, FACEBOOK",
        "no_layer_scale, TIMM, HUGGINGFACE",
        "grey, TIMM, HUGGINGFACE"
    })
    void thereAndBackKeepsEveryByte(String name, Layout own, Layout other) {
        Path there = folder.resolve("there.safetensors");
        Path back = folder.resolve("back.safetensors");
        CheckpointWriter.convert(golden(name), there, other, null);
        CheckpointWriter.convert(there, back, own, null);
        try (ConvNeXtCheckpoint middle = ConvNeXtCheckpoint.read(there)) {
            assertEquals(other, middle.layout());
        }
        assertSame(golden(name), back);
    }

    @ParameterizedTest
    @CsvSource({
        "v2_conv_mlp, TIMM",
        "ols, TIMM",
        "ols_tiered, TIMM",
        "ols_act, TIMM",
        "simplenorm, TIMM",
        "hnf, TIMM",
        "large_mlp, TIMM",
        "silu_kernels, TIMM",
        "backbone_huggingface, HUGGINGFACE",
        "isotropic, FACEBOOK",
        "isotropic_layer_scale, FACEBOOK"
    })
    void aCopyIsTheFile(String name, Layout only) {
        Path copy = folder.resolve("copy.safetensors");
        CheckpointWriter.convert(golden(name), copy, only, null);
        assertSame(golden(name), copy);
    }

    /** Equal names, shapes and bytes. */
    private static void assertSame(Path expected, Path actual) {
        try (Checkpoint one = Checkpoint.open(expected);
                Checkpoint other = Checkpoint.open(actual)) {
            Map<String, TensorEntry> entries = new HashMap<>();
            other.entries().forEach(entry -> entries.put(entry.name(), entry));
            assertEquals(one.entries().size(), entries.size());
            for (TensorEntry entry : one.entries()) {
                TensorEntry found = Objects.requireNonNull(entries.get(entry.name()), entry.name());
                assertEquals(entry.shape(), found.shape(), entry.name());
                assertEquals(-1, entry.data().mismatch(found.data()), entry.name());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "v2, TORCHVISION, 'torchvision has no ConvNeXt V2; the layout facebook has'",
        "ols, HUGGINGFACE, 'with an overlapping stem; the layout timm has'",
        "rmsnorm2d, FACEBOOK, 'with norms other than LayerNorm; the layout timm has'",
        "silu_kernels, HUGGINGFACE, 'with other kernels than 7x7; the layout timm has'",
        "hnf, FACEBOOK, 'with its last norm before the pooling; the layout timm has'",
        "large_mlp, TORCHVISION, 'with a hidden layer in its head; the layout timm has'",
        "headless, TORCHVISION, 'without a classifier; the layout facebook has'",
        "grey, TORCHVISION, 'with 1 input channel; the layout facebook has'",
        "no_layer_scale, TORCHVISION, 'without layer scale; the layout facebook has'",
        "isotropic, TIMM, 'without stages (isotropic); the layout facebook has'",
        "backbone_huggingface, TIMM, 'norms on its stages'"
    })
    void aLayoutThatHasNoSuchNetworkIsRefused(String name, Layout layout, String message) throws IOException {
        Path out = folder.resolve("out.safetensors");
        assertRefused(() -> CheckpointWriter.convert(golden(name), out, layout, null), "out.safetensors", message);
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void everyGoldenHasAsManyParametersAsItsConfigurationSays() throws IOException {
        try (Stream<Path> files = Files.list(golden("v2").getParent())) {
            for (Path file : files.filter(FamilyWriterTest::isNetwork).toList()) {
                try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
                    ConvNeXtConfig config = checkpoint.config();
                    assertEquals(Optional.empty(), checkpoint.layout().obstacle(config), file.toString());
                    assertEquals(elements(file), config.parameters(), file.toString());
                }
            }
        }
    }

    private static long elements(Path file) {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            return checkpoint.entries().stream()
                    .mapToLong(TensorEntry::elements)
                    .sum();
        }
    }

    private static boolean isNetwork(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".safetensors") && !name.equals("expected.safetensors");
    }
}
