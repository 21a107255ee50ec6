package org.convnext4j.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.Labels;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.PreprocessorConfig;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.weights.Layout;

/**
 * What belongs to a model beside its network: the names of its classes, what its outputs mean and how pictures become its
 * input.
 *
 * @param labels names of the classes, those that are assumed included; empty for a network without a classifier
 * @param labelsFrom the file that has the names; empty if they are assumed, or given by code and not by a file
 * @param probability how the classes' probabilities follow from the logits
 * @param preprocessor how pictures become input
 * @param preprocessorFrom the file beside the checkpoint that says it; empty if it is assumed, given by the caller or
 *     follows from the model's name
 */
public record ModelDescription(
        Optional<Labels> labels,
        Optional<Path> labelsFrom,
        Probability probability,
        Preprocessor preprocessor,
        Optional<Path> preprocessorFrom) {

    /**
     * What the files beside a checkpoint say, and what is assumed where they say nothing: {@link Preset#TIMM_224}, and for
     * 1000 classes ImageNet's names, in files of torchvision's with torchvision's names.
     *
     * @param weights the checkpoint
     * @param named the preprocessing that follows from the model's name; then no file beside the weights is the model's
     * @param config of the network
     * @param layout of the checkpoint
     * @throws ModelException if a file is malformed or is another model's; the message says which
     */
    public static ModelDescription of(
            Path weights, Optional<Preprocessor> named, ConvNeXtConfig config, Layout layout) {
        return of(weights, named, config, layout, LoadOptions.DEFAULT);
    }

    /**
     * As the other, but the caller's class names and preprocessing count more than what the files say.
     *
     * @param options whose {@link LoadOptions#labels} and {@link LoadOptions#preprocessor} are taken
     * @throws ModelException as the other, and if the names or the preprocessing do not fit the network
     */
    public static ModelDescription of(
            Path weights, Optional<Preprocessor> named, ConvNeXtConfig config, Layout layout, LoadOptions options) {
        Optional<PreprocessorConfig.Said> said = Optional.empty();
        Preprocessor preprocessor;
        if (options.preprocessor().isPresent()) {
            preprocessor = options.preprocessor().get();
            InputChecks.requirePictureSize(config, preprocessor);
        } else if (named.isPresent()) {
            preprocessor = named.get();
        } else {
            said = PreprocessorConfig.find(weights, config.minimumSide());
            preprocessor = said.map(PreprocessorConfig.Said::preprocessor).orElseGet(Preset.TIMM_224::preprocessor);
        }
        Classes classes = Classes.of(config, layout, weights, named.isEmpty(), options.namedLabels());
        return of(classes, preprocessor, said.map(PreprocessorConfig.Said::file));
    }

    /** What is assumed of a network that nothing says more about. */
    static ModelDescription assumed(ConvNeXtConfig config, Layout layout) {
        return of(Classes.of(config, layout), Preset.TIMM_224.preprocessor(), Optional.empty());
    }

    private static ModelDescription of(Classes classes, Preprocessor preprocessor, Optional<Path> preprocessorFrom) {
        return new ModelDescription(
                Optional.ofNullable(classes.labels()),
                classes.labelsFrom(),
                classes.probability(),
                preprocessor,
                preprocessorFrom);
    }

    /** The names of the classes; empty if they have none but numbers, or if there are no classes. */
    public Optional<List<String>> names() {
        return labels.filter(named -> labelsFrom.isPresent() || !named.equals(Labels.numbered(named.size())))
                .map(Labels::names);
    }

    /**
     * Whether a picture may show several of the classes. One class alone is a sigmoid without anybody saying so.
     */
    public boolean severalPerPicture() {
        return probability == Probability.SIGMOID && labels.map(Labels::size).orElse(0) > 1;
    }
}
