package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.data.LoaderOptions;
import org.convnext4j.model.hub.ModelFiles;
import org.convnext4j.model.image.CropRounding;
import org.convnext4j.model.image.Interpolation;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.PreprocessorConfig;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.image.ResizeRule;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fine-tuning prepares pictures as the model's own configuration says. */
class OwnPicturesTest {
    private static final String CONFIG = """
            {"architecture": "convnext_test", "num_classes": 4, "label_names": ["a", "b", "c", "d"],
             "pretrained_cfg": {"input_size": [3, 24, 24], "interpolation": "bilinear", "crop_pct": 0.9,
              "crop_mode": "center", "mean": [0.4, 0.5, 0.6], "std": [0.3, 0.2, 0.25]}}
            """;

    private static Engine engine;

    @TempDir
    private Path temp;

    private Path model;

    @BeforeAll
    static void open() {
        engine = Engine.create(Backend.VECTOR, 2);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @BeforeEach
    void train() throws IOException {
        try (Trainer trainer = Training.fromScratch(Patterns.NETWORK, Patterns.config("epochs=2"), new Patterns(32))
                .open(engine, temp.resolve("first"))) {
            trainer.run();
        }
        model = temp.resolve("first/model.safetensors");
        Files.writeString(model.resolveSibling("config.json"), CONFIG);
    }

    private Recipe recipe(String... own) {
        ModelFiles files = new ModelFiles("toy", model, Optional.empty());
        return Recipes.fineTune(files, LoadOptions.DEFAULT, new Patterns(32), Overrides.of(own));
    }

    private Recipe recipe(Preprocessor named) {
        ModelFiles files = new ModelFiles("toy", model, Optional.of(named));
        return Recipes.fineTune(files, LoadOptions.DEFAULT, new Patterns(32), Overrides.NONE);
    }

    @Test
    void aRunThatLearnsNothingMeasuresWhatTheModelDoes() {
        Metrics before;
        Preprocessor own;
        try (ConvNeXt loaded = ConvNeXt.load(model, engine)) {
            own = loaded.preprocessor();
            before = Evaluation.of(loaded, new Patterns(64), LoaderOptions.evaluation(16), done -> true);
        }
        List<Metrics> measured = new ArrayList<>();
        // So small a rate that no weight changes.
        Training training = Training.fineTune(
                        model,
                        new Patterns(32),
                        Overrides.of("epochs=1", "learningRate=1e-30", "minLearningRate=0", "batch.size=16"))
                .validation(new Patterns(64))
                .listener(new TrainingListener() {
                    @Override
                    public void evaluated(TrainingProgress progress, Metrics metrics) {
                        measured.add(metrics);
                    }
                });
        try (Trainer trainer = training.open(engine, temp.resolve("tuned"))) {
            trainer.run();
        }
        assertEquals(before.top1(), measured.get(0).top1());
        assertEquals(before.loss(), measured.get(0).loss(), 1e-9);
        Path tuned = temp.resolve("tuned/model.safetensors");
        assertEquals(Optional.of(own), PreprocessorConfig.besideWeights(tuned));
    }

    @Test
    void whatTheUserSetsWinsAndIsSaid() {
        Recipe recipe = recipe("pictureSize=48", "mean=0,0,0");
        AugmentationConfig pictures = recipe.config().augmentation();
        assertEquals(48, pictures.pictureSize());
        assertEquals(List.of(0.0, 0.0, 0.0), pictures.mean());
        assertEquals(List.of(0.3, 0.2, 0.25), pictures.std());
        assertEquals(Interpolation.BILINEAR, pictures.interpolation());
        String notes = String.join("\n", recipe.notes());
        assertTrue(notes.contains("augmentation.pictureSize is as it is set, not 24 as the model's own"), notes);
        assertTrue(notes.contains("augmentation.mean is as it is set, not 0.4, 0.5, 0.6"), notes);
        assertFalse(notes.contains("augmentation.std"), notes);
    }

    @ParameterizedTest
    @EnumSource(Preset.class)
    void everyPublishedPreprocessingIsThatOfTheRun(Preset preset) {
        Preprocessor own = preset.preprocessor();
        Preprocessor run =
                Pipelines.evaluation(recipe(own).config().augmentation()).preprocessor();
        // A run rounds as timm does, whose configuration it writes.
        assertEquals(own.withRounding(CropRounding.HALF_EVEN), run);
    }

    @Test
    void oddPreprocessingIsComeNearTo() {
        Preprocessor bytes = Preset.TIMM_224
                .preprocessor()
                .withNormalisation(1, List.of(127.5f, 127.5f, 127.5f), List.of(255f, 255f, 255f));
        AugmentationConfig unit = recipe(bytes).config().augmentation();
        assertEquals(0.5, unit.mean().get(0), 1e-6);
        assertEquals(1, unit.std().get(0), 1e-6);
        Recipe wide = recipe(Preset.SQUASH_384.preprocessor().withCrop(256, 384));
        assertEquals(256, wide.config().augmentation().pictureSize());
        assertTrue(
                wide.notes().stream().anyMatch(note -> note.contains("384 x 256")),
                wide.notes().toString());
        Recipe bordered = recipe(Preset.TIMM_224.preprocessor().withResize(ResizeRule.shortestEdge(200)));
        assertTrue(bordered.notes().stream().anyMatch(note -> note.contains("border")));
        assertTrue(bordered.config().augmentation().keepsAspect());
    }

    @Test
    void everyEdgeComesBackFromItsCrop() {
        for (int side = 16; side <= 512; side++) {
            for (int edge = side; edge <= 2 * side; edge++) {
                double crop = OwnPictures.crop(side, edge);
                assertTrue(crop <= 1);
                assertEquals(edge, (int) Math.floor(side / crop), side + " of " + edge);
            }
        }
    }

    @Test
    void aModelWithoutAWordOnPicturesIsAsThePresetSays() throws IOException {
        Files.delete(model.resolveSibling("config.json"));
        Recipe recipe = recipe();
        assertEquals(224, recipe.config().augmentation().pictureSize());
        assertTrue(recipe.notes().stream().anyMatch(note -> note.startsWith("nothing beside toy says")));
    }

    @Test
    void aPresetForANetworkSaysTheSizeItself() {
        ModelFiles files = new ModelFiles("toy", model, Optional.empty());
        TrainingPreset preset = TrainingPreset.of("base-1k-384");
        Recipe recipe = Recipes.fineTune(preset, files, LoadOptions.DEFAULT, new Patterns(32), Overrides.NONE);
        assertEquals(384, recipe.config().augmentation().pictureSize());
    }
}
