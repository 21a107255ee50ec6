package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingTest {
    private static Setting of(String key) {
        return Setting.all().stream()
                .filter(setting -> setting.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    /** Fails where a component was added to a record of {@link TrainingConfig}, renamed or taken away. */
    @Test
    void everyKeyIsExplainedAndNoOther() {
        List<String> keys =
                new ArrayList<>(ConfigTree.flat(ConfigTree.write(Runs.CONFIG)).keySet());
        List<String> missing = new ArrayList<>(keys);
        missing.removeAll(SettingTexts.ALL.keySet());
        assertEquals(List.of(), missing, "add a line for each to SettingTexts.java, and then to docs/settings.md");
        List<String> gone = new ArrayList<>(SettingTexts.ALL.keySet());
        gone.removeAll(keys);
        assertEquals(List.of(), gone, "no value is called so: take the lines out of SettingTexts.java");
        assertEquals(keys, new ArrayList<>(SettingTexts.ALL.keySet()), "SettingTexts.java has another order");
    }

    @Test
    void meaningsAreSentencesWithoutAFullStop() {
        for (Setting setting : Setting.all()) {
            assertTrue(setting.meaning().matches("[A-Z].*[^.]"), setting.key() + ": " + setting.meaning());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "optimizer.learningRate,         0.004; fine-tuning 5e-5",
        "optimizer.weightDecay,          0.05; fine-tuning 1e-8",
        "optimizer.epsilon,              1e-8",
        "optimizer.layerDecay,           1; fine-tuning 0.7 or 0.8",
        "schedule.epochs,                300; ImageNet-22K 90; fine-tuning 30",
        "regularisation.stochasticDepth, 0.1 to 0.5; ImageNet-22K 0 to 0.2; fine-tuning 0 to 0.95",
        "regularisation.headInitScale,   1; fine-tuning 0.001",
        "ema.decay,                      0.9999; ImageNet-22K 0; fine-tuning 0 or 0.9999",
        "checkpoint.keep,                ''",
    })
    void thePapersValuesAreThoseOfItsPresets(String key, String values) {
        assertEquals(values, of(key).paper());
    }

    @Test
    void choicesAreTheUnit() {
        assertTrue(
                of("optimizer.freeze").unit().startsWith("none, stem, stage0"),
                of("optimizer.freeze").unit());
    }

    /** What is shown can be given back. */
    @Test
    void valuesCanBeSet() {
        for (TrainingPreset preset : TrainingPreset.all()) {
            List<String> assignments = Setting.all().stream()
                    .map(setting -> setting.key() + "=" + setting.valueIn(preset.config()))
                    .toList();
            assertEquals(preset.config(), Runs.CONFIG.with(assignments));
        }
    }
}
