package org.convnext4j.model;

import java.nio.file.Path;
import java.util.Optional;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.ClassifierConfig;
import org.convnext4j.model.image.Labels;
import org.convnext4j.model.weights.Layout;
import org.jspecify.annotations.Nullable;

/**
 * What a network's outputs mean.
 *
 * @param labels names of the classes; null for a network without a classifier
 * @param probability how their probabilities follow from the logits
 * @param labelsFrom the file that has the names; empty if they are assumed, or given by code and not by a file
 */
record Classes(@Nullable Labels labels, Probability probability, Optional<Path> labelsFrom) {
    private static final int IMAGENET_CLASSES = 1000;

    /** Of a network that no configuration says more about. */
    static Classes of(ConvNeXtConfig config, Layout layout) {
        int classes = config.classes();
        return new Classes(
                classes == 0 ? null : assumed(classes, layout), probability(classes, false), Optional.empty());
    }

    /**
     * Of a checkpoint.
     *
     * @param filesBeside whether the configuration beside the checkpoint is the model's
     * @param given the caller's names, which count more
     * @throws ModelException if the configuration is malformed, or it or the names are of another number of classes
     */
    static Classes of(
            ConvNeXtConfig config, Layout layout, Path weights, boolean filesBeside, Optional<NamedLabels> given) {
        int classes = config.classes();
        if (given.isPresent()) {
            Labels names = given.get().labels();
            given.get().requireFit(classes, weights.toString());
            boolean several = filesBeside
                    && ClassifierConfig.besideWeights(weights, names).severalPerPicture();
            return new Classes(names, probability(classes, several), given.get().file());
        }
        if (classes == 0 || !filesBeside) {
            return of(config, layout);
        }
        ClassifierConfig said = ClassifierConfig.besideWeights(weights, classes);
        return new Classes(
                said.labels().orElseGet(() -> assumed(classes, layout)),
                probability(classes, said.severalPerPicture()),
                said.labels().map(names -> weights.resolveSibling("config.json")));
    }

    /** The names where nothing says more: of 1000 classes ImageNet's, as the library spells them that wrote the file. */
    private static Labels assumed(int classes, Layout layout) {
        return layout == Layout.TORCHVISION && classes == IMAGENET_CLASSES
                ? Labels.torchvision1k()
                : Labels.forClasses(classes);
    }

    /** The softmax of one logit is always 1, so one class alone has a sigmoid, as in Hugging Face's pipeline. */
    private static Probability probability(int classes, boolean severalPerPicture) {
        return severalPerPicture || classes == 1 ? Probability.SIGMOID : Probability.SOFTMAX;
    }
}
