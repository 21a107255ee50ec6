package org.convnext4j.model.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads the preprocessing that a checkpoint's configuration files ask for.
 *
 * <p>Fields that a Hugging Face {@code preprocessor_config.json} leaves out take the defaults of the image processor's
 * class (size 384, crop_pct 224/256, mean and std 0.5), which are not those of the published models.
 */
public final class PreprocessorConfig {
    private static final int WARP_FROM = 384;
    private static final double HF_CROP_PCT = 224.0 / 256.0;
    private static final List<Float> HALF = List.of(0.5f, 0.5f, 0.5f);

    private PreprocessorConfig() {}

    /**
     * What the files beside the weights say: {@code preprocessor_config.json} if there is one, else
     * {@code config.json} if it is timm's or holds Hugging Face's model.
     *
     * @return empty if neither file says anything about pictures
     * @throws ConfigException if a file is malformed; the message names file and field
     */
    public static Optional<Preprocessor> besideWeights(Path weightsFile) {
        Path processor = weightsFile.resolveSibling("preprocessor_config.json");
        if (Files.isRegularFile(processor)) {
            return Optional.of(huggingFace(processor));
        }
        Path config = weightsFile.resolveSibling("config.json");
        return Files.isRegularFile(config) ? fromConfig(config) : Optional.empty();
    }

    /**
     * What a {@code config.json} of timm or Hugging Face says.
     *
     * @return empty if it says nothing about pictures
     * @throws ConfigException if it is malformed
     */
    public static Optional<Preprocessor> fromConfig(Path config) {
        JsonNode root = JsonFile.read(config);
        if (isTimm(root)) {
            return Optional.of(timm(config, false));
        }
        JsonFields fields = new JsonFields(config.toString(), "", root);
        if (!fields.has("image_size") && !fields.text("model_type", "").startsWith("convnext")) {
            return Optional.empty();
        }
        int size = fields.size("image_size", 224);
        return Optional.of(make(config, () -> shortEdgeOrWarp(size, HF_CROP_PCT)));
    }

    /**
     * What timm's {@code config.json} says, in {@code pretrained_cfg} or, in old files, at the top.
     *
     * @param testSize whether {@code test_input_size} and {@code test_crop_pct} are preferred to {@code input_size} and
     *     {@code crop_pct}
     * @throws ConfigException if it is malformed or asks for something that is not supported
     */
    public static Preprocessor timm(Path config, boolean testSize) {
        JsonFields root = new JsonFields(config.toString(), "", JsonFile.read(config));
        JsonFields fields = root.has("pretrained_cfg") ? root.object("pretrained_cfg") : root;
        int[] input = fields.chw("input_size", new int[] {3, 224, 224});
        double crop = fields.number("crop_pct", 0.875);
        if (testSize) {
            input = fields.chw("test_input_size", input);
            crop = fields.number("test_crop_pct", crop);
        }
        checkCrop(fields, "crop_pct", crop);
        int height = input[1];
        int width = input[2];
        int fullHeight = (int) Math.min(Integer.MAX_VALUE, Math.floor(height / crop));
        int fullWidth = (int) Math.min(Integer.MAX_VALUE, Math.floor(width / crop));
        Interpolation filter = filter(fields);
        boolean squash = switch (fields.text("crop_mode", "center")) {
            case "center" -> false;
            case "squash" -> true;
            default -> throw fields.bad("crop_mode", "\"center\" or \"squash\"");
        };
        if (!squash && height != width) {
            throw fields.bad("input_size", "square when crop_mode is \"center\"");
        }
        List<Float> mean = fields.triple("mean", Preprocessor.IMAGENET_MEAN);
        List<Float> std = fields.triple("std", Preprocessor.IMAGENET_STD);
        return make(
                config,
                () -> new Preprocessor(
                        squash ? ResizeRule.squash(fullHeight, fullWidth) : ResizeRule.shortestEdge(fullHeight),
                        height,
                        width,
                        CropRounding.HALF_EVEN,
                        filter,
                        Preprocessor.TO_UNIT,
                        mean,
                        std));
    }

