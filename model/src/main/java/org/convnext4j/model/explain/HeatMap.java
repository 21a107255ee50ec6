package org.convnext4j.model.explain;

import org.convnext4j.model.image.Interpolation;
import org.convnext4j.model.image.Resampler;
import org.convnext4j.model.image.RgbImage;

/** Draws a map of evidence over a picture. */
public final class HeatMap {
    /** Smaller pictures are enlarged by a whole number, because a map on a stamp is hard to see. */
    private static final int WORTH_LOOKING_AT = 448;

    /** How much of the picture's light is left where there is no evidence. */
    private static final double DIM = 0.35;

    /** How much of the warmest colour covers the picture. */
    private static final double COVER = 0.55;

    private static final int LEVELS = 255;

    private HeatMap() {}

    /**
     * The picture, dark where there is no evidence or some against the class, clear and from red to yellow where there is
     * some in favour, all in relation to the most there is.
     */
    public static RgbImage over(RgbImage picture, ClassActivationMap map) {
        int side = Math.max(picture.height(), picture.width());
        int factor = Math.max(1, (WORTH_LOOKING_AT + side - 1) / side);
        int height = picture.height() * factor;
        int width = picture.width() * factor;
        RgbImage large = Resampler.resize(picture, height, width, Interpolation.BICUBIC);
        RgbImage heat = Resampler.resize(levels(map), height, width, Interpolation.BICUBIC);
        byte[] out = new byte[large.data().length];
        for (int i = 0; i < out.length; i++) {
            double strength = (heat.data()[i] & 0xff) / (double) LEVELS;
            double cover = COVER * strength;
            double light = DIM + (1 - DIM) * Math.min(1, 2 * strength);
            double seen = (large.data()[i] & 0xff) * light;
            out[i] = (byte) Math.round(seen * (1 - cover) + warmth(i % 3, strength) * cover);
        }
        return new RgbImage(height, width, out);
    }

    /** Red for little evidence, yellow for the most. */
    private static double warmth(int channel, double strength) {
        if (channel == 0) {
            return LEVELS;
        }
        return channel == 1 ? LEVELS * strength : 0;
    }

    /** The evidence in favour as grey, 255 at the most. */
    private static RgbImage levels(ClassActivationMap map) {
        float most = map.most();
        byte[] data = new byte[map.values().length * 3];
        for (int p = 0; p < map.values().length; p++) {
            float value = map.values()[p];
            byte level = (byte) (value > 0 ? Math.round(LEVELS * value / most) : 0);
            data[3 * p] = level;
            data[3 * p + 1] = level;
            data[3 * p + 2] = level;
        }
        return new RgbImage(map.height(), map.width(), data);
    }
}
