package org.convnext4j.tools.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.convnext4j.model.train.Setting;
import org.convnext4j.model.train.TrainingConfig;
import org.convnext4j.model.train.TrainingPreset;
import org.convnext4j.tools.output.Json;
import org.jspecify.annotations.Nullable;

/** The values of a training run and what they mean: for people, for programs, and as a page of the documentation. */
final class SettingsFormat {
    private SettingsFormat() {}

    /** Two lines or more for each: the key with its value, or with those of the presets, and what it means. */
    static void print(@Nullable TrainingConfig config, PrintWriter out) {
        for (Setting setting : Setting.all()) {
            out.println(setting.key() + " = " + (config == null ? byPreset(setting) : setting.valueIn(config)));
            out.println("    " + setting.meaning() + (setting.unit().isEmpty() ? "" : " [" + setting.unit() + "]"));
            if (!setting.paper().isEmpty()) {
                out.println("    paper: " + setting.paper());
            }
        }
        out.flush();
    }

    /** A list of objects; with the value, or with those of all presets. */
    static ArrayNode json(@Nullable TrainingConfig config) {
        ArrayNode list = Json.list();
        for (Setting setting : Setting.all()) {
            ObjectNode node = list.addObject()
                    .put("key", setting.key())
                    .put("unit", setting.unit())
                    .put("meaning", setting.meaning())
                    .put("paper", setting.paper());
            if (config != null) {
                node.put("value", setting.valueIn(config));
            } else {
                ObjectNode values = node.putObject("values");
                TrainingPreset.all().forEach(preset -> values.put(preset.name(), setting.valueIn(preset.config())));
            }
        }
        return list;
    }

    /** The page docs/settings.md. */
    static String page() {
        StringBuilder page = new StringBuilder("""
                # The settings of a training run

                `train --set KEY=VALUE` changes one, `--config FILE` several by a JSON file; the last part of a key is
                enough where it is the only one of that name. `train --list-settings` prints this list, with
                `--preset NAME` for the values of one preset, with `--json` for programs. Names of other libraries (`lr`,
                `weight_decay`, `img_size`, `drop_path`) are not taken, but the message names the key they stand for: a
                command, a file and a checkpoint have one name for a value.

                The values are those of the presets that are not the paper's. *Paper* has those of the paper's presets
                (`tiny-1k` and so on): from scratch on ImageNet-1K and, where they are others, on ImageNet-22K and for
                fine-tuning. This page is made from the code, and a test compares the two.
                """);
        String group = "-";
        for (Setting setting : Setting.all()) {
            int dot = setting.key().indexOf('.');
            String of = dot < 0 ? "" : setting.key().substring(0, dot);
            if (!of.equals(group)) {
                group = of;
                page.append(group.isEmpty() ? "" : "\n## " + group + "\n")
                        .append("\n| key | meaning | unit or range | value | paper |\n|---|---|---|---|---|\n");
            }
            page.append("| `")
                    .append(setting.key())
                    .append("` | ")
                    .append(setting.meaning())
                    .append(" | ")
                    .append(setting.unit())
                    .append(" | ")
                    .append(byPreset(setting))
                    .append(" | ")
                    .append(setting.paper())
                    .append(" |\n");
        }
        return page.toString();
    }

    /** The values of the presets that are not the paper's, each with the names of those that have it. */
    private static String byPreset(Setting setting) {
        Map<String, List<String>> presets = new LinkedHashMap<>();
        for (TrainingPreset preset : TrainingPreset.all()) {
            if (!preset.isPapers()) {
                presets.computeIfAbsent(setting.valueIn(preset.config()), value -> new ArrayList<>())
                        .add(preset.name());
            }
        }
        if (presets.size() == 1) {
            return presets.keySet().iterator().next();
        }
        List<String> values = new ArrayList<>();
        presets.forEach((value, names) -> values.add(value + " (" + String.join(", ", names) + ")"));
        return String.join("; ", values);
    }
}
