package org.convnext4j.engine.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Float32 elements in row-major order in one off-heap segment.
 *
 * <p>A tensor is a view: it neither owns nor frees its memory, which lives as long as the arena it came
 * from. Tensors made by {@link #allocate} start on a cache line, so a vector load at a multiple of the lanes never
 * straddles two of them; tensors that view other memory may start anywhere.
 *
 * @param shape the dimensions, outermost first
 * @param data exactly {@code shape.elements()} little-endian floats
 */
public record Tensor(Shape shape, MemorySegment data) {
    /** Where allocated tensors start: a multiple of the cache line, which is also the widest vector. */
    public static final long ALIGNMENT_BYTES = 64;

    /** The element type of every tensor; unaligned, because checkpoints pack tensors without padding. */
    public static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * Checks that the memory is off-heap and of the right size.
     *
     * @throws IllegalArgumentException if it is not
     */
    public Tensor {
        if (!data.isNative()) {
            throw new IllegalArgumentException("a tensor's memory must be off-heap; copy the array with Tensor.of");
        }
        if (data.byteSize() != shape.elements() * Float.BYTES) {
            throw new IllegalArgumentException("shape " + shape + " needs " + shape.elements() * Float.BYTES
                    + " bytes, but the segment has " + data.byteSize());
        }
    }

    /** A tensor of zeros, 64-byte aligned, that lives as long as {@code arena}. */
    public static Tensor allocate(Arena arena, int... dims) {
        Shape shape = Shape.of(dims);
        return new Tensor(shape, arena.allocate(shape.elements() * Float.BYTES, ALIGNMENT_BYTES));
    }

    /** A copy of {@code values}, row-major, that lives as long as {@code arena}. */
    public static Tensor of(Arena arena, float[] values, int... dims) {
        Tensor tensor = allocate(arena, dims);
        if (values.length != tensor.elements()) {
            throw new IllegalArgumentException("shape " + tensor.shape + " has " + tensor.elements() + " elements, but "
                    + values.length + " values were given");
        }
        MemorySegment.copy(values, 0, tensor.data, FLOAT, 0, values.length);
        return tensor;
    }

    /** How many floats there are. */
    public long elements() {
        return shape.elements();
    }

    /** Dimension {@code axis}, counted from the outermost, 0. */
    public int dim(int axis) {
        return shape.dim(axis);
    }

    /** Element {@code index} in row-major order. */
    public float get(long index) {
        return data.getAtIndex(FLOAT, index);
    }

    /** Sets element {@code index} in row-major order. */
    public void set(long index, float value) {
        data.setAtIndex(FLOAT, index, value);
    }

    /** The same memory under another shape of as many elements. */
    public Tensor reshape(int... dims) {
        return new Tensor(Shape.of(dims), data);
    }

    /**
     * A copy on the heap, row-major.
     *
     * @throws ArithmeticException if there are more elements than an array holds
     */
    public float[] toArray() {
        float[] values = new float[Math.toIntExact(elements())];
        MemorySegment.copy(data, FLOAT, 0, values, 0, values.length);
        return values;
    }
}
