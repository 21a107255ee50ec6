package org.convnext4j.model.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.image.Interpolation;
import org.convnext4j.model.image.Labels;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.weights.FormulaWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name gives weights, preprocessing and class names. */
class LoadByNameTest {
    @TempDir
    private Path folder;

    private static float[] logits(ConvNeXt model) {
        try (Arena arena = Arena.ofConfined()) {
            return model.logits(FormulaWeights.input(1, arena, 1, 3, 64, 64));
        }
    }

    private static float[] expected(Engine engine, String file) throws IOException {
        Path alone = Files.createTempFile("toy", ".safetensors");
        try {
            Files.write(alone, FakeHub.resource(file));
            try (ConvNeXt model = ConvNeXt.load(alone, engine)) {
                return logits(model);
            }
        } finally {
            Files.delete(alone);
        }
    }

    @Test
    void ofHuggingFace() throws IOException {
        String processor = "{\"size\": {\"shortest_edge\": 64}, \"crop_pct\": 0.5, \"resample\": 2,"
                + " \"image_mean\": [0.5, 0.5, 0.5], \"image_std\": [0.5, 0.5, 0.5]}";
        try (FakeHub hub = new FakeHub()
                        .put("config.json", FakeHub.resource("config.json"))
                        .put("preprocessor_config.json", processor)
                        .put("model.safetensors", FakeHub.resource("huggingface.safetensors"));
                Engine engine = Engine.create(Backend.SCALAR, 1);
                ConvNeXt model = ConvNeXt.load(ModelHub.of(hub.settings(folder)).fetch(FakeHub.REPOSITORY), engine)) {
            assertEquals(Interpolation.BILINEAR, model.preprocessor().interpolation());
            assertEquals(64, model.preprocessor().height());
            assertEquals(0.5f, model.preprocessor().mean().get(0));
            assertEquals("class-7", model.labels().name(7));
            assertArrayEquals(expected(engine, "huggingface.safetensors"), logits(model));
        }
    }

    @Test
    void ofTimm() throws IOException {
        String config = "{\"architecture\": \"convnext_toy\", \"num_classes\": 10, \"pretrained_cfg\": {\"input_size\":"
                + " [3, 96, 96], \"crop_pct\": 0.75, \"interpolation\": \"bicubic\", \"mean\": [0.4, 0.4, 0.4], \"std\":"
                + " [0.2, 0.2, 0.2], \"label_names\": [\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\"]}}";
        try (FakeHub hub = new FakeHub()
                        .put("config.json", config)
                        .put("model.safetensors", FakeHub.resource("timm.safetensors"));
                Engine engine = Engine.create(Backend.SCALAR, 1);
                ConvNeXt model = ConvNeXt.load(ModelHub.of(hub.settings(folder)).fetch(FakeHub.REPOSITORY), engine)) {
            assertEquals(96, model.preprocessor().height());
            assertEquals(0.4f, model.preprocessor().mean().get(0));
            assertEquals("j", model.labels().name(9));
            assertArrayEquals(expected(engine, "timm.safetensors"), logits(model));
        }
    }

    @Test
    void ofTorchvision() throws IOException {
        Path checkpoints = Files.createDirectories(folder.resolve("torch"));
        Files.write(checkpoints.resolve("convnext_small-0c510722.pth"), FakeHub.resource("torchvision.safetensors"));
        // Of no meaning there: PyTorch's cache is one folder for all models.
        Files.writeString(checkpoints.resolve("config.json"), "{\"image_size\": 32, \"id2label\": {\"0\": \"x\"}}");
        try (FakeHub hub = new FakeHub();
                Engine engine = Engine.create(Backend.SCALAR, 1);
                ConvNeXt model = ConvNeXt.load(
                        ModelHub.of(hub.settings(folder)).fetch("ConvNeXt_Small_Weights.IMAGENET1K_V1"), engine)) {
            assertEquals(Preset.TORCHVISION_SMALL.preprocessor(), model.preprocessor());
            assertEquals(Labels.numbered(10), model.labels());
            assertArrayEquals(expected(engine, "torchvision.safetensors"), logits(model));
        }
    }

    @Test
    void aPathStandsForItself() throws IOException {
        Path model = Files.createDirectories(folder.resolve("mine"));
        Files.write(model.resolve("model.safetensors"), FakeHub.resource("huggingface.safetensors"));
        Files.write(model.resolve("config.json"), FakeHub.resource("config.json"));
        try (Engine engine = Engine.create(Backend.SCALAR, 1);
                ConvNeXt named = ConvNeXt.load(model.toString(), engine);
                ConvNeXt path = ConvNeXt.load(model, engine);
                ConvNeXt file = ConvNeXt.load(model.resolve("model.safetensors"), engine)) {
            assertEquals("class-3", named.labels().name(3));
            assertEquals("class-3", path.labels().name(3));
            assertArrayEquals(logits(file), logits(named));
            assertArrayEquals(logits(file), logits(path));
        }
    }

    @Test
    void whatIsNeitherIsSaidSo() {
        try (Engine engine = Engine.create(Backend.SCALAR, 1)) {
            HubException refusal =
                    assertThrows(HubException.class, () -> ConvNeXt.load("no/such/model.safetensors", engine));
            assertEquals(
                    "no/such/model.safetensors: there is no such file or folder, and no folder "
                            + Path.of("no", "such"),
                    refusal.getMessage());
            HubException name = assertThrows(HubException.class, () -> ConvNeXt.load("convnext_tinny", engine));
            assertTrue(String.valueOf(name.getMessage()).contains("neither a file nor"), name.getMessage());
        }
    }
}
