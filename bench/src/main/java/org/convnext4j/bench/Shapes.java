package org.convnext4j.bench;

import org.convnext4j.model.design.Variant;

/**
 * The shapes of one stage of a published size at 224 pixels.
 *
 * @param side pixels of the stage's map
 * @param channels C
 * @param before the side of the map that the stem or the downsampling in front of it reads
 * @param beforeChannels that map's channels
 * @param patch the side of that layer's patches
 */
public record Shapes(int side, int channels, int before, int beforeChannels, int patch) {
    /** Pixels of a picture's side. */
    public static final int PICTURE = 224;

    /** Classes of the head. */
    public static final int CLASSES = 1000;

    /** How many times wider the hidden layer of a block is. */
    public static final int EXPANSION = 4;

    private static final int RGB = 3;
    private static final int STEM = 4;
    private static final int DOWNSAMPLE = 2;

    /** The shapes of stage 0 to 3. */
    public static Shapes of(Variant variant, int stage) {
        int side = PICTURE / STEM;
        for (int s = 0; s < stage; s++) {
            side /= DOWNSAMPLE;
        }
        int channels = variant.dims().get(stage);
        return stage == 0
                ? new Shapes(side, channels, PICTURE, RGB, STEM)
                : new Shapes(side, channels, side * DOWNSAMPLE, variant.dims().get(stage - 1), DOWNSAMPLE);
    }

    /** Pixels of the map. */
    public int pixels() {
        return side * side;
    }

    /** C of the block's hidden layer. */
    public int hidden() {
        return EXPANSION * channels;
    }
}
