package org.convnext4j.model.train;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.convnext4j.model.failure.Wording;
import org.jspecify.annotations.Nullable;

/**
 * What one value of a {@link TrainingConfig} means.
 *
 * @param key the whole one, such as {@code optimizer.learningRate}
 * @param unit of the value, or what it may be; empty for a plain number
 * @param meaning a sentence without its full stop
 * @param paper the paper's values as its presets have them, from scratch on ImageNet-1K and, where others, on
 *     ImageNet-22K and for fine-tuning; empty if the paper does not speak of it
 */
public record Setting(String key, String unit, String meaning, String paper) {
    /** Every setting, in the order of a configuration. */
    public static List<Setting> all() {
        TrainingConfig pattern = PaperRecipes.all().get(0).config();
        List<Setting> all = new ArrayList<>();
        for (String key : ConfigTree.flat(ConfigTree.write(pattern)).keySet()) {
            SettingTexts.Text text = Objects.requireNonNull(
                    SettingTexts.ALL.get(key), () -> key + " is not explained; add a line to SettingTexts");
            List<String> choices = ConfigTree.choices(pattern, key);
            String unit = choices.isEmpty() ? text.unit() : String.join(", ", choices);
            String paper = Optional.ofNullable(text.paper()).orElseGet(() -> paper(key));
            all.add(new Setting(key, unit, text.meaning(), paper));
        }
        return List.copyOf(all);
    }

    /** The value in a configuration, as {@link TrainingConfig#with} takes it behind {@code key=}. */
    public String valueIn(TrainingConfig config) {
        return text(key, config);
    }

    private static String text(String key, TrainingConfig config) {
        String json =
                Objects.requireNonNull(ConfigTree.flat(ConfigTree.write(config)).get(key));
        return Stream.of(json.replaceAll("^\\[|]$|\"", "").split(",", -1))
                .map(Setting::plain)
                .collect(Collectors.joining(","));
    }

    /** What is no number as it is. */
    static String plain(String text) {
        @Nullable BigDecimal number = number(text);
        return number == null ? text : Wording.number(number);
    }

    private static String paper(String key) {
        String scratch = range(key, name -> name.matches("[a-z]+-1k"));
        String large = range(key, name -> name.matches("[a-z]+-22k"));
        String tuning = range(key, name -> name.contains("k-1k") || name.endsWith("-384"));
        return scratch
                + (large.equals(scratch) ? "" : "; ImageNet-22K " + large)
                + (tuning.equals(scratch) ? "" : "; fine-tuning " + tuning);
    }

    /** From the least to the largest value of some of the paper's presets. */
    private static String range(String key, Predicate<String> named) {
        Set<String> values = new LinkedHashSet<>();
        for (TrainingPreset preset : PaperRecipes.all()) {
            if (named.test(preset.name())) {
                values.add(text(key, preset.config()));
            }
        }
        List<String> sorted = values.stream().sorted(Setting::compare).toList();
        String last = sorted.get(sorted.size() - 1);
        return sorted.size() == 1 ? last : sorted.get(0) + (sorted.size() == 2 ? " or " : " to ") + last;
    }

    private static int compare(String one, String other) {
        @Nullable BigDecimal number = number(one);
        @Nullable BigDecimal otherNumber = number(other);
        return number == null || otherNumber == null ? one.compareTo(other) : number.compareTo(otherNumber);
    }

    private static @Nullable BigDecimal number(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
