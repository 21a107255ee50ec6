package org.convnext4j.model.onnx;

import java.util.List;
import org.convnext4j.engine.tensor.Tensor;

/**
 * A constant of a graph.
 *
 * @param name of the value
 * @param tensor the numbers
 * @param transposed whether the matrix {@code tensor} is stored with rows and columns exchanged
 */
record Initializer(String name, Tensor tensor, boolean transposed) {
    /** The shape it has in the file. */
    List<Integer> dims() {
        List<Integer> dims = tensor.shape().dims();
        return transposed ? List.of(dims.get(1), dims.get(0)) : dims;
    }

    /** The length of the numbers, bytes. */
    long bytes() {
        return tensor.data().byteSize();
    }
}
