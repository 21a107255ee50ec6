package org.convnext4j.model.layers;

import java.util.List;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.model.layers.TensorPlan.Role;

/**
 * A matrix and a bias on the channels of each pixel: a block's pointwise convolution, or the classifier.
 *
 * @param name what its tensors' names begin with
 * @param inputs C
 * @param outputs N
 */
public record LinearLayer(String name, int inputs, int outputs) implements Layer {
    /** The name of its matrix, (N, C). */
    public String weight() {
        return name + ".weight";
    }

    /** The name of its bias, (N). */
    public String bias() {
        return name + ".bias";
    }

    /** The same as a 1x1 convolution. */
    public ConvLayer pointwise() {
        return ConvLayer.dense(name, inputs, outputs, Window.PIXEL);
    }

    @Override
    public MapShape output(MapShape in) {
        return new MapShape(in.height(), in.width(), outputs);
    }

    @Override
    public long macs(MapShape in) {
        return (long) in.pixels() * inputs * outputs;
    }

    @Override
    public List<TensorPlan> tensors() {
        return List.of(
                new TensorPlan(weight(), Shape.of(outputs, inputs), Role.LINEAR_WEIGHT, inputs),
                new TensorPlan(bias(), Shape.of(outputs), Role.LINEAR_BIAS, inputs));
    }
}
