package org.convnext4j.model.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Variant;
import org.convnext4j.model.failure.Wording;

/** Which preset is for a network that is trained from scratch, by the kind and the number of its pictures. */
final class ScratchChoice {
    /** From here on a data set is of ImageNet's kind, which the paper's values are for. */
    private static final long LIKE_IMAGENET = 500_000;

    /** Squares up to this are padded and cropped, not resized, as CIFAR's are. */
    private static final int SMALL_SQUARES = 40;

    /** Their presets are for 50,000 and more; of fewer the steps are smaller and the epochs more. */
    private static final long MANY_SQUARES = 20_000;

    private ScratchChoice() {}

    static Recipe of(ConvNeXtConfig network, DataSurvey survey, Overrides own) {
        if (survey.pictures() >= LIKE_IMAGENET && survey.median() > SMALL_SQUARES) {
            TrainingPreset paper = paper(network);
            return told(paper.name(), paper.config(), survey, own);
        }
        if (survey.areSquaresUpTo(SMALL_SQUARES)) {
            TrainingPreset squares = TrainingPreset.of(survey.grey() ? "fashion-mnist" : "cifar");
            int side = Math.max(survey.largest(), network.minimumSide());
            TrainingConfig sized = squares.config().with(List.of("pictureSize=" + side));
            boolean few = survey.pictures() < MANY_SQUARES;
            return told(squares.name(), few ? SmallFolder.withSteps(sized, survey.pictures()) : sized, survey, own);
        }
        return smallFolder(network, survey, own);
    }

    static Recipe smallFolder(ConvNeXtConfig network, DataSurvey survey, Overrides own) {
        return told(SmallFolder.NAME, SmallFolder.config(network, survey), survey, own);
    }

    /** The paper's values for this size; those of Tiny for all that the paper lacks, and XLarge's are for ImageNet-22K. */
    private static TrainingPreset paper(ConvNeXtConfig network) {
        Optional<Variant> variant = network.variant();
        String name = variant.map(Variant::label).orElse(Variant.TINY.label());
        return TrainingPreset.of(name + (variant.equals(Optional.of(Variant.XLARGE)) ? "-22k" : "-1k"));
    }

    private static Recipe told(String preset, TrainingConfig config, DataSurvey survey, Overrides own) {
        Recipe fitted = RunLength.fit(preset, config, survey.pictures(), own);
        TrainingConfig values = fitted.config();
        List<String> notes = new ArrayList<>();
        notes.add("for " + Wording.count(survey.pictures(), "picture") + " with sides of " + sides(survey)
                + " pixels: preset " + preset
                + ", pictures of " + values.augmentation().pictureSize() + " x "
                + values.augmentation().pictureSize() + ", "
                + Wording.count(values.schedule().epochs(), "epoch") + ", steps of "
                + Wording.count(values.batch().picturesPerStep(), "picture") + ", learning rate "
                + Wording.number((float) values.peakLearningRate()));
        notes.addAll(fitted.notes());
        return new Recipe(preset, values, notes);
    }

    private static String sides(DataSurvey survey) {
        return survey.smallest() == survey.largest()
                ? String.valueOf(survey.largest())
                : survey.smallest() + " to " + survey.largest();
    }
}
