package org.convnext4j.model.layers;

/**
 * A layer and the map it works on.
 *
 * @param layer never a block
 * @param input what goes in, for one picture
 */
public record PlacedLayer(Layer layer, MapShape input) {
    /** The map that comes out. */
    public MapShape output() {
        return layer.output(input);
    }

    /** Multiply-adds for one picture. */
    public long macs() {
        return layer.macs(input);
    }
}
