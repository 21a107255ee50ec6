package org.convnext4j.model.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a Hugging Face {@code preprocessor_config.json}. What it leaves out is as the image processor's class has it, and
 * a field that would change the pictures is honoured, or refused by its name.
 */
final class HuggingFaceProcessor {
    private static final Logger LOG = LoggerFactory.getLogger(HuggingFaceProcessor.class);
    static final int WARP_FROM = 384;
    private static final double CROP_PCT = 224.0 / 256.0;
    private static final String TIMM = "TimmWrapperImageProcessor";

    private static final Set<String> HONOURED = Set.of(
            "image_processor_type",
            "feature_extractor_type",
            "do_resize",
            "size",
            "crop_pct",
            "resample",
            "do_center_crop",
            "crop_size",
            "do_rescale",
            "rescale_factor",
            "do_normalize",
            "image_mean",
            "image_std",
            OwnFields.NAME);

    /** What does not change a picture that is read as RGB; sizes of padding count only with do_pad. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "do_convert_rgb",
            "processor_class",
            "data_format",
            "input_data_format",
            "return_tensors",
            "device",
            "disable_grouping",
            "default_to_square",
            "use_fast",
            "auto_map",
            "pad_size",
            "_valid_processor_keys",
            "_processor_class",
            "image_seq_length");

    private final JsonFields fields;
    private final ProcessorKind kind;
    private final int minimumSide;

    private HuggingFaceProcessor(JsonFields fields, ProcessorKind kind, int minimumSide) {
        this.fields = fields;
        this.kind = kind;
        this.minimumSide = minimumSide;
    }

    /**
     * What the file says.
     *
     * @param minimumSide of the network's input, pixels
     * @throws ConfigException if it is malformed or asks for what is not supported
     */
    static Preprocessor read(Path file, int minimumSide) {
        JsonFields fields = new JsonFields(file.toString(), "", JsonFile.read(file));
        String type = fields.has("image_processor_type") ? "image_processor_type" : "feature_extractor_type";
        String name = fields.text(type, "ConvNextImageProcessor");
        if (name.equals(TIMM)) {
            return TimmConfig.read(file, false, minimumSide);
        }
        ProcessorKind kind = ProcessorKind.of(name)
                .orElseThrow(() -> fields.unusable(
                        type,
                        "is an image processor that is not supported; those of ConvNext, Bit, CLIP, ViT, DeiT and"
                                + " DINOv3ViT are"));
        return new HuggingFaceProcessor(fields, kind, minimumSide).read();
    }

    private Preprocessor read() {
        requireKnownFields();
        if (!fields.flag("do_resize", true)) {
            throw fields.bad("do_resize", "true, because the network's input has one size");
        }
        Preprocessor sized = kind == ProcessorKind.CONVNEXT ? convNext() : general();
        double rescale = fields.flag("do_rescale", true) ? fields.number("rescale_factor", Preprocessor.TO_UNIT) : 1;
        boolean normalise = fields.flag("do_normalize", true);
        List<Float> mean = normalise ? fields.triple("image_mean", kind.mean) : List.of(0f, 0f, 0f);
        List<Float> std = normalise ? fields.triple("image_std", kind.std) : List.of(1f, 1f, 1f);
        ConfigChecks.requireNormalisation(fields, "rescale_factor", rescale, "image_mean", mean, "image_std", std);
        Preprocessor said = sized.withInterpolation(filter()).withNormalisation(rescale, mean, std);
        return OwnFields.apply(fields, () -> said, minimumSide);
    }

    /** Fields that are not understood: refused where they ask for a step, else named. */
    private void requireKnownFields() {
        for (String field : fields.names()) {
            if (HONOURED.contains(field) || WITHOUT_EFFECT.contains(field) || !fields.has(field)) {
                continue;
            }
            boolean step = field.toLowerCase(Locale.ROOT).startsWith("do_") || field.startsWith("use_");
            if (!step) {
                LOG.warn(
                        "{}: field {} is not known here; if it changes the pictures, the results are wrong",
                        fields.source(),
                        field);
            } else if (fields.flag(field, false)) {
                throw fields.unusable(
                        field,
                        "asks for a step that is not supported; set it to false or prepare the" + " pictures before");
            }
        }
    }

    private Interpolation filter() {
        if (!fields.has("resample")) {
            return kind.interpolation;
        }
        int number = (int) fields.number("resample", 0);
        try {
            if (number != fields.number("resample", 0)) {
                throw new IllegalArgumentException();
            }
            return Interpolation.byPillowNumber(number);
        } catch (IllegalArgumentException e) {
            throw fields.bad("resample", "0 (nearest), 1 (lanczos), 2 (bilinear), 3 (bicubic), 4 (box) or 5 (hamming)");
        }
    }

