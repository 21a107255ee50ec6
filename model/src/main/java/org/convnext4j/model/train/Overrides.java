package org.convnext4j.model.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Values that a user sets himself. They win over a preset's and those that follow from the data or a model, and are not
 * fitted to a run. Immutable.
 */
public final class Overrides {
    /** Nothing is set. */
    public static final Overrides NONE = new Overrides(List.of());

    /** Part of the values, by one file or several assignments. */
    private record Part(String source, JsonNode tree, boolean isAssigned) {
        TrainingConfig apply(TrainingConfig config) {
            try {
                return ConfigTree.read(source, tree, config);
            } catch (TrainingException e) {
                throw isAssigned ? new SettingException(e) : e;
            }
        }
    }

    /** What timm's, Hugging Face's and this library's configurations of models have, and values of a run do not. */
    private static final List<String> OF_MODELS =
            List.of("architecture", "architectures", "model_type", "pretrained_cfg", "num_classes", "id2label");

    private final List<Part> parts;

    private Overrides(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /**
     * Single values.
     *
     * @param assignments each {@code key=value}, as {@link TrainingConfig#with} takes them
     * @throws SettingException naming the assignment that has no known key
     */
    public static Overrides of(String... assignments) {
        return NONE.with(List.of(assignments));
    }

    /** These and single values, which win over these; as {@link #of}. */
    public Overrides with(List<String> assignments) {
        return with(assignments, pattern());
    }

    /** Keys and kinds of values are the same in every configuration. */
    private static TrainingConfig pattern() {
        return TrainingPreset.of("fine-tune").config();
    }

    Overrides with(List<String> assignments, TrainingConfig pattern) {
        if (assignments.isEmpty()) {
            return this;
        }
        try {
            return and(new Part("the given values", Assignments.tree(assignments, pattern), true));
        } catch (TrainingException e) {
            throw new SettingException(e);
        }
    }

    /**
     * These and the values of a JSON file, which win over these.
     *
     * @throws TrainingException if the file cannot be read, is no JSON object or is of another kind, such as a model's
     *     config.json; an unknown key in it is refused when the
     *     values are applied
     */
    public Overrides withFile(Path file) {
        JsonNode tree = TrainingJson.read(file);
        if (OF_MODELS.stream().anyMatch(tree::has)) {
            throw new TrainingException(file + ": is the configuration of a model, not values of a run; the model is"
                    + " named by --model, and a run's values are in the object config of a checkpoint's training.json");
        }
        if (tree.path("config").isObject() && tree.has("network")) {
            throw new TrainingException(file + ": is all that a checkpoint says of its run; copy its object config, the"
                    + " values of the run, into a file of its own");
        }
        return and(new Part(file.toString(), tree, false));
    }

    private Overrides and(Part part) {
        List<Part> all = new ArrayList<>(parts);
        all.add(part);
        return new Overrides(all);
    }

    /** Whether any of these whole keys, such as {@code batch.size}, is set. */
    public boolean has(String... keys) {
        for (String key : keys) {
            String pointer = "/" + key.replace('.', '/');
            if (parts.stream().anyMatch(part -> !part.tree.at(pointer).isMissingNode())) {
                return true;
            }
        }
        return false;
    }

    /** The seed of the run: as it is set, or else 0 as in every preset. */
    public long seed() {
        long seed = pattern().seed();
        for (Part part : parts) {
            JsonNode node = part.tree.path("seed");
            seed = node.isIntegralNumber() ? node.longValue() : seed;
        }
        return seed;
    }

    /**
     * A configuration with these values.
     *
     * @throws SettingException naming the key, if an assigned value is of another kind or out of range
     * @throws TrainingException naming file and key, if one of the file is unknown, of another kind or out of range
     */
    public TrainingConfig apply(TrainingConfig config) {
        TrainingConfig changed = config;
        for (Part part : parts) {
            changed = part.apply(changed);
        }
        return changed;
    }
}
