package org.convnext4j.model.data.augment;

import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.random.RandomStream;

/**
 * A border around the picture and a random window of it, for pictures of about the network's size (reference:
 * torchvision's RandomCrop with padding).
 *
 * @param paddingPixels the border on each side, 0 or more
 * @param fill the border's colour
 */
public record PadAndCrop(int paddingPixels, Fill fill) implements TrainingCrop {
    private static final int MAX_PADDING = 1 << 14;

    /**
     * Checks the padding.
     *
     * @throws IllegalArgumentException if it is outside 0..16384
     */
    public PadAndCrop {
        if (paddingPixels < 0 || paddingPixels > MAX_PADDING) {
            throw new IllegalArgumentException(
                    "the padding must be from 0 to " + MAX_PADDING + " pixels, but is " + paddingPixels);
        }
    }

    /** A black border. */
    public static PadAndCrop black(int paddingPixels) {
        return new PadAndCrop(paddingPixels, Fill.BLACK);
    }

    @Override
    public RgbImage apply(RgbImage in, int size, RandomStream random) {
        long roomY = in.height() + 2L * paddingPixels - size;
        long roomX = in.width() + 2L * paddingPixels - size;
        if (roomY < 0 || roomX < 0) {
            throw new IllegalArgumentException("a picture of " + in.width() + " x " + in.height() + " with "
                    + paddingPixels + " pixels around it has no window of " + size + " x " + size
                    + "; choose more padding, a smaller size or a random resized crop");
        }
        int top = random.integer((int) roomY + 1) - paddingPixels;
        int left = random.integer((int) roomX + 1) - paddingPixels;
        return window(in, top, left, size);
    }

    /** The window whose first pixel is (top, left) of the picture; both may lie outside. */
    private RgbImage window(RgbImage in, int top, int left, int size) {
        if (top == 0 && left == 0 && in.height() == size && in.width() == size) {
            return in;
        }
        byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(size, size), 3)];
        if (!fill.equals(Fill.BLACK)) {
            fill.into(out);
        }
        int first = Math.max(0, left);
        int columns = Math.min(in.width(), left + size) - first;
        for (int y = Math.max(0, top); columns > 0 && y < Math.min(in.height(), top + size); y++) {
            int from = (y * in.width() + first) * 3;
            int to = ((y - top) * size + first - left) * 3;
            System.arraycopy(in.data(), from, out, to, columns * 3);
        }
        return new RgbImage(size, size, out);
    }
}
