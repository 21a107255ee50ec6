package org.convnext4j.model.image;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * A picture of H x W pixels, three bytes (red, green, blue, each 0..255) per pixel, interleaved, rows from the top:
 * layout (H, W, 3).
 *
 * <p>Immutable by convention: the constructor keeps the array it is given and {@link #data()} hands it out, so neither
 * side may write to it afterwards.
 */
public final class RgbImage {
    private final int height;
    private final int width;
    private final byte[] data;

    /**
     * Wraps an array without copying it.
     *
     * @param height H, at least 1
     * @param width W, at least 1
     * @param data exactly H * W * 3 bytes, in the order (H, W, 3)
     * @throws IllegalArgumentException if a size is below 1 or the array is of another length
     */
    public RgbImage(int height, int width, byte[] data) {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "a picture needs at least one pixel, but this one is " + width + " wide and " + height + " high");
        }
        if (data.length != 3L * height * width) {
            throw new IllegalArgumentException("a picture of " + width + " x " + height + " needs "
                    + 3L * height * width + " bytes, but " + data.length + " were given");
        }
        this.height = height;
        this.width = width;
        this.data = data;
    }

    /** H, the number of rows. */
    public int height() {
        return height;
    }

    /** W, the number of columns. */
    public int width() {
        return width;
    }

    /** The bytes themselves, (H, W, 3), not a copy; do not write to them. */
    public byte[] data() {
        return data;
    }

    /**
     * One sample, 0..255.
     *
     * @param y the row, from the top
     * @param x the column, from the left
     * @param channel 0 red, 1 green, 2 blue
     * @throws IndexOutOfBoundsException if the place lies outside the picture
     */
    public int sample(int y, int x, int channel) {
        if (y < 0 || y >= height || x < 0 || x >= width || channel < 0 || channel > 2) {
            throw new IndexOutOfBoundsException("row " + y + ", column " + x + ", channel " + channel
                    + " of a picture of " + width + " x " + height);
        }
        return data[(y * width + x) * 3 + channel] & 0xff;
    }

    /**
     * A copy of Java's own kind, {@link BufferedImage#TYPE_INT_RGB}, to draw on, show or write with {@code ImageIO}. Needs
     * no display.
     */
    public BufferedImage toBufferedImage() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = (y * width + x) * 3;
                row[x] = (data[at] & 0xff) << 16 | (data[at + 1] & 0xff) << 8 | (data[at + 2] & 0xff);
            }
            image.setRGB(0, y, width, 1, row, 0, width);
        }
        return image;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RgbImage that
                && that.height == height
                && that.width == width
                && Arrays.equals(that.data, data);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * height + width) + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        return "RgbImage " + width + " x " + height;
    }
}
