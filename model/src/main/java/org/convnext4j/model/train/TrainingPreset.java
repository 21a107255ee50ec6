package org.convnext4j.model.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.failure.NearestName;

/**
 * A recipe by name.
 *
 * @param name such as {@code tiny-1k}
 * @param description one line for people
 * @param network the network that the recipe is for, with a number of classes to be replaced; empty if any network does,
 *     as where a given checkpoint is fine-tuned
 * @param config all values
 */
public record TrainingPreset(String name, String description, Optional<ConvNeXtConfig> network, TrainingConfig config) {
    /** Every preset, in the order of a list for people. */
    public static List<TrainingPreset> all() {
        List<TrainingPreset> all = new ArrayList<>();
        all.addAll(PaperRecipes.all());
        all.addAll(SmallRecipes.all());
        return List.copyOf(all);
    }

    /**
     * The preset of this name.
     *
     * @throws TrainingException if there is none; the message names the nearest and lists all
     */
    public static TrainingPreset of(String name) {
        List<TrainingPreset> all = all();
        List<String> names = all.stream().map(TrainingPreset::name).toList();
        return all.stream()
                .filter(preset -> preset.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new TrainingException("no preset is called " + name + "; the nearest is "
                        + NearestName.of(name, names) + ", and there are " + String.join(", ", names)));
    }

    /** Whether the values are the paper's. */
    public boolean isPapers() {
        return PaperRecipes.all().stream().anyMatch(preset -> preset.name.equals(name));
    }
}
