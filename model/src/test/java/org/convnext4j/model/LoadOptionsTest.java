package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.hub.ModelFiles;
import org.convnext4j.model.image.ConfigException;
import org.convnext4j.model.image.Labels;
import org.convnext4j.model.image.Picture;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.image.ReadOptions;
import org.convnext4j.model.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadOptionsTest {
    private static final Labels NAMES = new Labels(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"));
    private static final Path TOY = ToyModels.file("facebook.safetensors");

    @TempDir
    private Path folder;

    @Test
    @SuppressWarnings("NullAway") // what it is about
    void nothingIsNull() {
        LoadOptions.Builder builder = LoadOptions.builder();
        assertThrows(NullPointerException.class, () -> builder.weights(null));
        assertThrows(NullPointerException.class, () -> builder.labels((Labels) null));
        assertThrows(NullPointerException.class, () -> builder.labels((Path) null));
        assertThrows(NullPointerException.class, () -> builder.preprocessor(null));
        assertThrows(NullPointerException.class, () -> builder.reading(null));
    }

    @Test
    void theModelHasWhatTheOptionsSay() throws IOException {
        Path file = Files.write(folder.resolve("names.txt"), NAMES.names());
        LoadOptions options = LoadOptions.builder()
                .labels(file)
                .preprocessor(Preset.TIMM_288.preprocessor())
                .reading(ReadOptions.DEFAULTS.withMaxPixels(7))
                .backend(Backend.SCALAR)
                .threads(1)
                .outputStride(16)
                .build();
        try (ConvNeXt model = ConvNeXt.load(TOY, options)) {
            assertEquals(NAMES, model.labels());
            assertEquals(Preset.TIMM_288.preprocessor(), model.preprocessor());
            assertEquals(new InputSize(3, 288, 288, 16), model.inputSize());
            assertEquals(16, model.config().outputStride());
            Picture tooLarge = Picture.of(new RgbImage(2, 4, new byte[24]).toBufferedImage());
            ModelException e = assertThrows(ModelException.class, () -> model.classify(tooLarge, 1));
            assertTrue(String.valueOf(e.getMessage()).contains("more than the limit of 7"), e.getMessage());
        }
        try (ConvNeXt model = ConvNeXt.load(TOY.toString(), LoadOptions.DEFAULT.withLabels(NAMES))) {
            assertEquals(NAMES, model.labels());
            assertEquals(new InputSize(3, 64, 64, 32), model.inputSize());
        }
        ModelFiles files = new ModelFiles("toy", TOY, Optional.of(Preset.HF_224.preprocessor()));
        try (ConvNeXt model = ConvNeXt.load(files, LoadOptions.DEFAULT.withLabels(NAMES))) {
            assertEquals(NAMES, model.labels());
            assertEquals(Preset.HF_224.preprocessor(), model.preprocessor());
        }
    }

    @Test
    void namesForAnotherNumberOfClassesSayBothNumbers() throws IOException {
        Path file = Files.writeString(folder.resolve("names.txt"), "cat\ndog\n");
        LoadOptions two = LoadOptions.builder().labels(file).build();
        for (ModelException e : List.of(
                assertThrows(ModelException.class, () -> ConvNeXt.load(TOY, two)),
                assertThrows(
                        ModelException.class,
                        () -> ConvNeXt.load(
                                new ModelFiles("toy", TOY, Optional.of(Preset.HF_224.preprocessor())), two)))) {
            assertEquals(
                    file + ": names 2 classes, but " + TOY
                            + " has 10; give one name for each class, in the order of the network's outputs",
                    e.getMessage());
        }
        LoadOptions given = LoadOptions.DEFAULT.withLabels(new Labels(List.of("cat")));
        ModelException e = assertThrows(ModelException.class, () -> ConvNeXt.load(TOY, given));
        assertTrue(String.valueOf(e.getMessage()).startsWith("LoadOptions.labels: names 1 class,"), e.getMessage());
        ModelException none = assertThrows(ModelException.class, () -> ConvNeXt.load(Families.file("headless"), two));
        assertTrue(String.valueOf(none.getMessage()).contains("has no classifier"), none.getMessage());
        assertThrows(ConfigException.class, () -> LoadOptions.builder().labels(folder.resolve("none.txt")));
    }

    /** The names in a configuration that is of other classes do not matter then, but what else it says does. */
    @Test
    void theCallersNamesCountMoreThanTheConfigurations() throws IOException {
        Path model = Files.copy(TOY, folder.resolve("model.safetensors"));
        Files.writeString(
                folder.resolve("config.json"),
                "{\"id2label\":{\"0\":\"cat\"},\"problem_type\":\"multi_label_classification\"}");
        assertThrows(ConfigException.class, () -> ConvNeXt.load(model));
        try (ConvNeXt loaded = ConvNeXt.load(model, LoadOptions.DEFAULT.withLabels(NAMES))) {
            assertEquals(NAMES, loaded.labels());
            assertEquals(Probability.SIGMOID, loaded.probability());
        }
    }

    @Test
    void anEngineIsTheCallersOrTheModels() {
        try (Engine engine = Engine.create(Backend.SCALAR, 1)) {
            LoadOptions shared = LoadOptions.DEFAULT.withEngine(engine);
            assertSame(engine, shared.engine().orElseThrow());
            ConvNeXt first = ConvNeXt.load(TOY, shared);
            first.close();
            try (ConvNeXt second = ConvNeXt.load(TOY, shared)) {
                assertEquals(
                        1, second.classify(new RgbImage(9, 9, new byte[243]), 1).size(), "the engine is open");
            }
            LoadOptions.Builder both = LoadOptions.builder().engine(engine).threads(2);
            assertThrows(IllegalArgumentException.class, both::build);
            LoadOptions own =
                    LoadOptions.builder().backend(Backend.SCALAR).threads(3).build();
            assertSame(engine, own.withEngine(engine).engine().orElseThrow());
        }
        LoadOptions.Builder none = LoadOptions.builder().threads(0);
        assertThrows(IllegalArgumentException.class, none::build);
        // Where the file is no checkpoint, an engine of the model's own is closed again, and one of the caller's is
        // not.
        try (Engine engine = Engine.create(Backend.SCALAR, 1)) {
            Path missing = folder.resolve("missing.safetensors");
            assertThrows(ModelException.class, () -> ConvNeXt.load(missing, engine));
            engine.workers().team().close();
            assertThrows(ModelException.class, () -> ConvNeXt.load(missing));
        }
    }

    @Test
    void aPreprocessorTooSmallForTheNetworkIsRefusedWhenItIsLoaded() {
        LoadOptions small = LoadOptions.builder()
                .preprocessor(Preset.TIMM_224.preprocessor().withCrop(31, 64))
                .build();
        ModelException e = assertThrows(ModelException.class, () -> ConvNeXt.load(TOY, small));
        assertTrue(String.valueOf(e.getMessage()).contains("64 x 31 are too small"), e.getMessage());
    }

    @Test
    void optionsKeepWhatIsNotChanged() {
        LoadOptions all = LoadOptions.builder()
                .architecture(KnownModel.all().get(0))
                .outputStride(8)
                .weights(WeightsChoice.RAW)
                .unknownIgnored(true)
                .labels(NAMES)
                .preprocessor(Preset.HF_224.preprocessor())
                .reading(ReadOptions.DEFAULTS.withOrientation(true))
                .build();
        for (LoadOptions same : List.of(
                all.toBuilder().build(),
                all.withOutputStride(8),
                all.withWeights(WeightsChoice.RAW),
                all.withUnknownIgnored(true),
                all.withLabels(NAMES),
                all.withArchitecture(KnownModel.all().get(0)))) {
            assertEquals(all.architecture(), same.architecture());
            assertEquals(OptionalInt.of(8), same.outputStride());
            assertEquals(WeightsChoice.RAW, same.weights());
            assertTrue(same.unknownIgnored());
            assertEquals(Optional.of(NAMES), same.labels());
            assertEquals(Optional.of(Preset.HF_224.preprocessor()), same.preprocessor());
            assertTrue(same.reading().applyOrientation());
        }
        assertEquals(Optional.empty(), LoadOptions.DEFAULT.labels());
        assertFalse(LoadOptions.DEFAULT.unknownIgnored());
        assertEquals(WeightsChoice.EMA, LoadOptions.DEFAULT.weights());
    }

    @Test
    void logitsOfABatchAreNotTakenForThoseOfAPicture() {
        try (ConvNeXt model = ConvNeXt.load(TOY)) {
            float[] logits = new float[30];
            logits[10 + 7] = 5;
            logits[20 + 3] = 5;
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> model.predictions(logits, 1));
            assertEquals(
                    "30 logits were given, but the network has 10 classes; those of 3 pictures go to"
                            + " predictions(logits, 3, top)",
                    e.getMessage());
            IllegalArgumentException odd =
                    assertThrows(IllegalArgumentException.class, () -> model.predictions(new float[11], 1));
            assertEquals("11 logits were given, but the network has 10 classes", odd.getMessage());
            List<List<Prediction>> all = model.predictions(logits, 3, 2);
            assertEquals(3, all.size());
            assertEquals(0, all.get(0).get(0).index());
            assertEquals(7, all.get(1).get(0).index());
            assertEquals(3, all.get(2).get(0).index());
            assertEquals(2, all.get(2).size());
            for (int wrong : new int[] {-1, 0, 2, 4, Integer.MAX_VALUE}) {
                IllegalArgumentException count =
                        assertThrows(IllegalArgumentException.class, () -> model.predictions(logits, wrong, 1));
                assertTrue(String.valueOf(count.getMessage()).contains("30 logits"), count.getMessage());
            }
            assertThrows(IllegalArgumentException.class, () -> model.predictions(logits, 3, 0));
            logits[25] = Float.NaN;
            ModelException nan = assertThrows(ModelException.class, () -> model.predictions(logits, 3, 1));
            assertTrue(String.valueOf(nan.getMessage()).contains("for picture 2 is NaN"), nan.getMessage());
        }
    }
}
