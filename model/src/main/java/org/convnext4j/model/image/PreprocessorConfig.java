package org.convnext4j.model.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads the preprocessing that a checkpoint's configuration files ask for: Hugging Face's, timm's and open_clip's. A
 * field that changes the pictures is honoured or refused by its name.
 *
 * <p>Fields that a Hugging Face {@code preprocessor_config.json} leaves out take the defaults of the image processor's
 * class (for ConvNeXt's size 384, crop_pct 224/256, mean and std 0.5), which are not those of the published models.
 */
public final class PreprocessorConfig {
    /** The name of the file of Hugging Face's image processors. */
    public static final String PROCESSOR_FILE = "preprocessor_config.json";

    private PreprocessorConfig() {}

    /**
     * What the files beside the weights say, whatever the network; see {@link #besideWeights(Path, int)}.
     *
     * @return empty if no file says anything about pictures
     * @throws ConfigException if a file is malformed; the message names file and field
     */
    public static Optional<Preprocessor> besideWeights(Path weightsFile) {
        return besideWeights(weightsFile, 1);
    }

    /**
     * What the files beside the weights say: {@code preprocessor_config.json} if there is one, else
     * {@code config.json} if it is timm's or holds Hugging Face's model, else {@code open_clip_config.json}, which comes
     * first for weights that are called {@code open_clip_...}.
     *
     * @param minimumSide the smallest height and width that the network takes, pixels
     * @return empty if no file says anything about pictures
     * @throws ConfigException if a file is malformed, asks for what is not supported or for too small an input; the
     *     message names file and field
     */
    public static Optional<Preprocessor> besideWeights(Path weightsFile, int minimumSide) {
        return find(weightsFile, minimumSide).map(Said::preprocessor);
    }

    /**
     * A preprocessing and where it stands.
     *
     * @param file the configuration file
     * @param preprocessor what it says
     */
    public record Said(Path file, Preprocessor preprocessor) {}

    /**
     * What the files beside the weights say, as {@link #besideWeights(Path, int)}, and which of them says it.
     *
     * @param minimumSide the smallest height and width that the network takes, pixels
     * @return empty if no file says anything about pictures
     * @throws ConfigException as {@link #besideWeights(Path, int)}
     */
    public static Optional<Said> find(Path weightsFile, int minimumSide) {
        Path openClip = weightsFile.resolveSibling(OpenClipConfig.FILE);
        boolean isOpenClip = Files.isRegularFile(openClip);
        if (isOpenClip && OpenClipConfig.belongsTo(weightsFile)) {
            return Optional.of(new Said(openClip, OpenClipConfig.read(openClip, minimumSide)));
        }
        Path processor = weightsFile.resolveSibling(PROCESSOR_FILE);
        if (Files.isRegularFile(processor)) {
            return Optional.of(new Said(processor, HuggingFaceProcessor.read(processor, minimumSide)));
        }
        Path config = weightsFile.resolveSibling("config.json");
        Optional<Said> said = Files.isRegularFile(config)
                ? fromConfig(config, minimumSide).map(read -> new Said(config, read))
                : Optional.empty();
        return said.isEmpty() && isOpenClip
                ? Optional.of(new Said(openClip, OpenClipConfig.read(openClip, minimumSide)))
                : said;
    }

    /**
     * What a {@code config.json} of timm or Hugging Face says.
     *
     * @return empty if it says nothing about pictures
     * @throws ConfigException if it is malformed
     */
    public static Optional<Preprocessor> fromConfig(Path config) {
        return fromConfig(config, 1);
    }

    private static Optional<Preprocessor> fromConfig(Path config, int minimumSide) {
        JsonNode root = JsonFile.read(config);
        if (root.hasNonNull("pretrained_cfg") || (root.hasNonNull("input_size") && root.hasNonNull("architecture"))) {
            return Optional.of(TimmConfig.read(config, false, minimumSide));
        }
        JsonFields fields = new JsonFields(config.toString(), "", root);
        String type = fields.text("model_type", "");
        if (!fields.has("image_size") && !type.startsWith("convnext")) {
            return Optional.empty();
        }
        List<Integer> size = fields.has("image_size") ? fields.sizes("image_size", 2) : List.of(224, 224);
        int side = size.get(0);
        if (side != size.get(1)) {
            throw fields.bad("image_size", "one number");
        }
        boolean dinoV3 = type.startsWith("dinov3");
        Preprocessor sized = ConfigChecks.make(
                fields,
                "image_size",
                () -> dinoV3
                        ? Preprocessor.squash(side, ProcessorKind.DINOV3.interpolation)
                        : HuggingFaceProcessor.shortEdgeOrWarp(side));
        return Optional.of(ConfigChecks.atLeast(fields, "image_size", sized, minimumSide));
    }

    /**
     * What timm's {@code config.json} says, in {@code pretrained_cfg} or, in old files, at the top.
     *
     * @param testSize whether {@code test_input_size} and {@code test_crop_pct} are preferred to {@code input_size} and
     *     {@code crop_pct}
     * @throws ConfigException if it is malformed or asks for something that is not supported
     */
    public static Preprocessor timm(Path config, boolean testSize) {
        return TimmConfig.read(config, testSize, 1);
    }

    /**
     * What a Hugging Face {@code preprocessor_config.json} says: for ConvNeXt's own processor the short edge becomes size /
     * crop_pct below 384 and the centre is cropped, and the picture is squashed from 384 on; those of Bit, CLIP, ViT, DeiT
     * and DINOv3 resize and crop as {@code size} and {@code crop_size} say.
     *
     * @throws ConfigException if it is malformed or asks for something that is not supported
     */
    public static Preprocessor huggingFace(Path processorConfig) {
        return HuggingFaceProcessor.read(processorConfig, 1);
    }
}
