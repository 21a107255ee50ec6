package org.convnext4j.model.data.augment;

import java.util.List;

/**
 * The colour of pixels that lie outside a picture.
 *
 * @param red 0..255
 * @param green 0..255
 * @param blue 0..255
 */
public record Fill(int red, int green, int blue) {
    /** What torchvision's padding uses. */
    public static final Fill BLACK = new Fill(0, 0, 0);

    /**
     * Checks the samples.
     *
     * @throws IllegalArgumentException if one is outside 0..255
     */
    public Fill {
        if (((red | green | blue) & ~0xff) != 0) {
            throw new IllegalArgumentException(
                    "the fill (" + red + ", " + green + ", " + blue + ") must have samples from 0 to 255");
        }
    }

    /** The grey or colour that normalisation makes nearly 0: 255 mean, rounded half to even; (124, 116, 104) for ImageNet. */
    public static Fill ofMean(List<Float> mean) {
        return new Fill(sample(mean.get(0)), sample(mean.get(1)), sample(mean.get(2)));
    }

    private static int sample(float mean) {
        return (int) Math.max(0, Math.min(255, Math.rint(255.0 * mean)));
    }

    /** Fills a whole (H, W, 3) array. */
    void into(byte[] data) {
        for (int i = 0; i < data.length; i += 3) {
            data[i] = (byte) red;
            data[i + 1] = (byte) green;
            data[i + 2] = (byte) blue;
        }
    }
}
