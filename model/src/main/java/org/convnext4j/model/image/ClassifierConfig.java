package org.convnext4j.model.image;

import com.fasterxml.jackson.databind.JsonNode;
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
        Path config = weights.resolveSibling("config.json");
        if (!Files.isRegularFile(config)) {
            return new ClassifierConfig(Optional.empty(), false);
        }
        JsonNode root = JsonFile.read(config);
        JsonFields fields = new JsonFields(config.toString(), "", root);
        String problem = fields.text("problem_type", "single_label_classification");
        if (!PROBLEMS.contains(problem)) {
            throw fields.bad("problem_type", "one of " + String.join(", ", PROBLEMS));
        }
        return new ClassifierConfig(LabelsConfig.read(root, fields, weights, classes), problem.equals(SEVERAL));
    }
}
