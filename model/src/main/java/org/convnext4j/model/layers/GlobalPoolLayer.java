package org.convnext4j.model.layers;

/**
 * One vector of a whole map.
 *
 * @param kind what is taken of its pixels
 */
public record GlobalPoolLayer(Pooling kind) implements Layer {
    @Override
    public MapShape output(MapShape in) {
        return new MapShape(1, 1, in.channels());
    }
}
