package org.convnext4j.model.image.jpeg;

/**
 * The size of a frame.
 *
 * @param width W in pixels
 * @param height H in pixels
 * @param maxHorizontal the highest horizontal sampling factor of the components
 * @param maxVertical the highest vertical one
 */
record FrameSize(int width, int height, int maxHorizontal, int maxVertical) {
    int mcuColumns() {
        int samples = maxHorizontal * Component.BLOCK;
        return (width + samples - 1) / samples;
    }

    int mcuRows() {
        int samples = maxVertical * Component.BLOCK;
        return (height + samples - 1) / samples;
    }
}
