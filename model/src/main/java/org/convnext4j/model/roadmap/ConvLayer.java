package org.convnext4j.model.roadmap;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.kernel.ConvShape;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.model.roadmap.TensorPlan.Role;

/**
 * A convolution: dense, pointwise or, with as many groups as channels, depthwise.
 *
 * @param name what its tensors' names begin with
 * @param shape the measures
 * @param biased whether it adds a bias
 */
public record ConvLayer(String name, ConvShape shape, boolean biased) implements Layer {
    /** Whether each channel has a filter of its own. */
    public boolean depthwise() {
        return shape.groups() > 1 && shape.groups() == shape.inputs() && shape.inputs() == shape.outputs();
    }

    String weight() {
        return name + ".weight";
    }

    String bias() {
        return name + ".bias";
    }

    @Override
    public MapShape output(MapShape in) {
        return new MapShape(shape.outputSize(in.height()), shape.outputSize(in.width()), shape.outputs());
    }

    @Override
    public long macs(MapShape in) {
        return (long) output(in).pixels() * shape.outputs() * shape.windowFloats();
    }

    @Override
    public List<TensorPlan> tensors() {
        int kernel = shape.kernel();
        int fanIn = shape.windowFloats();
        List<TensorPlan> tensors = new ArrayList<>();
        tensors.add(new TensorPlan(
                weight(), Shape.of(shape.outputs(), shape.groupInputs(), kernel, kernel), Role.CONV_WEIGHT, fanIn));
        if (biased) {
            tensors.add(new TensorPlan(bias(), Shape.of(shape.outputs()), Role.CONV_BIAS, fanIn));
        }
        return List.copyOf(tensors);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
        return visitor.conv(this);
    }
}
