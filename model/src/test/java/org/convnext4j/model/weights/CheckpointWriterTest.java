package org.convnext4j.model.weights;

import static org.convnext4j.model.weights.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CheckpointWriterTest {
    @TempDir
    private Path folder;

    static Stream<Arguments> pairsOfLayouts() {
        return Arrays.stream(Layout.values())
                .flatMap(a -> Arrays.stream(Layout.values()).map(b -> Arguments.of(a, b)));
    }

    @ParameterizedTest
    @MethodSource("pairsOfLayouts")
    void thereAndBackGivesTheSameBytes(Layout a, Layout b) {
        Path original = Toy.file(a.label() + ".safetensors");
        Path there = folder.resolve("there.safetensors");
        Path back = folder.resolve("back.safetensors");
        CheckpointWriter.convert(original, there, b, null);
        CheckpointWriter.convert(there, back, a, null);
        try (Checkpoint expected = Checkpoint.open(original);
                Checkpoint middle = Checkpoint.open(there);
                Checkpoint actual = Checkpoint.open(back);
                Checkpoint golden = Checkpoint.open(Toy.file(b.label() + ".safetensors"))) {
            assertSame(expected, actual);
            assertSame(golden, middle);
            assertEquals("pt", actual.metadata().get("format"));
        }
    }

    /** Equal names, types, shapes and bytes, in any order. */
    private static void assertSame(Checkpoint expected, Checkpoint actual) {
        Map<String, TensorEntry> entries = new HashMap<>();
        actual.entries().forEach(entry -> entries.put(entry.name(), entry));
        assertEquals(expected.entries().size(), entries.size());
        for (TensorEntry entry : expected.entries()) {
            TensorEntry other = Objects.requireNonNull(entries.get(entry.name()), entry.name());
            assertEquals(entry.shape(), other.shape(), entry.name());
            assertEquals(entry.dtype(), other.dtype(), entry.name());
            assertEquals(-1, entry.data().mismatch(other.data()), entry.name());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void roundingIsTorchs(DType dtype) {
        Path out = folder.resolve("out.safetensors");
        CheckpointWriter.convert(Toy.file("facebook.pth"), out, null, dtype);
        try (Checkpoint golden = Checkpoint.open(
                        Toy.file("facebook-" + dtype.name().toLowerCase(Locale.ROOT) + ".safetensors"));
                Checkpoint actual = Checkpoint.open(out)) {
            assertSame(golden, actual);
        }
        Path kept = folder.resolve("kept.safetensors");
        CheckpointWriter.convert(out, kept, Layout.TIMM, null);
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(kept)) {
            assertEquals(Set.of(dtype), checkpoint.dtypes());
            assertEquals(Layout.TIMM, checkpoint.layout());
        }
    }

    @Test
    void weightsAreWrittenAndReadBack() throws IOException {
        Path file = Toy.writeSmall(folder.resolve("small.safetensors"), Layout.TORCHVISION);
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            assertEquals(Toy.SMALL, checkpoint.config());
            assertEquals(Toy.formulaBits(Toy.SMALL), Toy.bits(checkpoint.weights()));
            assertEquals(file, checkpoint.path());
        }
        byte[] bytes = Files.readAllBytes(file);
        assertEquals(0, bytes[0] % 8);
        Toy.writeSmall(folder.resolve("again.safetensors"), Layout.TORCHVISION);
        assertArrayEquals(bytes, Files.readAllBytes(folder.resolve("again.safetensors")));
    }

    @Test
    void withoutLayerScaleNoGammaIsWritten() {
        Path file = folder.resolve("plain.safetensors");
        try (Arena arena = Arena.ofConfined()) {
            ConvNeXtConfig plain = Toy.SMALL.withLayerScale(false);
            ConvNeXtWeights weights = FormulaWeights.of(plain, 0, arena);
            CheckpointWriter.write(file, plain, weights, Layout.FACEBOOK, DType.F32, Map.of("run", "7"));
        }
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            assertEquals(Toy.SMALL.withLayerScale(false), checkpoint.config());
            assertEquals("7", checkpoint.metadata().get("run"));
        }
    }

    @Test
    void theInputIsNeverOverwritten() throws IOException {
        Path file = Toy.writeSmall(folder.resolve("small.safetensors"), Layout.TIMM);
        byte[] before = Files.readAllBytes(file);
        Path link = Files.createSymbolicLink(folder.resolve("link.safetensors"), file);
        for (Path out : List.of(file, folder.resolve("./small.safetensors"), link)) {
            assertRefused(() -> CheckpointWriter.convert(file, out, Layout.FACEBOOK, null), "is the file to convert");
        }
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @Test
    void valuesTooLargeForTheTypeAreNamed() throws IOException {
        Path out = folder.resolve("half.safetensors");
        try (Arena arena = Arena.ofConfined()) {
            ConvNeXtWeights weights = FormulaWeights.of(Toy.SMALL, 0, arena);
            weights.tensor("head.weight").data().setAtIndex(ValueLayout.JAVA_FLOAT, 5, 70_000f);
            assertRefused(
                    () -> CheckpointWriter.write(out, Toy.SMALL, weights, Layout.TIMM, DType.F16, Map.of()),
                    "head.fc.weight",
                    "element 5");
            assertThrows(
                    IllegalArgumentException.class,
                    () -> CheckpointWriter.write(out, Toy.SMALL, weights, Layout.TIMM, DType.I8, Map.of()));
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }
}
