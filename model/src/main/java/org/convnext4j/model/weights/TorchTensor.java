package org.convnext4j.model.weights;

import java.util.List;

/**
 * A tensor as a pickle describes it, not yet checked against the storage.
 *
 * @param storage where the elements are
 * @param offset of the first element, elements
 * @param shape the dimensions
 * @param strides the step of each dimension, elements
 */
record TorchTensor(TorchStorage storage, long offset, List<Long> shape, List<Long> strides) {
    /** Whether the elements lie in row-major order without gaps. */
    boolean isContiguous() {
        long expected = 1;
        for (int d = shape.size() - 1; d >= 0; d--) {
            if (shape.get(d) != 1) {
                if (strides.get(d) != expected) {
                    return false;
                }
                expected *= shape.get(d);
            }
        }
        return true;
    }

    /**
     * How many elements of the storage, from its start, the tensor needs.
     *
     * @throws ArithmeticException if the number leaves the range of a long
     */
    long extent() {
        long last = Math.addExact(storage.viewOffset(), offset);
        for (int d = 0; d < shape.size(); d++) {
            if (shape.get(d) == 0) {
                return 0;
            }
            last = Math.addExact(last, Math.multiplyExact(shape.get(d) - 1, strides.get(d)));
        }
        return Math.addExact(last, 1L);
    }
}
