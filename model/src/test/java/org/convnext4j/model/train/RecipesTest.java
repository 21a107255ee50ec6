package org.convnext4j.model.train;

import static org.convnext4j.model.train.Runs.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.data.TestPictures;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.design.Variant;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values follow from the data, and what the user sets is left alone. */
class RecipesTest {
    private static final ConvNeXtConfig ATTO =
            KnownModel.of("atto").orElseThrow().config();

    /** Pictures of these sides in turn; every one that is a multiple of {@code broken} cannot be read. */
    private record Sized(int size, List<Integer> sides, boolean grey, int broken) implements Dataset {
        @Override
        public List<String> classNames() {
            return List.of("a", "b");
        }

        @Override
        public int label(int index) {
            return index % 2;
        }

        @Override
        public RgbImage read(int index) {
            if (broken > 0 && index % broken == 0) {
                throw new ModelException("picture " + index + ": is broken");
            }
            int side = sides.get(index % sides.size());
            RgbImage noise = TestPictures.noise(side, sides.get(0), index);
            if (grey) {
                for (int i = 0; i < noise.data().length; i++) {
                    noise.data()[i] = noise.data()[i - i % 3];
                }
            }
            return noise;
        }

        @Override
        public String name(int index) {
            return "picture " + index;
        }

        @Override
        public String description() {
            return size + " pictures";
        }

        @Override
        public String fingerprint() {
            return "sized-" + size;
        }
    }

    private static Dataset sized(int size, Integer... sides) {
        return new Sized(size, List.of(sides), false, 0);
    }

    private static boolean tells(Recipe recipe, String part) {
        return recipe.notes().stream().anyMatch(note -> note.contains(part));
    }

    @ParameterizedTest
    @CsvSource({
        "240,     300, false, small-folder,  64",
        "240,     70,  false, small-folder,  64",
        "240,     50,  false, small-folder,  32",
        "9000,    300, false, small-folder,  96",
        "20000,   300, false, small-folder,  128",
        "200000,  300, false, small-folder,  224",
        "1281167, 300, false, tiny-1k,       224",
        "60000,   28,  true,  fashion-mnist, 32",
        "50000,   32,  false, cifar,         32",
        "50000,   40,  false, cifar,         40",
        "300,     12,  true,  fashion-mnist, 32",
    })
    void thePresetFollowsFromThePictures(int size, int side, boolean grey, String preset, int pictureSize) {
        Recipe recipe = Recipes.fromScratch(ATTO, new Sized(size, List.of(side), grey, 0), Overrides.NONE);
        assertEquals(preset, recipe.preset());
        assertEquals(pictureSize, recipe.config().augmentation().pictureSize());
        recipe.config().requireFits(ATTO);
        assertTrue(
                recipe.notes().get(0).startsWith("for " + size + " pictures"),
                recipe.notes().toString());
        // The schedule can be made, which a preset for more pictures cannot.
        long perEpoch = size / recipe.config().batch().picturesPerStep();
        assertTrue(LearningRateSchedule.of(recipe.config(), perEpoch).steps() > 0);
    }

    @Test
    void thePapersValuesAreThoseOfTheSize() {
        Dataset large = sized(1_000_000, 300);
        ConvNeXtConfig base = ConvNeXtConfig.of(Variant.BASE);
        assertEquals("base-1k", Recipes.fromScratch(base, large, Overrides.NONE).preset());
        ConvNeXtConfig xlarge = ConvNeXtConfig.of(Variant.XLARGE);
        assertEquals(
                "xlarge-22k", Recipes.fromScratch(xlarge, large, Overrides.NONE).preset());
        assertEquals(
                TrainingPreset.of("base-1k").config(),
                Recipes.fromScratch(base, large, Overrides.NONE).config());
    }

    @Test
    void aRunOfFewPicturesMakesEnoughSteps() {
        for (int size : new int[] {1, 2, 7, 24, 72, 240, 1800, 20_000}) {
            TrainingConfig config = Recipes.fromScratch(ATTO, sized(size, 100, 60), Overrides.NONE)
                    .config();
            long perEpoch = size / config.batch().picturesPerStep();
            LearningRateSchedule schedule = LearningRateSchedule.of(config, perEpoch);
            assertTrue(schedule.steps() >= 300, size + " pictures make " + schedule.steps() + " steps");
            assertTrue(schedule.warmupSteps() <= schedule.steps() / 5);
            assertFalse(RunLength.outlasts(config.ema(), schedule.steps()), size + " pictures");
        }
    }

