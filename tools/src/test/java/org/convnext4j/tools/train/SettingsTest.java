package org.convnext4j.tools.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.convnext4j.model.train.Setting;
import org.convnext4j.model.train.TrainingPreset;
import org.convnext4j.tools.Cli;
import org.junit.jupiter.api.Test;

/** The values of a run are explained, on the command line and on a page. */
class SettingsTest {
    private static String line(String key, Object... words) {
        Cli.Result result = Cli.run(words);
        assertEquals(0, result.code(), result.err());
        assertEquals("", result.err());
        return result.out()
                .lines()
                .filter(line -> line.startsWith(key + " = "))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theListNeedsNoDataAndHasEveryKeyWithItsMeaning() {
        List<String> lines = Cli.run("train", "--list-settings").out().lines().toList();
        for (Setting setting : Setting.all()) {
            int at = 0;
            while (!lines.get(at).startsWith(setting.key() + " = ")) {
                at++;
            }
            assertTrue(lines.get(at + 1).strip().startsWith(setting.meaning()), lines.get(at + 1));
        }
        String rate = line("optimizer.learningRate", "train", "--list-settings");
        for (TrainingPreset preset : TrainingPreset.all()) {
            assertEquals(!preset.isPapers(), rate.contains(preset.name()), rate);
        }
    }

    @Test
    void onePresetsValuesAreItsOwnWithWhatIsSet() {
        assertEquals(
                "schedule.epochs = 300", line("schedule.epochs", "train", "--list-settings", "--preset", "base-1k"));
        assertEquals(
                "schedule.epochs = 70",
                line("schedule.epochs", "train", "--preset", "base-1k", "--epochs", 70, "--list-settings"));
        Cli.Result result = Cli.run("train", "--list-settings", "--epochs", 7);
        assertEquals(2, result.code());
        assertTrue(result.complaint().contains("needs --preset NAME"), result.err());
    }

    @Test
    void programsGetAList() throws IOException {
        JsonNode one = Cli.run("train", "--list-settings", "--preset", "fine-tune", "--json")
                .json();
        JsonNode all = Cli.run("train", "--list-settings", "--json").json();
        assertEquals(Setting.all().size(), one.size());
        for (int i = 0; i < one.size(); i++) {
            Setting setting = Setting.all().get(i);
            assertEquals(setting.key(), one.path(i).path("key").asText());
            assertEquals(
                    setting.valueIn(TrainingPreset.of("fine-tune").config()),
                    one.path(i).path("value").asText());
            assertEquals(
                    setting.valueIn(TrainingPreset.of("tiny-1k").config()),
                    all.path(i).path("values").path("tiny-1k").asText());
        }
    }

    @Test
    void thePageIsWhatTheCodeMakes() throws IOException {
        Path module = Path.of(System.getProperty("basedir", "."));
        Path page = module.resolve("../docs/settings.md").normalize();
        String made = SettingsFormat.page();
        String there = Files.exists(page) ? Files.readString(page).replace("\r\n", "\n") : "";
        if (!made.equals(there)) {
            Path fresh = Files.createDirectories(module.resolve("target")).resolve("settings.md");
            Files.writeString(fresh, made);
            assertEquals(made, there, page + " is not what the code makes; copy " + fresh + " over it");
        }
        assertFalse(made.isEmpty());
    }
}
