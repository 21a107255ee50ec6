package org.convnext4j.model.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.convnext4j.model.image.Preprocessor;

/** Puts a model's own preprocessing into the values of a run that fine-tunes it. */
final class OwnPictures {
    private static final String SIZE = "augmentation.pictureSize";
    private static final String FILTER = "augmentation.interpolation";
    private static final String CROP = "augmentation.evaluationCrop";
    private static final String MODE = "augmentation.evaluationMode";
    private static final String MEAN = "augmentation.mean";
    private static final String STD = "augmentation.std";

    private final List<String> values = new ArrayList<>();
    private final List<String> kept = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Preprocessor pictures;

    private OwnPictures(Preprocessor pictures) {
        this.pictures = pictures;
    }

    /**
     * The values with the model's preprocessing, but for those that are set by the user.
     *
     * @throws TrainingException if the preprocessing cannot be that of a run
     */
    static Recipe into(Recipe recipe, StartingModel model, Overrides own) {
        String name = model.files().name();
        Optional<Preprocessor> said = model.preprocessor();
        List<String> notes = new ArrayList<>(recipe.notes());
        if (said.isEmpty()) {
            notes.add("nothing beside " + name + " says how its pictures are prepared, so they are as the preset "
                    + recipe.preset() + " and what is set say; set augmentation.pictureSize and the like to choose");
            return new Recipe(recipe.preset(), recipe.config(), notes);
        }
        OwnPictures taken = new OwnPictures(said.get());
        taken.take();
        List<String> wanted = taken.values.stream()
                .filter(value -> !own.has(value.substring(0, value.indexOf('='))))
                .toList();
        TrainingConfig config;
        try {
            config = recipe.config().with(wanted);
        } catch (TrainingException e) {
            throw new TrainingException(
                    name + ": its own preprocessing cannot be that of a run: " + e.getMessage()
                            + "; set that value to choose another",
                    e);
        }
        notes.add(taken.describe(name));
        notes.addAll(taken.notes);
        for (String value : taken.values) {
            if (!wanted.contains(value)) {
                int equals = value.indexOf('=');
                taken.kept.add(value.substring(0, equals) + " is as it is set, not "
                        + value.substring(equals + 1).replace(",", ", ") + " as the model's own");
            }
        }
        notes.addAll(taken.kept);
        return new Recipe(recipe.preset(), config, notes);
    }

    private void take() {
        int side = Math.min(pictures.height(), pictures.width());
        if (pictures.height() != pictures.width()) {
            notes.add("the model's own pictures are " + pictures.width() + " x " + pictures.height()
                    + ", and a run takes squares of " + side);
        }
        values.add(SIZE + "=" + side);
        values.add(FILTER + "=" + ConfigTree.label(pictures.interpolation()));
        int edge = Math.min(pictures.resize().height(), pictures.resize().width());
        if (edge < side) {
            notes.add("the model's own pictures have a border of black, those of the run have none");
        }
        values.add(CROP + "=" + crop(side, Math.max(edge, side)));
        values.add(MODE + "=" + (pictures.resize().keepsAspect() ? "center" : "squash"));
        double toUnit = Preprocessor.TO_UNIT / pictures.rescale();
        values.add(MEAN + "=" + list(pictures.mean(), toUnit));
        values.add(STD + "=" + list(pictures.std(), toUnit));
    }

    /** The share that makes just this edge of a side. */
    static double crop(int side, int edge) {
        double crop = (double) side / edge;
        return (int) Math.floor(side / crop) == edge ? crop : Math.nextDown(crop);
    }

    /** The same numbers for pictures of 0 to 1. */
    private static String list(List<Float> numbers, double factor) {
        return numbers.stream()
                .map(number -> factor == 1 ? number.toString() : String.valueOf(number * factor))
                .collect(Collectors.joining(","));
    }

    private String describe(String name) {
        int edge = Math.min(pictures.resize().height(), pictures.resize().width());
        boolean cropped = pictures.resize().keepsAspect();
        return String.format(
                Locale.ROOT,
                "pictures are prepared as %s has it: %d x %d pixels, %s, %s, mean %s, deviation %s",
                name,
                pictures.width(),
                pictures.height(),
                cropped ? "the centre of a shorter edge of " + edge : "squashed",
                ConfigTree.label(pictures.interpolation()),
                pictures.mean(),
                pictures.std());
    }
}
