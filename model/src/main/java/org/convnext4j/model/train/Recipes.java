package org.convnext4j.model.train;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.hub.ModelFiles;

/**
 * Chooses the values of a run by what is trained and by the pictures it is trained on, and fits those that are meant for
 * long runs to short ones. What the user sets is left alone. Each choice is told with its reason in {@link Recipe#notes}.
 */
public final class Recipes {
    private static final String FINE_TUNE = "fine-tune";

    private Recipes() {}

    /**
     * Values for a network that is trained from scratch, by the kind of the pictures and how many there are: small squares
     * as of Fashion-MNIST or CIFAR, a folder of pictures, or as many as ImageNet has, for which the paper has values.
     *
     * @param network its smallest input and its size count, not its classes
     * @param train of which some pictures are read, to see their sizes
     * @throws TrainingException if a value in {@code own} is wrong or does not fit the others
     * @throws org.convnext4j.model.failure.ModelException if no picture can be read
     */
    public static Recipe fromScratch(ConvNeXtConfig network, Dataset train, Overrides own) {
        return ScratchChoice.of(network, DataSurvey.of(train), own);
    }

    /** As the other with a preset that the user names; small-folder's values follow from the data all the same. */
    public static Recipe fromScratch(TrainingPreset preset, ConvNeXtConfig network, Dataset train, Overrides own) {
        return preset.name().equals(SmallFolder.NAME)
                ? ScratchChoice.smallFolder(network, DataSurvey.of(train), own)
                : of(preset, train, own);
    }

    /**
     * Values for fine-tuning a model: those of the preset {@code fine-tune}, with others for networks that are
     * narrower than the paper's, and the model's own size, crop, filter, mean and deviation of pictures.
     *
     * @param model as {@link org.convnext4j.model.hub.ModelHub#locate} finds it
     * @param options which weights to take
     * @throws TrainingException if a value in {@code own} is wrong or does not fit the others
     * @throws org.convnext4j.model.failure.ModelException if the model or the configuration beside it cannot be read
     */
    public static Recipe fineTune(ModelFiles model, LoadOptions options, Dataset train, Overrides own) {
        return fineTune(TrainingPreset.of(FINE_TUNE), model, options, train, own);
    }

    /**
     * As the other with another preset. One that is meant for a network, such as {@code base-1k-384}, says the size of
     * pictures itself.
     */
    public static Recipe fineTune(
            TrainingPreset preset, ModelFiles model, LoadOptions options, Dataset train, Overrides own) {
        if (preset.network().isPresent()) {
            return of(preset, train, own);
        }
        StartingModel start = new StartingModel(model, options);
        Recipe fitted = preset.name().equals(FINE_TUNE) ? sized(preset, start, train, own) : of(preset, train, own);
        return OwnPictures.into(fitted, start, own);
    }

    private static Recipe sized(TrainingPreset preset, StartingModel start, Dataset train, Overrides own) {
        ConvNeXtConfig network = start.network();
        TrainingConfig values = NarrowNetworks.fit(preset.config(), network);
        Recipe fitted = RunLength.fit(preset.name(), values, train.size(), own);
        List<String> notes = new ArrayList<>(NarrowNetworks.notes(preset.config(), network, own));
        notes.addAll(fitted.notes());
        return new Recipe(fitted.preset(), fitted.config(), notes);
    }

    /**
     * A preset's values for these data.
     *
     * @throws TrainingException if a value in {@code own} is wrong or does not fit the others
     */
    public static Recipe of(TrainingPreset preset, Dataset train, Overrides own) {
        return RunLength.fit(preset.name(), preset.config(), train.size(), own);
    }
}
