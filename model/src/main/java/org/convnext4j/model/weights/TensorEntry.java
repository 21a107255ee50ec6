package org.convnext4j.model.weights;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Collectors;
import org.convnext4j.engine.tensor.Tensor;

/**
 * One tensor of a checkpoint as the file has it.
 *
 * @param name the file's own name of it
 * @param dtype of each element
 * @param shape the dimensions, outermost first, each 0 or more
 * @param data the elements in row-major order, little endian, {@code elements() * dtype.bytes()} bytes, readable until
 *     the checkpoint is closed
 */
public record TensorEntry(String name, DType dtype, List<Long> shape, MemorySegment data) {
    /**
     * Copies the shape and checks it against the data.
     *
     * @throws IllegalArgumentException if a dimension is negative or the data has another size
     */
    public TensorEntry {
        shape = List.copyOf(shape);
        long bytes = byteSize(shape, dtype);
        if (bytes != data.byteSize()) {
            throw new IllegalArgumentException("tensor " + name + " of shape " + format(shape) + " and type " + dtype
                    + " needs " + (bytes < 0 ? "more bytes than a long holds" : bytes + " bytes") + ", not "
                    + data.byteSize());
        }
    }

    /** The product of the dimensions; 1 for a scalar. */
    public long elements() {
        return data.byteSize() / dtype.bytes();
    }

    /**
     * Copies the elements, converted to float32.
     *
     * @param target of as many elements
     * @throws IllegalArgumentException if it has another number of elements, or these are no floating-point numbers
     */
    public void copyTo(Tensor target) {
        if (target.elements() != elements()) {
            throw new IllegalArgumentException(
                    "tensor " + name + " of shape " + format(shape) + " does not fit into " + target.shape());
        }
        FloatConversion.toFloat32(dtype, data, target.data());
    }

    /** A shape the way messages print it: {@code (16, 3, 4, 4)}. */
    static String format(List<Long> shape) {
        return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
    }

    /** Bytes of a tensor, or -1 if a dimension is negative or the product leaves the range of a long. */
    static long byteSize(List<Long> shape, DType dtype) {
        long elements = elements(shape);
        return elements < 0 || elements > Long.MAX_VALUE / dtype.bytes() ? -1 : elements * dtype.bytes();
    }

    /** The product of the dimensions, or -1 if one is negative or the product leaves the range of a long. */
    static long elements(List<Long> shape) {
        boolean empty = false;
        long elements = 1;
        for (long dim : shape) {
            if (dim < 0) {
                return -1;
            }
            empty |= dim == 0;
            if (dim > 0) {
                if (elements > Long.MAX_VALUE / dim) {
                    return -1;
                }
                elements *= dim;
            }
        }
        return empty ? 0 : elements;
    }
}
