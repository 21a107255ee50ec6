package org.convnext4j.model.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.ConvNeXtWeights;

/**
 * A float for every parameter of a network, such as its weights or their gradients, in one off-heap segment. The padding
 * between tensors is 0 and must stay so.
 *
 * @param layout what lies where
 * @param data {@code layout.bytes()} bytes from a 64-byte boundary
 * @param weights the tensors, viewing {@code data}
 */
public record ParameterBlock(ParameterLayout layout, MemorySegment data, ConvNeXtWeights weights) {
    /** A block of zeros that lives as long as {@code arena}. */
    static ParameterBlock allocate(ParameterLayout layout, Arena arena) {
        MemorySegment data = arena.allocate(layout.bytes(), Tensor.ALIGNMENT_BYTES);
        Map<String, Tensor> tensors = new HashMap<>();
        for (Parameter parameter : layout.parameters()) {
            tensors.put(parameter.name(), view(data, parameter));
        }
        ConvNeXtWeights weights =
                ConvNeXtWeights.assemble(layout.network(), (name, shape) -> Objects.requireNonNull(tensors.get(name)));
        return new ParameterBlock(layout, data, weights);
    }

    /** One parameter's floats; the tensor views the block. */
    public Tensor tensor(Parameter parameter) {
        return view(data, parameter);
    }

    /**
     * The floats of the parameter of a facebook name; the tensor views the block.
     *
     * @throws IllegalArgumentException if the network has none
     */
    public Tensor tensor(String name) {
        return tensor(layout.parameter(name));
    }

    /** Sets every float to 0. */
    public void zero() {
        data.fill((byte) 0);
    }

    /**
     * Takes every float of another block of the same network.
     *
     * @throws IllegalArgumentException if the networks differ
     */
    public void copyFrom(ParameterBlock source) {
        if (!source.layout.equals(layout)) {
            throw new IllegalArgumentException(
                    "a block of " + source.layout.network() + " is no block of " + layout.network());
        }
        data.copyFrom(source.data);
    }

    /**
     * Takes every tensor of a network of the same shape.
     *
     * @throws IllegalArgumentException if a tensor is missing, unknown or of another shape; nothing is copied then
     */
    public void copyFrom(ConvNeXtWeights source) {
        requireFits(layout.network(), source);
        source.forEach(this::copy);
    }

    /** Takes one tensor of the right shape. */
    void copy(String name, Tensor source) {
        tensor(name).data().copyFrom(source.data());
    }

    /** Refuses weights that are not those of a network. */
    static void requireFits(ConvNeXtConfig network, ConvNeXtWeights weights) {
        Map<String, Shape> shapes = ConvNeXtWeights.shapes(network);
        weights.forEach((name, tensor) -> {
            Shape shape = shapes.remove(name);
            if (!tensor.shape().equals(shape)) {
                throw new IllegalArgumentException(name + " of " + network.name()
                        + (shape == null
                                ? " is unknown"
                                : " must have the shape " + shape + ", not " + tensor.shape()));
            }
        });
        if (!shapes.isEmpty()) {
            throw new IllegalArgumentException(
                    "the weights lack " + shapes.keySet().iterator().next() + " of " + network.name());
        }
    }

    private static Tensor view(MemorySegment data, Parameter parameter) {
        return new Tensor(
                parameter.shape(),
                data.asSlice(parameter.offsetFloats() * Float.BYTES, parameter.floats() * Float.BYTES));
    }
}
