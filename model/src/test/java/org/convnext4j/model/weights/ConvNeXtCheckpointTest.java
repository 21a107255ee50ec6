package org.convnext4j.model.weights;

import static org.convnext4j.model.weights.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.LoadOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConvNeXtCheckpointTest {
    @TempDir
    private Path folder;

    /** The small model with its list of tensors changed. */
    private Path changed(Layout layout, UnaryOperator<List<TensorEntry>> change) {
        Path original = Toy.writeSmall(folder.resolve("original"), layout);
        Path file = folder.resolve("changed");
        try (Checkpoint checkpoint = Checkpoint.open(original)) {
            SafetensorsWriter.write(file, change.apply(new ArrayList<>(checkpoint.entries())), null, Map.of());
        }
        return file;
    }

    private Path renamed(Layout layout, UnaryOperator<String> rename) {
        return changed(
                layout,
                entries -> entries.stream()
                        .map(e -> new TensorEntry(rename.apply(e.name()), e.dtype(), e.shape(), e.data()))
                        .toList());
    }

    private static TensorEntry zeros(String name, Long... shape) {
        long elements = 1;
        for (long dim : shape) {
            elements *= dim;
        }
        return new TensorEntry(name, DType.F32, List.of(shape), MemorySegment.ofArray(new byte[(int) elements * 4]));
    }

    @Test
    void aFileInsideAZipIsRead() throws IOException {
        Path plain = Toy.writeSmall(folder.resolve("plain"), Layout.FACEBOOK);
        Path zip = folder.resolve("models.jar");
        try (FileSystem inside = FileSystems.newFileSystem(zip, Map.of("create", true))) {
            Files.copy(plain, inside.getPath("model.safetensors"));
            Files.createFile(inside.getPath("empty"));
        }
        try (FileSystem inside = FileSystems.newFileSystem(zip);
                ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(inside.getPath("model.safetensors"))) {
            assertEquals(Toy.formulaBits(Toy.SMALL), Toy.bits(checkpoint.weights()));
            assertRefused(() -> ConvNeXtCheckpoint.read(inside.getPath("empty")), "empty", "is empty");
            assertRefused(() -> ConvNeXtCheckpoint.read(inside.getPath("none")), "none", "no such file");
        }
    }

    @ParameterizedTest
    @EnumSource
    void prefixesOfWrappersAreDropped(Layout layout) {
        Path file = renamed(layout, name -> "_orig_mod.module." + name);
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            assertEquals(layout, checkpoint.layout());
            assertEquals(Toy.formulaBits(Toy.SMALL), Toy.bits(checkpoint.weights()));
        }
    }

    @Test
    void huggingFaceNamesMayLackTheirPrefix() {
        Path file = renamed(Layout.HUGGINGFACE, name -> name.replace("convnext.", ""));
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            assertEquals(Toy.formulaBits(Toy.SMALL), Toy.bits(checkpoint.weights()));
        }
        Path twice = changed(Layout.HUGGINGFACE, entries -> {
            entries.add(zeros("layernorm.bias", 4L));
            return entries;
        });
        assertRefused(() -> ConvNeXtCheckpoint.read(twice), "unknown tensor layernorm.bias");
    }

    @Test
    void oneByOneConvolutionsAreLinearLayers() {
        Path file = changed(
                Layout.TIMM,
                entries -> entries.stream()
                        .map(e -> {
                            List<Long> shape = new ArrayList<>(e.shape());
                            if (e.name().contains("mlp.fc") && shape.size() == 2) {
                                shape.addAll(List.of(1L, 1L));
                            }
                            return new TensorEntry(e.name(), e.dtype(), shape, e.data());
                        })
                        .toList());
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            assertEquals(Toy.formulaBits(Toy.SMALL), Toy.bits(checkpoint.weights()));
        }
    }

    @Test
    void doublesAreRounded() {
        Path file = changed(
                Layout.FACEBOOK,
                entries -> entries.stream()
                        .map(e -> {
                            float[] floats = e.data().toArray(Tensor.FLOAT);
                            ByteBuffer doubles =
                                    ByteBuffer.allocate(floats.length * 8).order(ByteOrder.LITTLE_ENDIAN);
                            for (float value : floats) {
                                doubles.putDouble(value * (1 + 1e-12));
                            }
                            return new TensorEntry(
                                    e.name(), DType.F64, e.shape(), MemorySegment.ofArray(doubles.array()));
                        })
                        .toList());
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            assertEquals(Toy.formulaBits(Toy.SMALL), Toy.bits(checkpoint.weights()));
        }
    }

    @Test
    void missingTensorsAreNamedInTheFilesOwnLayout() {
        Path file = changed(
                Layout.TORCHVISION,
                entries -> entries.stream()
                        .filter(e -> !e.name().equals("features.5.1.layer_scale")
                                && !e.name().equals("classifier.0.bias"))
                        .toList());
        assertRefused(
                () -> ConvNeXtCheckpoint.read(file),
                file + ": ",
                "lacks tensors features.5.1.layer_scale, classifier.0.bias",
                "torchvision");
        Path normless = changed(
                Layout.TIMM,
                entries -> entries.stream()
                        .filter(e -> !e.name().equals("stages.0.blocks.0.norm.bias"))
                        .toList());
        assertRefused(() -> ConvNeXtCheckpoint.read(normless), "lacks tensor stages.0.blocks.0.norm.bias");
        Path headless = changed(
                Layout.FACEBOOK,
                entries -> entries.stream()
                        .filter(e -> !e.name().equals("head.weight"))
                        .toList());
        assertRefused(() -> ConvNeXtCheckpoint.read(headless), "lacks tensor head.weight");
        Path blockless = changed(
                Layout.FACEBOOK,
                entries -> entries.stream()
                        .filter(e -> !e.name().startsWith("stages.2"))
                        .toList());
        assertRefused(() -> ConvNeXtCheckpoint.read(blockless), "lacks tensor stages.2.0.dwconv.weight");
    }

    @Test
    void strangersAreAllListedWithTheWayToLeaveThemOut() {
        Path file = changed(Layout.FACEBOOK, entries -> {
            for (int i = 0; i < 9; i++) {
                entries.add(zeros("extra" + i, 1L));
            }
            return entries;
        });
        assertRefused(
                () -> ConvNeXtCheckpoint.read(file),
                "unknown tensors extra0, extra1, extra2, extra3, extra4, extra5, extra6, extra7, extra8",
                "--ignore-unknown",
                "withUnknownIgnored");
        try (ConvNeXtCheckpoint checkpoint =
                ConvNeXtCheckpoint.read(file, LoadOptions.DEFAULT.withUnknownIgnored(true))) {
            assertEquals(Toy.SMALL, checkpoint.config());
            assertTrue(
                    checkpoint.assumptions().stream()
                            .anyMatch(one -> one.text().startsWith("left out 9 unknown tensors: extra0,")),
                    checkpoint.assumptions().toString());
        }
    }

    @Test
    void farBlocksDoNotMakeLongLists() {
        Path file = changed(Layout.FACEBOOK, entries -> {
            entries.add(zeros("stages.0.999999.gamma", 2L));
            return entries;
        });
        assertRefused(() -> ConvNeXtCheckpoint.read(file), "names block 999999 of stage 0");
    }

    @ParameterizedTest
    @CsvSource({"stages.1.0.pwconv1.weight", "stages.1.0.dwconv.weight", "norm.bias", "head.bias", "stages.1.0.gamma"})
    void wrongShapesAreNamed(String name) {
        Path file = changed(Layout.FACEBOOK, entries -> {
            entries.replaceAll(e -> e.name().equals(name) ? zeros(name, 5L, 5L) : e);
            return entries;
        });
        assertRefused(() -> ConvNeXtCheckpoint.read(file), name + " is (5, 5), not (");
    }

    @Test
    void wrongTypesAreNamed() {
        Path file = changed(Layout.FACEBOOK, entries -> {
            entries.replaceAll(e ->
                    e.name().equals("norm.bias") ? new TensorEntry("norm.bias", DType.I32, e.shape(), e.data()) : e);
            return entries;
        });
        assertRefused(() -> ConvNeXtCheckpoint.read(file), "norm.bias is of type I32");
    }

    @ParameterizedTest
    @CsvSource({"NaN", "Infinity", "-Infinity"})
    void nonFiniteWeightsAreNamed(float value) {
        Path file = changed(Layout.TIMM, entries -> {
            MemorySegment bad = MemorySegment.ofArray(TorchBytes.floats(ByteOrder.LITTLE_ENDIAN, 1, 2, value));
            entries.replaceAll(
                    e -> e.name().equals("head.fc.bias") ? new TensorEntry(e.name(), e.dtype(), e.shape(), bad) : e);
            return entries;
        });
        assertRefused(() -> ConvNeXtCheckpoint.read(file), "tensor head.fc.bias has the value " + value, "element 2");
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.readUnchecked(file)) {
            assertEquals(value, checkpoint.weights().tensor("head.bias").get(2));
        }
    }

    @ParameterizedTest
    @CsvSource({"stages.0.blocks.0.shortcut.conv.weight, shortcuts", "encoder.stages.0.0.pwconv1.kernel, sparse"})
    void otherFamiliesAreNamed(String tensor, String family) {
        try (Arena arena = Arena.ofConfined()) {
            Path file = folder.resolve("other");
            MemorySegment data = arena.allocate(4);
            TensorEntry entry = new TensorEntry(tensor, DType.F32, List.of(1L), data);
            SafetensorsWriter.write(file, List.of(entry), null, Map.of());
            assertRefused(() -> ConvNeXtCheckpoint.read(file), tensor, family, "not supported");
        }
    }

    @Test
    void otherNetworksAreRefused() {
        Path file = changed(Layout.TIMM, entries -> List.of(zeros("conv1.weight", 1L)));
        assertRefused(() -> ConvNeXtCheckpoint.read(file), "holds no ConvNeXt", "conv1.weight");
        Path empty = changed(Layout.TIMM, entries -> List.of());
        assertRefused(() -> ConvNeXtCheckpoint.read(empty), "holds no ConvNeXt");
    }
}