    /**
     * What a Hugging Face {@code preprocessor_config.json} says: below 384 the short edge becomes size / crop_pct and the
     * centre is cropped, from 384 on the picture is squashed.
     *
     * @throws ConfigException if it is malformed or asks for something that is not supported
     */
    public static Preprocessor huggingFace(Path processorConfig) {
        JsonFields fields = new JsonFields(processorConfig.toString(), "", JsonFile.read(processorConfig));
        if (!fields.flag("do_resize", true)) {
            throw fields.bad("do_resize", "true, because the network's input has one size");
        }
        double crop = fields.number("crop_pct", HF_CROP_PCT);
        checkCrop(fields, "crop_pct", crop);
        Interpolation filter = filter(fields.size("resample", 3), fields);
        double rescale = fields.flag("do_rescale", true) ? fields.number("rescale_factor", Preprocessor.TO_UNIT) : 1;
        boolean normalise = fields.flag("do_normalize", true);
        List<Float> mean = normalise ? fields.triple("image_mean", HALF) : List.of(0f, 0f, 0f);
        List<Float> std = normalise ? fields.triple("image_std", HALF) : List.of(1f, 1f, 1f);
        Preprocessor sized = sized(processorConfig, fields, crop);
        return make(processorConfig, () -> sized.withInterpolation(filter).withNormalisation(rescale, mean, std));
    }

    private static Preprocessor sized(Path file, JsonFields fields, double crop) {
        if (!fields.has("size") || fields.get("size").isNumber()) {
            int size = fields.size("size", WARP_FROM);
            return make(file, () -> shortEdgeOrWarp(size, crop));
        }
        JsonFields size = fields.object("size");
        if (size.has("shortest_edge")) {
            int edge = size.size("shortest_edge", WARP_FROM);
            return make(file, () -> shortEdgeOrWarp(edge, crop));
        }
        if (!size.has("height") || !size.has("width")) {
            throw fields.bad("size", "a whole number, {\"shortest_edge\": n} or {\"height\": h, \"width\": w}");
        }
        int height = size.size("height", WARP_FROM);
        int width = size.size("width", WARP_FROM);
        return make(
                file,
                () -> Preprocessor.squash(height, Interpolation.BICUBIC)
                        .withResize(ResizeRule.squash(height, width))
                        .withCrop(height, width));
    }

    private static Preprocessor shortEdgeOrWarp(int size, double crop) {
        if (size >= WARP_FROM) {
            return Preprocessor.squash(size, Interpolation.BICUBIC);
        }
        return Preprocessor.centerCrop((int) (size / crop), size, Interpolation.BICUBIC)
                .withRounding(CropRounding.FLOOR);
    }

    private static boolean isTimm(JsonNode root) {
        return root.has("pretrained_cfg") || (root.has("input_size") && root.has("architecture"));
    }

    private static Interpolation filter(JsonFields fields) {
        String name = fields.text("interpolation", "bicubic");
        try {
            return Interpolation.byName(name);
        } catch (IllegalArgumentException e) {
            throw fields.bad("interpolation", "bicubic, bilinear, lanczos or box");
        }
    }

    private static Interpolation filter(int number, JsonFields fields) {
        return switch (number) {
            case 1 -> Interpolation.LANCZOS;
            case 2 -> Interpolation.BILINEAR;
            case 3 -> Interpolation.BICUBIC;
            case 4 -> Interpolation.BOX;
            default -> throw fields.bad("resample", "1 (lanczos), 2 (bilinear), 3 (bicubic) or 4 (box)");
        };
    }

    private static void checkCrop(JsonFields fields, String field, double crop) {
        if (crop <= 0 || crop > 10) {
            throw fields.bad(field, "a number above 0");
        }
    }

    private static Preprocessor make(Path file, Supplier<Preprocessor> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(file.toString(), "cannot be used: " + e.getMessage(), e);
        }
    }
}