    @Test
    void picturesThatCannotBeReadDoNotCount() {
        DataSurvey survey = DataSurvey.of(new Sized(64, List.of(90, 50, 70), false, 4));
        assertEquals(64, survey.pictures());
        assertEquals(50, survey.smallest());
        assertEquals(90, survey.largest());
        assertRefused(() -> DataSurvey.of(new Sized(64, List.of(90), false, 1)), "is broken");
    }

    @Test
    void whatTheUserSetsIsLeftAlone() {
        Overrides own =
                Overrides.of("pictureSize=64", "epochs=3", "batch.size=20", "ema.decay=0.9999", "ema.warmup=false");
        Recipe recipe = Recipes.fromScratch(ATTO, sized(240, 300), own);
        TrainingConfig config = recipe.config();
        assertEquals(64, config.augmentation().pictureSize());
        assertEquals(3, config.schedule().epochs());
        assertEquals(20, config.batch().size());
        assertEquals(new EmaConfig(0.9999, false), config.ema());
        assertFalse(tells(recipe, "the average"));
        assertRefused(() -> Recipes.fromScratch(ATTO, sized(240, 300), Overrides.of("epochs=0")), "schedule.epochs");
        assertRefused(() -> Overrides.of("epoch=3"), "no value is called epoch");
    }

    @Test
    void aLongPresetIsFittedToAShortRunWithAWordForEachChange() {
        Recipe recipe = Recipes.of(TrainingPreset.of("tiny-1k"), sized(640, 300), Overrides.of("epochs=5"));
        TrainingConfig config = recipe.config();
        assertEquals(new BatchConfig(64, 1).picturesPerStep(), config.batch().picturesPerStep());
        assertEquals(5, config.schedule().warmupSteps());
        assertEquals(0.8, config.ema().decay());
        assertTrue(config.ema().warmup());
        assertEquals(3, recipe.notes().size(), recipe.notes().toString());
        assertTrue(tells(recipe, "there are only 640 pictures, so a step takes 64 instead of 4096"));
        assertTrue(tells(recipe, "rises in the first 5 instead of rising in 200 steps"));
        assertTrue(tells(recipe, "has a decay of 0.8 instead of 0.9999"));

        Recipe set = Recipes.of(
                TrainingPreset.of("tiny-1k"),
                sized(640, 300),
                Overrides.of("epochs=5", "warmupEpochs=4", "ema.decay=0.999", "accumulation=2"));
        assertEquals(4, set.config().schedule().warmupEpochs());
        assertEquals(2, set.config().batch().accumulation());
        assertEquals(0.999, set.config().ema().decay());
        assertEquals(List.of(), set.notes());
    }

    @Test
    void aLongRunIsNotTouched() {
        for (String name : List.of("tiny-1k", "base-22k", "xlarge-22k-1k")) {
            Recipe recipe = Recipes.of(TrainingPreset.of(name), sized(1_281_167, 300), Overrides.NONE);
            assertEquals(TrainingPreset.of(name).config(), recipe.config());
            assertEquals(List.of(), recipe.notes());
        }
    }

    @Test
    void anEndlessAverageIsOneThatStillHasItsStart() {
        assertTrue(RunLength.outlasts(new EmaConfig(0.9999, false), 900));
        assertFalse(RunLength.outlasts(new EmaConfig(0.9999, true), 900));
        assertFalse(RunLength.outlasts(new EmaConfig(0.9999, false), 90_000));
        assertFalse(RunLength.outlasts(new EmaConfig(0, false), 1));
        assertEquals(Math.pow(0.99, 50), RunLength.startIn(new EmaConfig(0.99, false), 50), 1e-12);
    }

    @Test
    void aFileOfValuesWinsOverThePresetAndAssignmentsOverTheFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("run.json"), "{\"seed\": 5, \"schedule\": {\"epochs\": 2}, \"batch\": {\"size\": 12}}");
        Overrides own = Overrides.NONE.withFile(file).with(List.of("seed=7"));
        assertEquals(7, own.seed());
        assertTrue(own.has("batch.size"));
        assertFalse(own.has("batch.accumulation"));
        TrainingConfig config = Recipes.fromScratch(ATTO, sized(240, 300), own).config();
        assertEquals(7, config.seed());
        assertEquals(12, config.batch().size());
        assertEquals(2, config.schedule().epochs());
        Files.writeString(file, "{\"schedule\": {\"epoch\": 2}}");
        Overrides wrong = Overrides.NONE.withFile(file);
        assertRefused(() -> Recipes.fromScratch(ATTO, sized(240, 300), wrong), "run.json", "schedule.epochs");
    }
}
