package org.convnext4j.model.image;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The preprocessing that published checkpoints were evaluated with. */
public enum Preset {
    /** timm and Facebook at 224: short edge 256, bicubic. */
    TIMM_224("timm-224"),
    /** timm's test size: short edge 288, no margin, bicubic. */
    TIMM_288("timm-288"),
    /** torchvision's Tiny: short edge 236, bilinear. */
    TORCHVISION_TINY("torchvision-tiny"),
    /** torchvision's Small: short edge 230, bilinear. */
    TORCHVISION_SMALL("torchvision-small"),
    /** torchvision's Base: short edge 232, bilinear. */
    TORCHVISION_BASE("torchvision-base"),
    /** torchvision's Large: short edge 232, bilinear. */
    TORCHVISION_LARGE("torchvision-large"),
    /** Hugging Face at 224: as timm, but the crop's start is rounded down. */
    HF_224("hf-224"),
    /** Every library at 384: squashed, bicubic. */
    SQUASH_384("squash-384");

    private final String cliName;

    Preset(String cliName) {
        this.cliName = cliName;
    }

    /** The name on the command line. */
    public String cliName() {
        return cliName;
    }

    /** What the preset stands for. */
    public Preprocessor preprocessor() {
        return switch (this) {
            case TIMM_224 -> Preprocessor.centerCrop(256, 224, Interpolation.BICUBIC);
            case TIMM_288 -> Preprocessor.centerCrop(288, 288, Interpolation.BICUBIC);
            case TORCHVISION_TINY -> Preprocessor.centerCrop(236, 224, Interpolation.BILINEAR);
            case TORCHVISION_SMALL -> Preprocessor.centerCrop(230, 224, Interpolation.BILINEAR);
            case TORCHVISION_BASE, TORCHVISION_LARGE -> Preprocessor.centerCrop(232, 224, Interpolation.BILINEAR);
            case HF_224 ->
                Preprocessor.centerCrop(256, 224, Interpolation.BICUBIC).withRounding(CropRounding.FLOOR);
            case SQUASH_384 -> Preprocessor.squash(384, Interpolation.BICUBIC);
        };
    }

    /**
     * The preset of this name.
     *
     * @throws IllegalArgumentException if there is none; the message lists them
     */
    public static Preset byName(String name) {
        for (Preset preset : values()) {
            if (preset.cliName.equals(name)) {
                return preset;
            }
        }
        throw new IllegalArgumentException("no preset is called '" + name + "'; choose one of "
                + Arrays.stream(values()).map(Preset::cliName).collect(Collectors.joining(", ")));
    }
}
