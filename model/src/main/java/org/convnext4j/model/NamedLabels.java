package org.convnext4j.model;

import java.nio.file.Path;
import java.util.Optional;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.model.image.Labels;

/**
 * The caller's class names.
 *
 * @param labels the names
 * @param file where they stand; empty if the caller's code gave them
 */
record NamedLabels(Labels labels, Optional<Path> file) {
    /**
     * Checks that there is one name for each class.
     *
     * @param classes of the network; 0 if it has no classifier
     * @param model how messages call the network
     * @throws ModelException if there are more or fewer
     */
    void requireFit(int classes, String model) {
        if (labels.size() == classes) {
            return;
        }
        String names = file.map(Path::toString).orElse("LoadOptions.labels") + ": names "
                + Wording.count(labels.size(), "class", "classes") + ", but " + model + " has ";
        throw new ModelException(
                classes == 0
                        ? names + "no classifier; leave the names out"
                        : names + classes + "; give one name for each class, in the order of the network's outputs");
    }
}
