package org.convnext4j.model.image;

/** Which sizes of pictures are taken. */
final class PictureSize {
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

    private PictureSize() {}

    /**
     * Refuses a picture before anything of it is decoded or converted.
     *
     * @param name of the picture, for the message
     * @param damagedMend what to do about a size that no picture has
     * @throws ImageException if it has no pixel, too many, or is too thin a strip
     */
    static void require(String name, int width, int height, long maxPixels, String damagedMend) {
        if (width < 1 || height < 1) {
            throw new ImageException(name, "declares a size of " + width + " x " + height, damagedMend);
        }
        long pixels = (long) width * height;
        if (pixels > maxPixels || pixels * 3 > MAX_BYTES) {
            throw new ImageException(
                    name,
                    "declares " + width + " x " + height + " = " + pixels + " pixels, more than the limit of "
                            + maxPixels,
                    "shrink the picture or raise the limit");
        }
        if (Math.max(width, height) > (long) ReadOptions.MAX_ASPECT * Math.min(width, height)) {
            throw new ImageException(
                    name,
                    "declares " + width + " x " + height + " pixels, too thin a strip to be a picture",
                    "cut it into pieces at most " + ReadOptions.MAX_ASPECT + " times as long as wide");
        }
    }
}
