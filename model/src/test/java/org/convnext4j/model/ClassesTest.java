package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.ConfigException;
import org.convnext4j.model.image.Labels;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.weights.CheckpointWriter;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.FormulaWeights;
import org.convnext4j.model.weights.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a network's outputs are called and what becomes of its logits. */
class ClassesTest {
    @TempDir
    private Path folder;

    private Path written(int classes, Layout layout) {
        ConvNeXtConfig config = ConvNeXtConfig.of(List.of(1, 1, 1, 1), List.of(4, 4, 4, 4), classes);
        Path file = folder.resolve("model.safetensors");
        try (Arena arena = Arena.ofShared()) {
            ConvNeXtWeights weights = FormulaWeights.of(config, 0, arena);
            CheckpointWriter.write(file, config, weights, layout, DType.F32, Map.of());
        }
        return file;
    }

    private void config(String json) throws IOException {
        Files.writeString(folder.resolve("config.json"), json);
    }

    @Test
    void torchvisionsFilesHaveTorchvisionsNames() {
        try (Engine engine = Engine.create(Backend.SCALAR, 1)) {
            try (ConvNeXt model = ConvNeXt.load(written(1000, Layout.TORCHVISION), engine)) {
                assertEquals(Labels.torchvision1k(), model.labels());
            }
            try (ConvNeXt model = ConvNeXt.load(written(1000, Layout.TIMM), engine)) {
                assertEquals(Labels.imagenet1k(), model.labels());
            }
        }
    }

    @Test
    void severalClassesPerPictureHaveASigmoidEach() throws IOException {
        Path file = written(3, Layout.HUGGINGFACE);
        try (Engine engine = Engine.create(Backend.SCALAR, 1)) {
            config("{\"model_type\":\"convnext\",\"problem_type\":\"multi_label_classification\"}");
            try (ConvNeXt model = ConvNeXt.load(file, engine)) {
                assertEquals(Probability.SIGMOID, model.probability());
                List<Prediction> predictions = model.predictions(new float[] {2, -1, 2}, 3);
                assertEquals(0, predictions.get(0).index());
                assertEquals(0.880797f, predictions.get(1).probability(), 1e-6f);
                assertEquals(0.268941f, predictions.get(2).probability(), 1e-6f);
            }
            config("{\"model_type\":\"convnext\",\"problem_type\":\"single_label_classification\"}");
            try (ConvNeXt model = ConvNeXt.load(file, engine)) {
                assertEquals(Probability.SOFTMAX, model.probability());
                assertEquals(
                        1f,
                        model.predictions(new float[] {2, -100, -100}, 1).get(0).probability());
            }
        }
    }

    @Test
    void oneClassAloneHasASigmoid() {
        try (Engine engine = Engine.create(Backend.SCALAR, 1);
                ConvNeXt model = ConvNeXt.load(written(1, Layout.HUGGINGFACE), engine)) {
            assertEquals(Probability.SIGMOID, model.probability());
            assertEquals(0.5f, model.predictions(new float[] {0}, 5).get(0).probability());
        }
    }

    @Test
    void logitsThatAreNoNumbersHaveNoProbabilities() {
        try (Engine engine = Engine.create(Backend.SCALAR, 1);
                ConvNeXt model = ConvNeXt.load(written(2, Layout.TIMM), engine)) {
            for (float bad : List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)) {
                ModelException e = assertThrows(ModelException.class, () -> model.predictions(new float[] {0, bad}, 1));
                assertTrue(String.valueOf(e.getMessage()).contains("class 1"), e.getMessage());
            }
            assertThrows(IllegalArgumentException.class, () -> model.predictions(new float[3], 1));
        }
    }

    @Test
    void picturesTooSmallForTheNetworkAreRefused() throws IOException {
        Path file = written(2, Layout.TIMM);
        try (Engine engine = Engine.create(Backend.SCALAR, 1)) {
            try (ConvNeXt model = ConvNeXt.load(file, engine)) {
                ModelException e = assertThrows(
                        ModelException.class,
                        () -> model.requirePictureSize(model.preprocessor().withCrop(31, 32)));
                assertTrue(String.valueOf(e.getMessage()).contains("32 x 31"), e.getMessage());
                assertEquals(
                        2, model.classify(new RgbImage(1, 1, new byte[3]), 2).size());
            }
            Files.writeString(folder.resolve("preprocessor_config.json"), "{\"size\":2}");
            assertThrows(ConfigException.class, () -> ConvNeXt.load(file, engine));
        }
    }
}
