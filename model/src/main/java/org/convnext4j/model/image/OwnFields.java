package org.convnext4j.model.image;

import java.util.List;
import java.util.function.Supplier;

/**
 * What a library's configuration file holds for this engine alone, in an object that the library leaves alone.
 * {@code crop_rounding} changes what the library's own fields say, {@code preprocessing} replaces it.
 */
public final class OwnFields {
    /** The object's name. */
    public static final String NAME = "convnext4j";

    static final String CROP_ROUNDING = "crop_rounding";
    static final String PREPROCESSING = "preprocessing";

    private static final String FLOOR = "floor";
    private static final String HALF_EVEN = "half_even";

    private OwnFields() {}

    static String label(CropRounding rounding) {
        return rounding == CropRounding.FLOOR ? FLOOR : HALF_EVEN;
    }

    /**
     * What a file's own object makes of what its other fields say.
     *
     * @param root the file's fields
     * @param said gives what the other fields say
     * @param minimumSide of the network's input, pixels
     * @throws ConfigException if a field of it cannot be used
     */
    static Preprocessor apply(JsonFields root, Supplier<Preprocessor> said, int minimumSide) {
        JsonFields own = root.optional(NAME);
        if (own.has(PREPROCESSING)) {
            return read(own.object(PREPROCESSING), minimumSide);
        }
        return own.has(CROP_ROUNDING) ? said.get().withRounding(rounding(own)) : said.get();
    }

    /** What {@link PreprocessorConfigWriter#plain} wrote. */
    private static Preprocessor read(JsonFields fields, int minimumSide) {
        JsonFields resize = fields.object("resize");
        JsonFields crop = fields.object("crop");
        boolean keepsAspect = resize.has("shortest_edge");
        List<Integer> edges = keepsAspect
                ? List.of(resize.size("shortest_edge", 1), resize.size("shortest_edge", 1))
                : List.of(resize.size("height", 1), resize.size("width", 1));
        double factor = fields.number("rescale_factor", Preprocessor.TO_UNIT);
        List<Float> mean = fields.triple("mean", Preprocessor.IMAGENET_MEAN);
        List<Float> std = fields.triple("std", Preprocessor.IMAGENET_STD);
        ConfigChecks.requireNormalisation(fields, "rescale_factor", factor, "mean", mean, "std", std);
        Preprocessor read = ConfigChecks.make(
                fields,
                "crop",
                () -> new Preprocessor(
                        new ResizeRule(keepsAspect, edges.get(0), edges.get(1)),
                        crop.size("height", 1),
                        crop.size("width", 1),
                        rounding(fields),
                        TimmConfig.filter(fields),
                        factor,
                        mean,
                        std));
        return ConfigChecks.atLeast(fields, "crop", read, minimumSide);
    }

    private static CropRounding rounding(JsonFields fields) {
        return switch (fields.text(CROP_ROUNDING, HALF_EVEN)) {
            case FLOOR -> CropRounding.FLOOR;
            case HALF_EVEN -> CropRounding.HALF_EVEN;
            default -> throw fields.bad(CROP_ROUNDING, "\"" + FLOOR + "\" or \"" + HALF_EVEN + "\"");
        };
    }
}
