package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.design.Variant;
import org.convnext4j.model.hub.ModelFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks narrower than the paper's are fine-tuned with values of their own, the paper's with the preset's. */
class NarrowNetworksTest {
    private static final TrainingConfig PRESET = TrainingPreset.of("fine-tune").config();

    private static TrainingConfig fitted(String name) {
        return NarrowNetworks.fit(PRESET, KnownModel.of(name).orElseThrow().config());
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void thePapersNetworksAreTunedAsBefore(Variant variant) {
        ConvNeXtConfig network = ConvNeXtConfig.of(variant);
        assertEquals(PRESET, NarrowNetworks.fit(PRESET, network));
        assertEquals(List.of(), NarrowNetworks.notes(PRESET, network, Overrides.NONE));
    }

    @ParameterizedTest
    @CsvSource({"nano, 2.88e-4", "pico, 4.5e-4", "femto, 8e-4", "atto, 1e-3"})
    void theNarrowerTheHigherTheRate(String name, double rate) {
        TrainingConfig values = fitted(name);
        assertEquals(rate, values.optimizer().learningRate(), 1e-9);
        assertEquals(0.9, values.optimizer().layerDecay());
        assertEquals(AugmentationConfig.NONE, values.augmentation().randAugment());
        // Nothing else is another.
        assertEquals(
                PRESET,
                values.with(List.of(
                        "learningRate=" + PRESET.optimizer().learningRate(),
                        "layerDecay=" + PRESET.optimizer().layerDecay(),
                        "randAugment=" + PRESET.augmentation().randAugment())));
    }

    @Test
    void theRateDoesNotGrowWithoutEnd() {
        assertEquals(
                1e-3, NarrowNetworks.fit(PRESET, Patterns.NETWORK).optimizer().learningRate(), 1e-9);
    }

    @Test
    void aRunTakesThemAndSaysSoAndWhatTheUserSetsWins(@TempDir Path folder) {
        try (Engine engine = Engine.create(Backend.VECTOR, 2);
                Trainer trainer = Training.fromScratch(Patterns.NETWORK, Patterns.config("epochs=1"), new Patterns(32))
                        .open(engine, folder.resolve("first"))) {
            trainer.run();
        }
        ModelFiles model = new ModelFiles("toy", folder.resolve("first/model.safetensors"), Optional.empty());
        Recipe recipe = Recipes.fineTune(model, LoadOptions.DEFAULT, new Patterns(64), Overrides.NONE);
        assertEquals(1e-3, recipe.config().optimizer().learningRate(), 1e-9);
        assertEquals(
                "the network ends 16 channels wide, the paper's at least 768, so optimizer.learningRate is 0.001 instead"
                        + " of 2e-4, optimizer.layerDecay is 0.9 instead of 0.8, augmentation.randAugment is none instead"
                        + " of rand-m9-mstd0.5-inc1; set them to choose",
                recipe.notes().get(0));

        Recipe own = Recipes.fineTune(
                model,
                LoadOptions.DEFAULT,
                new Patterns(64),
                Overrides.of("learningRate=2e-4", "randAugment=rand-m9-mstd0.5-inc1"));
        assertEquals(2e-4, own.config().optimizer().learningRate());
        assertEquals(0.9, own.config().optimizer().layerDecay());
        assertEquals(
                PRESET.augmentation().randAugment(), own.config().augmentation().randAugment());
        assertFalse(own.notes().get(0).contains("learningRate"), own.notes().get(0));
        assertTrue(
                own.notes().get(0).contains("so optimizer.layerDecay is 0.9"),
                own.notes().get(0));

        // A preset that is named for another purpose says its values itself.
        TrainingPreset squares = TrainingPreset.of("base-22k-1k");
        Recipe papers = Recipes.fineTune(squares, model, LoadOptions.DEFAULT, new Patterns(64), Overrides.NONE);
        assertEquals(0.8, papers.config().optimizer().layerDecay());
    }
}
