package org.convnext4j.model.weights;

import static org.convnext4j.model.weights.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.convnext4j.model.design.HeadDesign;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks inside files that hold more than them. */
class TrunkTest {
    @TempDir
    private Path folder;

    /** A golden file with its tensors changed. */
    private Path changed(Path original, UnaryOperator<List<TensorEntry>> change) {
        Path file = folder.resolve("changed.safetensors");
        try (Checkpoint checkpoint = Checkpoint.open(original)) {
            SafetensorsWriter.write(file, change.apply(new ArrayList<>(checkpoint.entries())), null, Map.of());
        }
        return file;
    }

    private static Path golden(String name) {
        return Toy.file("../families/" + name + ".safetensors");
    }

    private static TensorEntry named(TensorEntry entry, String name) {
        return new TensorEntry(name, entry.dtype(), entry.shape(), entry.data());
    }

    private static TensorEntry zeros(String name, long length) {
        return new TensorEntry(name, DType.F32, List.of(length), MemorySegment.ofArray(new byte[(int) length * 4]));
    }

    /** The image tower as OpenCLIP writes it: its projection has no bias. */
    private static List<TensorEntry> tower(List<TensorEntry> timm, Map<String, String> heads) {
        List<TensorEntry> tower = new ArrayList<>();
        for (TensorEntry entry : timm) {
            String name = heads.getOrDefault(entry.name(), "visual.trunk." + entry.name());
            if (!heads.containsKey(entry.name().replace(".bias", ".weight"))
                    || entry.name().endsWith(".weight")) {
                tower.add(named(entry, name));
            }
        }
        tower.add(zeros("logit_scale", 1));
        tower.add(zeros("token_embedding.weight", 7));
        return tower;
    }

    @Test
    void clipsImageTowerIsReadWithItsProjectionAsClassifier() {
        Map<String, String> heads = Map.of("head.fc.weight", "visual.head.proj.weight");
        Path file = changed(golden("conv_mlp"), entries -> tower(entries, heads));
        try (ConvNeXtCheckpoint clip = ConvNeXtCheckpoint.read(file);
                ConvNeXtCheckpoint plain = ConvNeXtCheckpoint.read(golden("conv_mlp"))) {
            assertEquals(plain.config(), clip.config());
            assertArrayEquals(
                    plain.weights().tensor("head.weight").toArray(),
                    clip.weights().tensor("head.weight").toArray());
            assertArrayEquals(new float[10], clip.weights().tensor("head.bias").toArray());
            assertTrue(
                    clip.assumptions().stream()
                            .anyMatch(one -> one.text().equals("left out 2 tensors beside the image tower")),
                    clip.assumptions().toString());
        }
    }

    @Test
    void clipsProjectionMayHaveAHiddenLayer() {
        Map<String, String> heads = Map.of(
                "head.pre_logits.fc.weight",
                "visual.head.mlp.fc1.weight",
                "head.fc.weight",
                "visual.head.mlp.fc2.weight");
        Path file = changed(golden("large_mlp"), entries -> tower(entries, heads));
        try (ConvNeXtCheckpoint clip = ConvNeXtCheckpoint.read(file)) {
            assertEquals(
                    new HeadDesign(HeadDesign.NormPlace.AFTER_POOLING, 40),
                    clip.config().design().head());
            assertEquals(10, clip.config().classes());
        }
    }

    @Test
    void aTowerWithoutAProjectionIsHeadless() {
        Path file = changed(golden("headless"), entries -> tower(entries, Map.of()));
        try (ConvNeXtCheckpoint clip = ConvNeXtCheckpoint.read(file)) {
            assertEquals(0, clip.config().classes());
        }
    }

    @Test
    void timmsFeatureExtractorsAreReadWithoutAHead() {
        Path file = changed(
                golden("v2"),
                entries -> entries.stream()
                        .filter(entry -> !entry.name().startsWith("head."))
                        .map(entry -> named(entry, entry.name().replaceFirst("^(stem|stages)\\.(\\d)", "$1_$2")))
                        .toList());
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            assertEquals(
                    new HeadDesign(HeadDesign.NormPlace.NOWHERE, 0),
                    checkpoint.config().design().head());
            assertEquals(0, checkpoint.config().classes());
            assertEquals("convnextv2-1.1.2.1-16.24.32.48", checkpoint.config().name());
        }
    }

    @Test
    void projectorsOfDistillationAreLeftOut() {
        Path original = Toy.writeSmall(folder.resolve("small.safetensors"), Layout.FACEBOOK);
        Path file = changed(original, entries -> {
            entries.add(zeros("projectors.0.weight", 3));
            entries.add(zeros("norms.3.bias", 3));
            return entries;
        });
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            assertEquals(Toy.formulaBits(Toy.SMALL), Toy.bits(checkpoint.weights()));
            assertEquals(
                    "left out 2 tensors of projectors",
                    checkpoint.assumptions().get(1).text());
        }
    }

    @Test
    void strangersInATowerAreRefused() {
        Map<String, String> heads = Map.of("head.fc.weight", "visual.head.proj.weight");
        Path file = changed(golden("conv_mlp"), entries -> {
            List<TensorEntry> tower = tower(entries, heads);
            tower.add(zeros("visual.trunk.stages.0.blocks.0.attention.weight", 3));
            return tower;
        });
        assertRefused(
                () -> ConvNeXtCheckpoint.read(file), "unknown tensor visual.trunk.stages.0.blocks.0.attention.weight");
    }
}