    /** Below 384 the short edge becomes size / crop_pct and the centre is cropped; from 384 on the picture is squashed. */
    private Preprocessor convNext() {
        double pct = fields.number("crop_pct", CROP_PCT);
        ConfigChecks.requireCrop(fields, "crop_pct", pct);
        Preprocessor sized = convNext(pct);
        if (!fields.flag("do_center_crop", false)) {
            return ConfigChecks.atLeast(fields, "size", sized, minimumSide);
        }
        int[] crop = cropSize();
        boolean squashed = !sized.resize().keepsAspect();
        for (int axis = 0; axis < 2; axis++) {
            int before = axis == 0 ? sized.height() : sized.width();
            // Two crops one after the other are one where neither pads nor rounds.
            if (!squashed && (crop[axis] > before || (before - crop[axis]) % 2 != 0)) {
                throw fields.unusable(
                        "crop_size",
                        "is a second crop after that to size, " + before + ", which is supported where it is smaller by"
                                + " an even number");
            }
        }
        return cropped(sized, crop);
    }

    private Preprocessor convNext(double pct) {
        OptionalInt edge = shortestEdge();
        if (edge.isEmpty()) {
            return squashed();
        }
        return ConfigChecks.make(fields, "size", () -> shortEdgeOrWarp(edge.getAsInt(), pct));
    }

    /** The shortest edge that {@code size} asks for: a bare number, or one of that name; empty if it has two edges. */
    private OptionalInt shortestEdge() {
        JsonNode size = fields.get("size");
        if (size.isObject()) {
            JsonFields edges = fields.object("size");
            boolean one = edges.has("shortest_edge") && !edges.has("longest_edge");
            return one ? OptionalInt.of(edges.size("shortest_edge", kind.size)) : OptionalInt.empty();
        }
        return size.isArray() ? OptionalInt.empty() : OptionalInt.of(fields.size("size", kind.size));
    }

    /** As {@code ConvNextImageProcessor} does it, with ImageNet's statistics. */
    static Preprocessor shortEdgeOrWarp(int size, double pct) {
        if (size >= WARP_FROM) {
            return Preprocessor.squash(size, Interpolation.BICUBIC);
        }
        return Preprocessor.centerCrop((int) (size / pct), size, Interpolation.BICUBIC)
                .withRounding(CropRounding.FLOOR);
    }

    /** As {@code ConvNextImageProcessor} does it with its own {@code crop_pct}. */
    static Preprocessor shortEdgeOrWarp(int size) {
        return shortEdgeOrWarp(size, CROP_PCT);
    }

    /** Both edges as {@code size} has them. */
    private Preprocessor squashed() {
        int[] size = edges("size", "a whole number, {\"shortest_edge\": n} or {\"height\": h, \"width\": w}");
        return ConfigChecks.make(
                fields,
                "size",
                () -> Preprocessor.squash(1, Interpolation.BICUBIC)
                        .withResize(ResizeRule.squash(size[0], size[1]))
                        .withCrop(size[0], size[1]));
    }

    /** Height and width: an object with both, a list of both, or a number that stands for both. */
    private int[] edges(String field, String wanted) {
        if (!fields.get(field).isObject()) {
            List<Integer> both = fields.sizes(field, 2);
            return new int[] {both.get(0), both.get(1)};
        }
        JsonFields size = fields.object(field);
        if (!size.has("height") || !size.has("width")) {
            throw fields.bad(field, wanted);
        }
        return new int[] {size.size("height", 1), size.size("width", 1)};
    }

    /** The steps that all other processors share: a resize by what {@code size} holds, then the centre's crop. */
    private Preprocessor general() {
        Preprocessor resized = resized();
        if (fields.flag("do_center_crop", kind.crop > 0)) {
            return cropped(resized, cropSize());
        }
        if (resized.resize().keepsAspect()) {
            throw fields.unusable(
                    "size",
                    "leaves the longer edge as it comes, but the network's input has one size; set do_center_crop");
        }
        return ConfigChecks.atLeast(fields, "size", resized, minimumSide);
    }

    private Preprocessor resized() {
        OptionalInt edge = shortestEdge();
        if (edge.isEmpty()) {
            return squashed();
        }
        int side = edge.getAsInt();
        boolean square = kind.square && !fields.get("size").isObject();
        return ConfigChecks.make(
                fields,
                "size",
                () -> Preprocessor.squash(side, Interpolation.BICUBIC)
                        .withResize(square ? ResizeRule.squash(side, side) : ResizeRule.shortestEdge(side)));
    }

    private Preprocessor cropped(Preprocessor resized, int[] crop) {
        Preprocessor cropped = ConfigChecks.make(
                fields, "crop_size", () -> resized.withCrop(crop[0], crop[1]).withRounding(CropRounding.FLOOR));
        return ConfigChecks.atLeast(fields, "crop_size", cropped, minimumSide);
    }

    /** Height and width of the crop. */
    private int[] cropSize() {
        if (fields.has("crop_size")) {
            return edges("crop_size", "a whole number or {\"height\": h, \"width\": w}");
        }
        if (kind.crop == 0) {
            throw fields.bad("crop_size", "{\"height\": h, \"width\": w}, because do_center_crop is true");
        }
        return new int[] {kind.crop, kind.crop};
    }
}
