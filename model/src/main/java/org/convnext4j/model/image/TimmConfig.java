package org.convnext4j.model.image;

import java.nio.file.Path;
import java.util.List;

/** Reads timm's {@code config.json}: {@code pretrained_cfg} or, in old files, the same fields at the top. */
final class TimmConfig {
    private static final double CROP_PCT = 0.875;

    private TimmConfig() {}

    /**
     * What the file says about pictures.
     *
     * @param testSize whether {@code test_input_size} and {@code test_crop_pct} are preferred
     * @param minimumSide of the network's input, pixels
     * @throws ConfigException if it is malformed or asks for what is not supported
     */
    static Preprocessor read(Path config, boolean testSize, int minimumSide) {
        JsonFields root = new JsonFields(config.toString(), "", JsonFile.read(config));
        return OwnFields.apply(root, () -> fields(root, testSize, minimumSide), minimumSide);
    }

    private static Preprocessor fields(JsonFields root, boolean testSize, int minimumSide) {
        JsonFields fields = root.has("pretrained_cfg") ? root.object("pretrained_cfg") : root;
        String sizeField = testSize && fields.has("test_input_size") ? "test_input_size" : "input_size";
        String cropField = testSize && fields.has("test_crop_pct") ? "test_crop_pct" : "crop_pct";
        int[] input = fields.chw(sizeField, new int[] {3, 224, 224});
        double crop = fields.number(cropField, CROP_PCT);
        ConfigChecks.requireCrop(fields, cropField, crop);
        int height = input[1];
        int width = input[2];
        boolean squash = switch (fields.text("crop_mode", "center")) {
            case "center" -> false;
            case "squash" -> true;
            default -> throw fields.bad("crop_mode", "\"center\" or \"squash\"");
        };
        if (!squash && height != width) {
            throw fields.bad(sizeField, "square when crop_mode is \"center\"");
        }
        int fullHeight = full(height, crop);
        int fullWidth = full(width, crop);
        ResizeRule resize = ConfigChecks.make(
                fields,
                Math.max(height, width) > ResizeRule.MAX_EDGE ? sizeField : cropField,
                () -> squash ? ResizeRule.squash(fullHeight, fullWidth) : ResizeRule.shortestEdge(fullHeight));
        Preprocessor sized = ConfigChecks.make(
                fields,
                sizeField,
                () -> Preprocessor.squash(1, filter(fields)).withResize(resize).withCrop(height, width));
        List<Float> mean = fields.triple("mean", Preprocessor.IMAGENET_MEAN);
        List<Float> std = fields.triple("std", Preprocessor.IMAGENET_STD);
        ConfigChecks.requireNormalisation(fields, "", Preprocessor.TO_UNIT, "mean", mean, "std", std);
        return ConfigChecks.atLeast(
                fields, sizeField, sized.withNormalisation(Preprocessor.TO_UNIT, mean, std), minimumSide);
    }

    /** The edge before the crop. */
    private static int full(int edge, double crop) {
        return (int) Math.min(Integer.MAX_VALUE, Math.floor(edge / crop));
    }

    static Interpolation filter(JsonFields fields) {
        try {
            return Interpolation.byName(fields.text("interpolation", "bicubic"));
        } catch (IllegalArgumentException e) {
            throw fields.bad("interpolation", Interpolation.NAMES);
        }
    }
}
