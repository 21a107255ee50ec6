package org.convnext4j.model.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the {@code config.json} beside a checkpoint says about its classes.
 *
 * @param labels their names; empty if it has none
 * @param severalPerPicture whether a picture may show several of them: Hugging Face's {@code problem_type} of {@code
 *     multi_label_classification}
 */
public record ClassifierConfig(Optional<Labels> labels, boolean severalPerPicture) {
    /** The {@code problem_type} of pictures that may show several classes. */
    public static final String SEVERAL = "multi_label_classification";

    private static final List<String> PROBLEMS = List.of("regression", "single_label_classification", SEVERAL);

    /**
     * What the file beside a checkpoint says; nothing if there is none.
     *
     * @param weights the checkpoint
     * @param classes how many outputs it has
     * @throws ConfigException if the file is malformed or is of another number of classes
     */
    public static ClassifierConfig besideWeights(Path weights, int classes) {
        return besideWeights(weights, (root, fields) -> LabelsConfig.read(root, fields, weights, classes));
    }

    /**
     * What the file beside a checkpoint says, but for the names, which the caller knows better.
     *
     * @param weights the checkpoint
     * @param names for its classes
     * @throws ConfigException if the file is malformed
     */
    public static ClassifierConfig besideWeights(Path weights, Labels names) {
        return besideWeights(weights, (root, fields) -> Optional.of(names));
    }

    /** Where the names come from. */
    private interface Names {
        Optional<Labels> of(JsonNode root, JsonFields fields);
    }

    private static ClassifierConfig besideWeights(Path weights, Names names) {
        Path config = weights.resolveSibling("config.json");
        if (!Files.isRegularFile(config)) {
            JsonNode nothing = MissingNode.getInstance();
            return new ClassifierConfig(names.of(nothing, new JsonFields(config.toString(), "", nothing)), false);
        }
        JsonNode root = JsonFile.read(config);
        JsonFields fields = new JsonFields(config.toString(), "", root);
        String problem = fields.text("problem_type", "single_label_classification");
        if (!PROBLEMS.contains(problem)) {
            throw fields.bad("problem_type", "one of " + String.join(", ", PROBLEMS));
        }
        return new ClassifierConfig(names.of(root, fields), problem.equals(SEVERAL));
    }
}
