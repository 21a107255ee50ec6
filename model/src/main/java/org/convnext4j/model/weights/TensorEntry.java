package org.convnext4j.model.weights;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.convnext4j.engine.tensor.Tensor;

/**
 * One tensor of a checkpoint as the file has it. Name, type and shape are there at once; the elements are read when they
 * are asked for.
 */
public final class TensorEntry {
    /** Bytes that are read at once where elements are converted on the way. */
    private static final long CHUNK_BYTES = 1 << 17;

    /** Dimensions in a message, of which a hostile file may declare millions. */
    private static final int MAX_FORMATTED = 16;

    private final String name;
    private final DType dtype;
    private final List<Long> shape;
    private final TensorData data;

    /**
     * A tensor in memory.
     *
     * @param name the file's own name of it
     * @param dtype of each element
     * @param shape the dimensions, outermost first, each 0 or more; copied
     * @param data the elements in row-major order, little endian, {@code elements() * dtype.bytes()} bytes
     * @throws IllegalArgumentException if a dimension is negative or the data has another size
     */
    public TensorEntry(String name, DType dtype, List<Long> shape, MemorySegment data) {
        this(name, dtype, shape, new TensorData.InMemory(data));
    }

    TensorEntry(String name, DType dtype, List<Long> shape, TensorData data) {
        this.name = name;
        this.dtype = dtype;
        this.shape = List.copyOf(shape);
        this.data = data;
        long bytes = byteSize(this.shape, dtype);
        if (bytes != data.byteSize()) {
            throw new IllegalArgumentException(
                    "tensor " + Names.cut(name) + " of shape " + format(shape) + " and type " + dtype
                            + " needs " + (bytes < 0 ? "more bytes than a long holds" : bytes + " bytes") + ", not "
                            + data.byteSize());
        }
    }

    /** The file's own name of it. */
    public String name() {
        return name;
    }

    /** The type of each element. */
    public DType dtype() {
        return dtype;
    }

    /** The dimensions, outermost first, each 0 or more; unmodifiable. */
    public List<Long> shape() {
        return shape;
    }

    /**
     * The elements in row-major order, little endian, {@code elements() * dtype.bytes()} bytes. Those of a file are read at
     * the first call, and can be read from the result until the checkpoint is closed.
     *
     * @throws CheckpointException if the file cannot be read any more, or has become shorter
     * @throws IllegalStateException if the checkpoint is closed
     */
    public MemorySegment data() {
        return data.memory();
    }

    /** Copies the bytes from {@code offset} on; unlike {@link #data} it keeps nothing. */
    void read(long offset, MemorySegment target) {
        data.read(offset, target);
    }

    /** Where the elements lie in a file, in this order; empty if they do not. */
    Optional<FileRange> range() {
        return data instanceof TensorData.InFile inFile ? Optional.of(inFile.range()) : Optional.empty();
    }

    /** The same elements under another name and shape. */
    TensorEntry as(String newName, List<Long> newShape) {
        return new TensorEntry(newName, dtype, newShape, data);
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
     * @throws CheckpointException if the file cannot be read any more, or has become shorter
     * @throws IllegalStateException if the checkpoint is closed
     */
    public void copyTo(Tensor target) {
        if (target.elements() != elements()) {
            throw new IllegalArgumentException("tensor " + Names.cut(name) + " of shape " + format(shape)
                    + " does not fit into " + target.shape());
        }
        MemorySegment floats = target.data();
        if (dtype == DType.F32) {
            data.read(0, floats);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            long chunk = Math.min(CHUNK_BYTES, data.byteSize());
            MemorySegment buffer = arena.allocate(chunk, Long.BYTES);
            for (long from = 0; from < data.byteSize(); from += chunk) {
                MemorySegment part = buffer.asSlice(0, Math.min(chunk, data.byteSize() - from));
                data.read(from, part);
                long count = part.byteSize() / dtype.bytes();
                FloatConversion.toFloat32(
                        dtype, part, floats.asSlice(from / dtype.bytes() * Float.BYTES, count * Float.BYTES));
            }
        }
    }

    @Override
    public String toString() {
        return name + " " + dtype + " " + format(shape);
    }

    /** A shape the way messages print it: {@code (16, 3, 4, 4)}. */
    static String format(List<Long> shape) {
        String more = shape.size() > MAX_FORMATTED ? ", ..." : "";
        return shape.stream()
                .limit(MAX_FORMATTED)
                .map(String::valueOf)
                .collect(Collectors.joining(", ", "(", more + ")"));
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
