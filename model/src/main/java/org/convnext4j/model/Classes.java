package org.convnext4j.model;

import java.nio.file.Path;
import java.util.Optional;
import org.convnext4j.model.image.ClassifierConfig;
import org.convnext4j.model.image.Labels;
import org.convnext4j.model.weights.Layout;
import org.jspecify.annotations.Nullable;

/**
 * What a network's outputs mean.
 *
 * @param labels names of the classes; null for a network without a classifier
 * @param probability how their probabilities follow from the logits
 * @param isNamed whether the configuration beside the checkpoint has the names
 */
record Classes(@Nullable Labels labels, Probability probability, boolean isNamed) {
    private static final int IMAGENET_CLASSES = 1000;

    /** Of a network that no configuration says more about. */
    static Classes of(ConvNeXtConfig config, Layout layout) {
        int classes = config.classes();
        return new Classes(classes == 0 ? null : assumed(classes, layout), probability(classes, false), false);
    }

    /**
     * Of a checkpoint, with what the configuration beside it says.
     *
     * @param given the caller's names, which count more
     * @throws ModelException if the configuration is malformed, or it or the names are of another number of classes
     */
    static Classes besideWeights(
            ConvNeXtConfig config, Layout layout, Path weights, Optional<LoadOptions.NamedLabels> given) {
        int classes = config.classes();
        if (given.isPresent()) {
            Labels names = checked(given.get(), classes, weights.toString());
            ClassifierConfig said = ClassifierConfig.besideWeights(weights, names);
            return new Classes(names, probability(classes, said.severalPerPicture()), false);
        }
        if (classes == 0) {
            return of(config, layout);
        }
        ClassifierConfig said = ClassifierConfig.besideWeights(weights, classes);
        return new Classes(
                said.labels().orElseGet(() -> assumed(classes, layout)),
                probability(classes, said.severalPerPicture()),
                said.labels().isPresent());
    }

    /**
     * The same with the caller's names.
     *
     * @param model how messages call the network
     * @throws ModelException if they are of another number of classes
     */
    Classes with(LoadOptions.NamedLabels given, int classes, String model) {
        return new Classes(checked(given, classes, model), probability, false);
    }

    private static Labels checked(LoadOptions.NamedLabels given, int classes, String model) {
        Labels names = given.labels();
        if (classes == 0) {
            throw new ModelException(given.source() + ": names " + Wording.count(names.size(), "class", "classes")
                    + ", but " + model + " has no classifier; leave the names out");
        }
        if (names.size() != classes) {
            throw new ModelException(given.source() + ": names " + Wording.count(names.size(), "class", "classes")
                    + ", but " + model + " has " + classes
                    + "; give one name for each class, in the order of the network's outputs");
        }
        return names;
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
