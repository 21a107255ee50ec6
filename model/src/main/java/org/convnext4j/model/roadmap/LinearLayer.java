package org.convnext4j.model.roadmap;

import java.util.List;
import org.convnext4j.engine.kernel.ConvShape;
import org.convnext4j.model.roadmap.TensorPlan.Role;

/**
 * The classifier.
 *
 * @param name what its tensors' names begin with
 * @param inputs C
 * @param outputs K
 */
public record LinearLayer(String name, int inputs, int outputs) implements Layer {
    String weight() {
        return name + ".weight";
    }

    String bias() {
        return name + ".bias";
    }

    /** The same as a 1x1 convolution. */
    ConvLayer pointwise() {
        return new ConvLayer(name, ConvShape.dense(inputs, outputs, 1, 1, 0), true);
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
                TensorPlan.of(weight(), Role.LINEAR_WEIGHT, outputs, inputs),
                TensorPlan.of(bias(), Role.LINEAR_BIAS, outputs));
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
        return visitor.linear(this);
    }
}
