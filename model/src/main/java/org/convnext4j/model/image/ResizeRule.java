package org.convnext4j.model.image;

/**
 * The size a picture is given before it is cropped.
 *
 * @param keepsAspect whether {@code height} (equal to {@code width}) is the size of the shorter edge and the longer one
 *     follows, truncated to whole pixels; otherwise the picture is squashed to {@code height} x {@code width}
 * @param height H in pixels, at least 1
 * @param width W in pixels, at least 1
 */
public record ResizeRule(boolean keepsAspect, int height, int width) {
    /** Far more pixels than any network takes. */
    static final int MAX_EDGE = 1 << 14;

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if one is outside 1..16384 or a kept aspect has two sizes
     */
    public ResizeRule {
        if (height < 1 || width < 1 || height > MAX_EDGE || width > MAX_EDGE) {
            throw new IllegalArgumentException(
                    "cannot resize pictures to " + width + " x " + height + "; choose sizes from 1 to " + MAX_EDGE);
        }
        if (keepsAspect && height != width) {
            throw new IllegalArgumentException("the shorter edge cannot be both " + height + " and " + width);
        }
    }

    /** The shorter edge becomes {@code size}, the longer {@code (int) (size * long / short)}, as in torchvision. */
    public static ResizeRule shortestEdge(int size) {
        return new ResizeRule(true, size, size);
    }

    /** Both edges are set, whatever the aspect. */
    public static ResizeRule squash(int height, int width) {
        return new ResizeRule(false, height, width);
    }

    /** The H that a picture of (inHeight, inWidth) is given; {@link Integer#MAX_VALUE} if it is more. */
    public int heightFor(int inHeight, int inWidth) {
        return keepsAspect && inHeight > inWidth ? longEdge(inHeight, inWidth) : height;
    }

    /** The W that a picture of (inHeight, inWidth) is given; {@link Integer#MAX_VALUE} if it is more. */
    public int widthFor(int inHeight, int inWidth) {
        return keepsAspect && inWidth > inHeight ? longEdge(inWidth, inHeight) : width;
    }

    private int longEdge(int longer, int shorter) {
        return (int) Math.min(Integer.MAX_VALUE, (long) height * longer / shorter);
    }
}
