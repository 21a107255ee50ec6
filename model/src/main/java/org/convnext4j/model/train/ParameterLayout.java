package org.convnext4j.model.train;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.tensor.Workspace;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.ConvNeXtWeights;

/**
 * Where each tensor of a network lies in one block of floats: in the order of the facebook state dict, each from a
 * 64-byte boundary.
 *
 * @param network whose tensors they are
 * @param parameters every tensor
 * @param floats of the whole block, padding included; a multiple of 16
 */
public record ParameterLayout(ConvNeXtConfig network, List<Parameter> parameters, long floats) {
    /** Offsets and lengths are multiples of this many floats, 64 bytes. */
    public static final long ALIGNMENT_FLOATS = Tensor.ALIGNMENT_BYTES / Float.BYTES;

    /** Copies the list. */
    public ParameterLayout {
        parameters = List.copyOf(parameters);
    }

    /** The layout of a network's tensors. */
    public static ParameterLayout of(ConvNeXtConfig network) {
        List<Parameter> parameters = new ArrayList<>();
        long[] floats = {0};
        ConvNeXtWeights.shapes(network).forEach((name, shape) -> {
            parameters.add(new Parameter(name, shape, floats[0]));
            floats[0] += Workspace.alignedBytes(shape.elements()) / Float.BYTES;
        });
        return new ParameterLayout(network, parameters, floats[0]);
    }

    /** The size of a block, bytes. */
    public long bytes() {
        return floats * Float.BYTES;
    }

    /**
     * The parameter of a facebook name.
     *
     * @throws IllegalArgumentException if the network has none
     */
    public Parameter parameter(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(network.name() + " has no parameter " + name));
    }
}
