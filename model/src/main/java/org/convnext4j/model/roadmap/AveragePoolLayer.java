package org.convnext4j.model.roadmap;

/** The mean over all pixels of a map. */
public record AveragePoolLayer() implements Layer {
    @Override
    public MapShape output(MapShape in) {
        return new MapShape(1, 1, in.channels());
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
        return visitor.averagePool(this);
    }
}
