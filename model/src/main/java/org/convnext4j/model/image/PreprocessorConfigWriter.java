package org.convnext4j.model.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Writes a preprocessing as the configuration files that {@link PreprocessorConfig} reads. What a library has no field for
 * goes into an object of its own, {@value OwnFields#NAME}, which that library leaves alone: reading gives what was
 * written, in Python as closely as the library can.
 */
public final class PreprocessorConfigWriter {
    /** Below this Hugging Face's processor for ConvNeXts crops, from there on it squashes. */
    private static final int CROPPED_BELOW = HuggingFaceProcessor.WARP_FROM;

    private PreprocessorConfigWriter() {}

    /**
     * The fields of timm's {@code pretrained_cfg} for pictures: {@code input_size}, {@code interpolation}, {@code crop_pct},
     * {@code crop_mode}, {@code mean} and {@code std}. timm divides samples by 255; another factor goes into mean and
     * standard deviation.
     *
     * @param channels of the network's input
     */
    public static ObjectNode timm(Preprocessor pictures, int channels) {
        ObjectNode cfg = JsonNodeFactory.instance.objectNode();
        cfg.putArray("input_size").add(channels).add(pictures.height()).add(pictures.width());
        cfg.put("interpolation", name(pictures.interpolation()));
        cfg.put(
                "crop_pct",
                share(pictures)
                        .orElseGet(() ->
                                pictures.height() / (double) pictures.resize().height()));
        cfg.put("crop_mode", pictures.resize().keepsAspect() ? "center" : "squash");
        Preprocessor unit = toUnit(pictures);
        numbers(cfg.putArray("mean"), unit.mean());
        numbers(cfg.putArray("std"), unit.std());
        return cfg;
    }

    /**
     * What of a preprocessing the fields of {@link #timm} do not say.
     *
     * @return empty if they say all of it
     */
    public static Optional<ObjectNode> timmLacks(Preprocessor pictures) {
        boolean square = pictures.height() == pictures.width();
        if (share(pictures).isEmpty() || (pictures.resize().keepsAspect() && !square)) {
            ObjectNode own = JsonNodeFactory.instance.objectNode();
            own.set(OwnFields.PREPROCESSING, plain(pictures));
            return Optional.of(own);
        }
        return rounding(pictures, CropRounding.HALF_EVEN);
    }

    /**
     * A {@code preprocessor_config.json} of Hugging Face: of its processor for ConvNeXts where that can do it, else of
     * those of Bit, which crops after any resize, or ViT, which squashes.
     */
    public static ObjectNode huggingFace(Preprocessor pictures) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ResizeRule resize = pictures.resize();
        boolean cropped = resize.height() != pictures.height() || resize.width() != pictures.width();
        OptionalDouble share = convNextShare(pictures);
        root.put("do_resize", true);
        if (share.isPresent()) {
            root.put("image_processor_type", "ConvNextImageProcessor");
            root.putObject("size").put("shortest_edge", pictures.height());
            root.put("crop_pct", share.getAsDouble());
        } else if (resize.keepsAspect() || cropped) {
            root.put("image_processor_type", "BitImageProcessor");
            size(root.putObject("size"), resize);
            root.put("do_center_crop", true);
            root.putObject("crop_size").put("height", pictures.height()).put("width", pictures.width());
        } else {
            root.put("image_processor_type", "ViTImageProcessor");
            size(root.putObject("size"), resize);
        }
        root.put("resample", pictures.interpolation().pillowNumber());
        root.put("do_rescale", true).put("rescale_factor", pictures.rescale());
        root.put("do_normalize", true);
        numbers(root.putArray("image_mean"), pictures.mean());
        numbers(root.putArray("image_std"), pictures.std());
        CropRounding usual = resize.keepsAspect() || cropped ? CropRounding.FLOOR : CropRounding.HALF_EVEN;
        rounding(pictures, usual).ifPresent(own -> root.set(OwnFields.NAME, own));
        return root;
    }

    /**
     * A preprocessing in full, in no library's words: {@code resize} with {@code shortest_edge} or {@code height} and
     * {@code width}, {@code crop} with {@code height} and {@code width}, {@code crop_rounding}, {@code interpolation},
     * {@code rescale_factor}, {@code mean} and {@code std}.
     */
    public static ObjectNode plain(Preprocessor pictures) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        size(root.putObject("resize"), pictures.resize());
        root.putObject("crop").put("height", pictures.height()).put("width", pictures.width());
        root.put(OwnFields.CROP_ROUNDING, OwnFields.label(pictures.rounding()));
        root.put("interpolation", name(pictures.interpolation()));
        root.put("rescale_factor", pictures.rescale());
        numbers(root.putArray("mean"), pictures.mean());
        numbers(root.putArray("std"), pictures.std());
        return root;
    }

    /** The same with a factor of 1/255, equal but for the rounding of its mean and standard deviation. */
    static Preprocessor toUnit(Preprocessor pictures) {
        if (pictures.rescale() == Preprocessor.TO_UNIT) {
            return pictures;
        }
        double factor = Preprocessor.TO_UNIT / pictures.rescale();
        return pictures.withNormalisation(
                Preprocessor.TO_UNIT,
                pictures.mean().stream().map(value -> (float) (value * factor)).toList(),
                pictures.std().stream().map(value -> (float) (value * factor)).toList());
    }

    private static Optional<ObjectNode> rounding(Preprocessor pictures, CropRounding usual) {
        return pictures.rounding() == usual
                ? Optional.empty()
                : Optional.of(JsonNodeFactory.instance
                        .objectNode()
                        .put(OwnFields.CROP_ROUNDING, OwnFields.label(pictures.rounding())));
    }

    /** The {@code crop_pct} with which Hugging Face's processor for ConvNeXts does this; empty if there is none. */
    private static OptionalDouble convNextShare(Preprocessor pictures) {
        int side = pictures.height();
        if (side != pictures.width()) {
            return OptionalDouble.empty();
        }
        if (pictures.resize().keepsAspect()) {
            return side < CROPPED_BELOW ? share(pictures) : OptionalDouble.empty();
        }
        boolean whole = pictures.resize().equals(ResizeRule.squash(side, side));
        return whole && side >= CROPPED_BELOW ? OptionalDouble.of(1) : OptionalDouble.empty();
    }

    /** The share of both edges that the crop leaves, such that dividing by it and dropping the fraction gives them. */
    private static OptionalDouble share(Preprocessor pictures) {
        int height = pictures.resize().height();
        int width = pictures.resize().width();
        double share = Math.min(pictures.height() / (double) height, pictures.width() / (double) width);
        // A quotient may be rounded up, and the edge then is a pixel short. The shortest number that fits is what
        // people
        // write: 0.95 for 96 of 101.
        return DoubleStream.concat(
                        IntStream.rangeClosed(2, 6).mapToDouble(digits -> rounded(share, digits)),
                        DoubleStream.of(share, Math.nextDown(share)))
                .filter(candidate -> candidate > 0 && candidate <= ConfigChecks.MOST_CROP_PCT)
                .filter(candidate -> (int) (pictures.height() / candidate) == height
                        && (int) (pictures.width() / candidate) == width)
                .findFirst();
    }

    private static double rounded(double value, int digits) {
        return BigDecimal.valueOf(value)
                .setScale(digits, RoundingMode.HALF_EVEN)
                .doubleValue();
    }

    private static void size(ObjectNode size, ResizeRule resize) {
        if (resize.keepsAspect()) {
            size.put("shortest_edge", resize.height());
        } else {
            size.put("height", resize.height()).put("width", resize.width());
        }
    }

    private static String name(Interpolation interpolation) {
        return interpolation.name().toLowerCase(Locale.ROOT);
    }

    private static void numbers(ArrayNode array, List<Float> values) {
        values.forEach(array::add);
    }
}
