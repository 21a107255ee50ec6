package org.convnext4j.model.image;

import java.util.List;
import java.util.function.Supplier;

/** Checks of values that several kinds of configuration have; what is wrong is named by file and field. */
final class ConfigChecks {
    static final double MOST_CROP_PCT = 10;

    private ConfigChecks() {}

    /** Refuses a share of the resized picture that cannot be cropped. */
    static void requireCrop(JsonFields fields, String field, double crop) {
        if (crop <= 0 || crop > MOST_CROP_PCT) {
            throw fields.bad(field, "a number above 0 and up to " + (int) MOST_CROP_PCT);
        }
    }

    /** Refuses statistics and a factor that no network was trained with, and that would end in infinities. */
    static void requireNormalisation(
            JsonFields fields,
            String factorField,
            double factor,
            String meanField,
            List<Float> mean,
            String stdField,
            List<Float> std) {
        if (!(factor > 0)) {
            throw fields.bad(factorField, "a number above 0");
        }
        if (std.stream().anyMatch(value -> !(value > 0))) {
            throw fields.bad(stdField, "numbers above 0");
        }
        double largest = Preprocessor.largestInput(factor, mean, std);
        if (!(largest <= Preprocessor.MOST_INPUT)) {
            String field = Preprocessor.largestInput(factor, List.of(0f, 0f, 0f), std) <= Preprocessor.MOST_INPUT
                    ? meanField
                    : largestFactor(fields, factorField, stdField);
            throw fields.unusable(
                    field,
                    "makes inputs as large as " + (float) largest
                            + "; take the value that the network was trained with");
        }
    }

    private static String largestFactor(JsonFields fields, String factorField, String stdField) {
        return fields.has(stdField) ? stdField : factorField;
    }

    /** The same preprocessing, if it gives the network enough pixels. */
    static Preprocessor atLeast(JsonFields fields, String field, Preprocessor preprocessor, int minimumSide) {
        if (preprocessor.height() < minimumSide || preprocessor.width() < minimumSide) {
            throw fields.unusable(
                    field,
                    "makes an input of " + preprocessor.width() + " x " + preprocessor.height()
                            + ", but the network takes " + minimumSide + " x " + minimumSide + " or more");
        }
        return preprocessor;
    }

    /** What {@code maker} makes of a field. */
    static <T> T make(JsonFields fields, String field, Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw fields.unusable(field, "cannot be used: " + e.getMessage());
        }
    }
}
