package org.convnext4j.model.image;

import java.nio.file.Path;
import java.util.List;

/** The {@code open_clip_config.json} beside open_clip's checkpoints, and what it says about pictures. */
public final class OpenClipConfig {
    /** The name of the file. */
    public static final String FILE = "open_clip_config.json";

    private static final String WEIGHTS = "open_clip_";

    private static final int SIZE = 224;

    private OpenClipConfig() {}

    /** Whether a checkpoint is called as open_clip calls its own, so that this file counts before all others. */
    public static boolean belongsTo(Path weights) {
        return weights.getFileName().toString().startsWith(WEIGHTS);
    }

    /**
     * What the file says: the size of {@code model_cfg.vision_cfg}, the rest of {@code preprocess_cfg}.
     *
     * @param minimumSide of the network's input, pixels
     * @throws ConfigException if it is malformed or asks for what is not supported
     */
    static Preprocessor read(Path config, int minimumSide) {
        JsonFields root = new JsonFields(config.toString(), "", JsonFile.read(config));
        JsonFields vision = root.object("model_cfg").object("vision_cfg");
        JsonFields fields = root.optional("preprocess_cfg");
        JsonFields sizes = vision.has("image_size") ? vision : fields;
        String sizeField = vision.has("image_size") ? "image_size" : "size";
        List<Integer> size = sizes.has(sizeField) ? sizes.sizes(sizeField, 2) : List.of(SIZE, SIZE);
        if (!fields.text("mode", "RGB").equals("RGB")) {
            throw fields.bad("mode", "\"RGB\"");
        }
        Interpolation filter = switch (fields.text("interpolation", "bicubic")) {
            // Without training augmentation open_clip takes bicubic for a random choice.
            case "bicubic", "random" -> Interpolation.BICUBIC;
            case "bilinear" -> Interpolation.BILINEAR;
            default -> throw fields.bad("interpolation", "\"bicubic\", \"bilinear\" or \"random\"");
        };
        boolean squash = switch (fields.text("resize_mode", "shortest")) {
            case "shortest" -> false;
            case "squash" -> true;
            default -> throw fields.bad("resize_mode", "\"shortest\" or \"squash\"");
        };
        int height = size.get(0);
        int width = size.get(1);
        if (!squash && height != width) {
            throw sizes.bad(sizeField, "one number when resize_mode is \"shortest\"");
        }
        Preprocessor sized = ConfigChecks.make(
                sizes,
                sizeField,
                () -> Preprocessor.squash(1, filter)
                        .withResize(squash ? ResizeRule.squash(height, width) : ResizeRule.shortestEdge(height))
                        .withCrop(height, width));
        List<Float> mean = fields.triple("mean", ProcessorKind.Statistics.CLIP_MEAN);
        List<Float> std = fields.triple("std", ProcessorKind.Statistics.CLIP_STD);
        ConfigChecks.requireNormalisation(fields, "", Preprocessor.TO_UNIT, "mean", mean, "std", std);
        return ConfigChecks.atLeast(
                sizes, sizeField, sized.withNormalisation(Preprocessor.TO_UNIT, mean, std), minimumSide);
    }
}
