package org.convnext4j.model.layers;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.kernel.ConvShape;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.model.layers.TensorPlan.Role;

/**
 * A convolution: dense, or with as many groups as channels depthwise.
 *
 * @param name what its tensors' names begin with
 * @param inputs C
 * @param outputs N
 * @param groups G: output channel n sees the C / G input channels of group {@code n / (N / G)} only
 * @param window what it sees of the map
 * @param biased whether it adds a bias
 */
public record ConvLayer(String name, int inputs, int outputs, int groups, Window window, boolean biased)
        implements Layer {
    /**
     * Checks the groups.
     *
     * @throws IllegalArgumentException if they do not divide the channels
     */
    public ConvLayer {
        if (groups < 1 || inputs % groups != 0 || outputs % groups != 0) {
            throw new IllegalArgumentException(name + " has " + groups + " groups, which do not divide " + inputs
                    + " inputs and " + outputs + " outputs; both must be multiples");
        }
    }

    /** A convolution of one group with a bias. */
    public static ConvLayer dense(String name, int inputs, int outputs, Window window) {
        return new ConvLayer(name, inputs, outputs, 1, window, true);
    }

    /** A convolution with a filter and a bias for each channel. */
    public static ConvLayer depthwise(String name, int channels, Window window) {
        return new ConvLayer(name, channels, channels, channels, window, true);
    }

    /** Whether each channel has a filter of its own. */
    public boolean isDepthwise() {
        return groups > 1 && groups == inputs && inputs == outputs;
    }

    /** The name of its filters, (N, C / G, K, K). */
    public String weight() {
        return name + ".weight";
    }

    /** The name of its bias, (N). */
    public String bias() {
        return name + ".bias";
    }

    /** Whether the engine's kernels for strided convolutions compute it: not dilated, the same zeros on both sides. */
    public boolean isStrided() {
        return window.dilation() == 1 && window.before() == window.after();
    }

    /**
     * The measures that the engine's kernels for strided convolutions take.
     *
     * @throws IllegalStateException unless {@link #isStrided}
     */
    public ConvShape shape() {
        if (!isStrided()) {
            throw new IllegalStateException(
                    name + " is dilated or has other zeros before than after the map: " + window);
        }
        return new ConvShape(inputs, outputs, window.kernel(), window.stride(), window.before(), groups);
    }

    /** Floats of one group's window: K K C / G. */
    private int windowFloats() {
        return Math.multiplyExact(window.kernel() * window.kernel(), inputs / groups);
    }

    @Override
    public MapShape output(MapShape in) {
        return new MapShape(window.outputSize(in.height()), window.outputSize(in.width()), outputs);
    }

    @Override
    public long macs(MapShape in) {
        return (long) output(in).pixels() * outputs * windowFloats();
    }

    @Override
    public List<TensorPlan> tensors() {
        Shape filters = Shape.of(outputs, inputs / groups, window.kernel(), window.kernel());
        List<TensorPlan> tensors = new ArrayList<>();
        tensors.add(new TensorPlan(weight(), filters, Role.CONV_WEIGHT, windowFloats()));
        if (biased) {
            tensors.add(new TensorPlan(bias(), Shape.of(outputs), Role.CONV_BIAS, windowFloats()));
        }
        return List.copyOf(tensors);
    }
}
