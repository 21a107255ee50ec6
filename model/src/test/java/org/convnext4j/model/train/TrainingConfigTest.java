package org.convnext4j.model.train;

import static org.convnext4j.model.train.Runs.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Variant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingConfigTest {
    private static final TrainingConfig BASE = TrainingPreset.of("tiny-1k").config();

    static Stream<TrainingPreset> presets() {
        return TrainingPreset.all().stream();
    }

    @ParameterizedTest
    @MethodSource("presets")
    void everyPresetComesBackFromJson(TrainingPreset preset) {
        String json = preset.config().toJson();
        TrainingConfig read = TrainingConfig.fromJson("preset", json);
        assertEquals(preset.config(), read);
        assertEquals(json, read.toJson());
        assertEquals(preset, TrainingPreset.of(preset.name()));
    }

    /** The paper's tables 5 and 6. */
    @ParameterizedTest
    @CsvSource({
        "tiny-1k,        4e-3, 4096, 0.05, 300, 20, 0.1,  1,   0.8, 1, 0.9999, 1,     1000",
        "small-1k,       4e-3, 4096, 0.05, 300, 20, 0.4,  1,   0.8, 1, 0.9999, 1,     1000",
        "base-1k,        4e-3, 4096, 0.05, 300, 20, 0.5,  1,   0.8, 1, 0.9999, 1,     1000",
        "large-1k,       4e-3, 4096, 0.05, 300, 20, 0.5,  1,   0.8, 1, 0.9999, 1,     1000",
        "tiny-22k,       4e-3, 4096, 0.05, 90,  5,  0,    1,   0.8, 1, 0,      1,     21841",
        "small-22k,      4e-3, 4096, 0.05, 90,  5,  0,    1,   0.8, 1, 0,      1,     21841",
        "large-22k,      4e-3, 4096, 0.05, 90,  5,  0.1,  1,   0.8, 1, 0,      1,     21841",
        "xlarge-22k,     4e-3, 4096, 0.05, 90,  5,  0.2,  1,   0.8, 1, 0,      1,     21841",
        "tiny-22k-1k,    5e-5, 512,  1e-8, 30,  0,  0,    0.8, 0,   0, 0,      0.001, 1000",
        "base-22k-1k,    5e-5, 512,  1e-8, 30,  0,  0.2,  0.8, 0,   0, 0,      0.001, 1000",
        "large-22k-1k-384, 5e-5, 512, 1e-8, 30, 0,  0.3,  0.8, 0,   0, 0,      0.001, 1000",
        "xlarge-22k-1k,  5e-5, 512,  1e-8, 30,  0,  0.4,  0.8, 0,   0, 0.9999, 0.001, 1000",
        "base-1k-384,    5e-5, 512,  1e-8, 30,  0,  0.8,  0.7, 0,   0, 0,      0.001, 1000",
        "large-1k-384,   5e-5, 512,  1e-8, 30,  0,  0.95, 0.7, 0,   0, 0,      0.001, 1000",
    })
    void presetsAreThePapers(
            String name,
            double learningRate,
            int batch,
            double weightDecay,
            int epochs,
            int warmup,
            double depth,
            double layerDecay,
            double mixup,
            double cutmix,
            double ema,
            double headInitScale,
            int classes) {
        TrainingPreset preset = TrainingPreset.of(name);
        TrainingConfig config = preset.config();
        assertEquals(learningRate, config.peakLearningRate());
        assertEquals(batch, config.batch().picturesPerStep());
        assertEquals(weightDecay, config.optimizer().weightDecay());
        assertEquals(epochs, config.schedule().epochs());
        assertEquals(warmup, config.schedule().warmupEpochs());
        assertEquals(1e-6, config.schedule().minLearningRate());
        assertEquals(depth, config.regularisation().stochasticDepth());
        assertEquals(0.1, config.regularisation().labelSmoothing());
        assertEquals(layerDecay, config.optimizer().layerDecay());
        assertEquals(mixup, config.augmentation().mixup());
        assertEquals(cutmix, config.augmentation().cutmix());
        assertEquals("rand-m9-mstd0.5-inc1", config.augmentation().randAugment());
        assertEquals(0.25, config.augmentation().erase());
        assertEquals(ema, config.ema().decay());
        assertEquals(headInitScale, config.regularisation().headInitScale());
        assertEquals(name.endsWith("384") ? 384 : 224, config.augmentation().pictureSize());
        assertEquals(classes, preset.network().orElseThrow().classes());
        assertEquals(
                name.substring(0, name.indexOf('-')),
                preset.network().orElseThrow().variant().orElseThrow().label());
    }

    @Test
    void theSmallNetworkIsSmall() {
        long parameters =
                TrainingPreset.of("fashion-mnist").network().orElseThrow().parameters();
        assertTrue(parameters <= 2_000_000, () -> "it has " + parameters);
        assertTrue(TrainingPreset.of("fine-tune").network().isEmpty());
        assertRefused(() -> TrainingPreset.of("tiny-22k1k"), "tiny-22k1k", "the nearest is tiny-22k-1k");
        assertRefused(() -> TrainingPreset.of("xlarge-1k"), "no preset");
    }

    @Test
    void valuesAreSetOneByOne() {
        TrainingConfig config = BASE.with(List.of(
                "optimizer.learningRate=4e-4",
                "referenceBatch=0",
                "seed = -9007199254740993",
                "augmentation.mean=0.5, .5,0",
                "std=[1,2,3]",
                "randAugment=none",
                "interpolation=BILINEAR",
                "freeze=stage1",
                "ema.warmup=true",
                "epochs=10",
                "epochs=40"));
        assertEquals(4e-4, config.peakLearningRate());
        assertEquals(-9007199254740993L, config.seed());
        assertEquals(List.of(0.5, 0.5, 0.0), config.augmentation().mean());
        assertEquals(List.of(1.0, 2.0, 3.0), config.augmentation().std());
        assertEquals("none", config.augmentation().randAugment());
        assertEquals("bilinear", ConfigTree.label(config.augmentation().interpolation()));
        assertEquals(Freeze.STAGE1, config.optimizer().freeze());
        assertTrue(config.ema().warmup());
        assertEquals(40, config.schedule().epochs());
        assertEquals(BASE.regularisation(), config.regularisation());
        assertEquals(BASE, BASE.with(List.of()));
    }

    @Test
    void theNetworkMustFitThePictures() {
        for (TrainingPreset preset : TrainingPreset.all()) {
            preset.network().ifPresent(preset.config()::requireFits);
        }
        assertRefused(
                () -> BASE.with(List.of("pictureSize=31")).requireFits(ConvNeXtConfig.of(Variant.TINY)),
                "augmentation.pictureSize is 31",
                "at least 32");
        ConvNeXtConfig grey = new ConvNeXtConfig(List.of(1, 1, 1, 1), List.of(1, 1, 1, 1), 2, 1, 4, true, 1e-6, 1e-6);
        assertRefused(() -> BASE.requireFits(grey), "takes 1 channel,");
    }

    @Test
    void theRateFollowsTheBatch() {
        assertEquals(1e-3, BASE.with(List.of("accumulation=16")).peakLearningRate(), 1e-18);
        assertEquals(
                4e-3, BASE.with(List.of("accumulation=16", "referenceBatch=0")).peakLearningRate());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "optimizer.learningrat=1 | optimizer.learningrat | did you mean optimizer.learningRate?",
                "layerscale=1 | layerscale | did you mean regularisation.layerScale?",
                "epochs | \"epochs\" sets no value | key=value",
                "=3 | sets no value | key=value",
                "epochs=2.5 | schedule.epochs must be a whole number | 2.5",
                "epochs=1e3 | schedule.epochs must be a whole number | 1E+3",
                "epochs=99999999999 | schedule.epochs must be a whole number | 2147483647",
                "epochs=0 | schedule.epochs must be | the paper takes 300",
                "learningRate=fast | optimizer.learningRate must be a finite number | \"fast\"",
                "learningRate=NaN | optimizer.learningRate must be a finite number | NaN",
                "learningRate=-1 | optimizer.learningRate must be | try 0.001",
                "beta2=1 | optimizer.beta2 must be | 0.999",
                "ema.warmup=yes | ema.warmup must be true or false | \"yes\"",
                "freeze=stage4 | optimizer.freeze must be one of none, stem, stage0 | stage4",
                "mean=1,2 | augmentation.mean must be three | [1.0, 2.0]",
                "std=1,0,1 | augmentation.std must be three numbers from 0.001 to 1000.0 | 0.0",
                "mean=a,b,c | augmentation.mean must be a list of numbers | a",
                "randAugment=m9 | augmentation.randAugment must be | rand-m9-mstd0.5-inc1",
                "cropScaleMin=2 | augmentation.cropScaleMin must be | cropScaleMax 1.0",
                "batch.size=63 | batch.size must be even | augmentation.mixup",
                "warmupEpochs=301 | schedule.warmupEpochs must be | at most schedule.epochs, 300",
                "minLearningRate=1 | schedule.minLearningRate must be at most | 0.004",
                "ema.decay=1 | ema.decay must be | 0.9999",
                "keep=0 | checkpoint.keep must be | 2 leaves one",
            })
    void badValuesAreNamedWithTheMend(String assignment, String key, String mend) {
        assertRefused(() -> BASE.with(List.of(assignment)), key, mend);
    }

    /** What timm, PyTorch, fastai and Hugging Face call them. */
    @ParameterizedTest
    @CsvSource({
        "lr=1e-3,                    optimizer.learningRate",
        "optimiser.lr=1e-3,          optimizer.learningRate",
        "optimiser.weightDecay=0,    optimizer.weightDecay",
        "weight_decay=0.1,           optimizer.weightDecay",
        "weight-decay=0.1,           optimizer.weightDecay",
        "wd=0.1,                     optimizer.weightDecay",
        "batch_size=8,               batch.size",
        "num_epochs=3,               schedule.epochs",
        "image_size=64,              augmentation.pictureSize",
        "img-size=64,                augmentation.pictureSize",
        "augmentation.size=64,       augmentation.pictureSize",
        "augment.size=64,            augmentation.pictureSize",
        "data.img_size=64,           augmentation.pictureSize",
        "mixup_alpha=1,              augmentation.mixup",
        "drop_path=0.1,              regularisation.stochasticDepth",
        "regularization.drop_path=1, regularisation.stochasticDepth",
        "regularization.smoothing=1, regularisation.labelSmoothing",
        "ema=0.99,                   ema.decay",
        "model_ema_decay=0.99,       ema.decay",
        "momentum=0.9,               optimizer.beta1",
        "betas=0.9,                  optimizer.beta1 or optimizer.beta2",
        "clip_grad=1,                optimizer.clipNorm",
        "warmup_epochs=5,            schedule.warmupEpochs",
        "min_lr=0,                   schedule.minLearningRate",
        "reprob=0,                   augmentation.erase",
        "hflip=0,                    augmentation.flip",
        "earse=0,                    augmentation.erase",
    })
    void otherNamesForAKeyAreUnderstood(String assignment, String meant) {
        String name = assignment.substring(0, assignment.indexOf('='));
        assertRefused(
                () -> BASE.with(List.of(assignment)), "no value is called " + name + "; did you mean " + meant + "?");
    }

    /** They end one key each, but people mean others by them. */
    @ParameterizedTest
    @CsvSource({
        "size=224,  'batch.size, augmentation.pictureSize'",
        "warmup=5,  'schedule.warmupEpochs, schedule.warmupSteps, ema.warmup'",
        "decay=0.1, 'ema.decay, optimizer.weightDecay, optimizer.layerDecay'",
    })
    void shortNamesThatMayMeanSeveralAreRefused(String assignment, String keys) {
        assertRefused(() -> BASE.with(List.of(assignment)), "may mean any of " + keys + "; write the whole key");
    }

    @Test
    void whatOtherNamesMeanIsThere() {
        assertTrue(ConfigTree.flat(ConfigTree.write(BASE)).keySet().containsAll(KeyNames.explaining()));
    }

    @Test
    void aFileMayHaveAnyPartOfTheKeys(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("run.json"), "{\"seed\": 5, \"schedule\": {\"epochs\": 7, \"warmupEpochs\": 1}}");
        TrainingConfig config = BASE.withFile(file);
        assertEquals(BASE.with(List.of("seed=5", "epochs=7", "warmupEpochs=1")), config);
        String path = file.toString();
        Files.writeString(file, "{\"schedule\": {\"epoch\": 7}}");
        assertRefused(() -> BASE.withFile(file), path, "schedule.epoch; did you mean schedule.epochs?");
        Files.writeString(file, "{\"schedule\": {\"lr\": 7}}");
        assertRefused(() -> BASE.withFile(file), path, "schedule.lr; did you mean optimizer.learningRate?");
        Files.writeString(file, "{\"weight_decay\": 7}");
        assertRefused(() -> BASE.withFile(file), path, "weight_decay; did you mean optimizer.weightDecay?");
        Files.writeString(file, "{\"schedule\": 7}");
        assertRefused(() -> BASE.withFile(file), path, "schedule must be an object");
        Files.writeString(file, "{\"seed\": 1, \"seed\": 2}");
        assertRefused(() -> BASE.withFile(file), path, "Duplicate");
        Files.writeString(file, "{\"seed\": ");
        assertRefused(() -> BASE.withFile(file), path, "not valid JSON");
        Files.writeString(file, "[1]");
        assertRefused(() -> BASE.withFile(file), path, "not a JSON object");
        Files.writeString(file, "{\"seed\": null}");
        assertRefused(() -> BASE.withFile(file), path, "seed must be a whole number");
        assertRefused(() -> BASE.withFile(folder.resolve("none")), "no such file");
        assertRefused(() -> TrainingConfig.fromJson("here", "{\"seed\": 1}"), "here", "lacks the value batch.size");
    }

    @Test
    void differencesLeaveTheCheckpointPolicyOut() {
        TrainingConfig other = BASE.with(List.of("keep=9", "everySteps=4", "seed=2", "learningRate=1e-3"));
        assertEquals(List.of("seed: 0 -> 2", "optimizer.learningRate: 0.004 -> 0.001"), BASE.differences(other));
        assertFalse(BASE.equals(other));
    }
}
