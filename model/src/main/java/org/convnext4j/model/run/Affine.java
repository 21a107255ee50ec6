package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.LinearLayer;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a layer.
 *
 * @param weight (N, ...)
 * @param bias (N), or none
 */
record Affine(Tensor weight, @Nullable Tensor bias) {
    /** Of a convolution; the weight is (N, C / G, K, K) also where the tensor is a matrix. */
    static Affine of(ConvLayer layer, TensorSource weights) {
        Tensor weight = weights.tensor(layer.weight());
        return new Affine(
                weight.shape().rank() == 2 ? weight.reshape(layer.outputs(), layer.inputs(), 1, 1) : weight,
                layer.biased() ? weights.tensor(layer.bias()) : null);
    }

    /** Of a linear layer; the weight is (N, C) also where the tensor is that of a 1x1 convolution. */
    static Affine of(LinearLayer layer, TensorSource weights) {
        return new Affine(
                weights.tensor(layer.weight()).reshape(layer.outputs(), layer.inputs()), weights.tensor(layer.bias()));
    }

    static Affine of(NormLayer layer, TensorSource weights) {
        boolean centred = layer.kind().isCentred();
        return new Affine(weights.tensor(layer.weight()), centred ? weights.tensor(layer.bias()) : null);
    }

    /** The bias, or zeros that live as long as the arena. */
    Tensor biasOrZeros(Arena arena) {
        return bias == null ? Tensor.allocate(arena, weight.dim(0)) : bias;
    }

    /** A copy that outlives the source of the weights. */
    static MemorySegment copy(Arena arena, Tensor tensor) {
        return arena.allocate(tensor.data().byteSize(), Tensor.ALIGNMENT_BYTES).copyFrom(tensor.data());
    }
}
