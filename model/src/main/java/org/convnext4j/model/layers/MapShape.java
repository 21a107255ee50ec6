package org.convnext4j.model.layers;

/**
 * The measures of the map between two layers.
 *
 * @param height H, 1 after the pooling
 * @param width W, 1 after the pooling
 * @param channels C
 */
public record MapShape(int height, int width, int channels) {
    /** H W. */
    public int pixels() {
        return height * width;
    }
}
