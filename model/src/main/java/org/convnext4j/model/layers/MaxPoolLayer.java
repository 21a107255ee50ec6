package org.convnext4j.model.layers;

import org.convnext4j.engine.kernel.MaxPool;

/** The max pooling of ResNet's stem, 3x3 with stride 2. */
public record MaxPoolLayer() implements Layer {
    @Override
    public MapShape output(MapShape in) {
        return new MapShape(MaxPool.outputSize(in.height()), MaxPool.outputSize(in.width()), in.channels());
    }
}
