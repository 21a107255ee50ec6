package org.convnext4j.model.weights;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.convnext4j.bindings.LargeMemory;
import org.jspecify.annotations.Nullable;

/** Turns what a pickle says of tensors into checked, contiguous, little-endian ones, whose elements are read later. */
final class TorchTensors {
    /**
     * How much larger than the file the copies of tensors may be that are not in row-major order, expanded ones among
     * them: a bias expanded from one value is fine, a network of gigabytes out of a few kilobytes is not.
     */
    static final int MAX_COPIES = 16;

    private final CheckpointFile file;
    private final TorchContent content;
    private long copied;

    TorchTensors(CheckpointFile file, TorchContent content) {
        this.file = file;
        this.content = content;
    }

    /** The tensor's elements in row-major order: where they lie if the file has them so, otherwise a copy to be made. */
    TensorEntry entry(String name, TorchTensor tensor) {
        DType dtype = tensor.storage().dtype();
        FileRange storage = storage(name, tensor);
        long bytes = TensorEntry.byteSize(tensor.shape(), dtype);
        if (tensor.isContiguous() && (!content.bigEndian() || dtype.bytes() == 1)) {
            long start = bytes == 0 ? 0 : (tensor.storage().viewOffset() + tensor.offset()) * dtype.bytes();
            return new TensorEntry(name, dtype, tensor.shape(), new TensorData.InFile(storage.asSlice(start, bytes)));
        }
        // What has to be read for it, which is more than it holds where it steps over elements of others.
        long first = tensor.storage().viewOffset() + tensor.offset();
        FileRange span = bytes == 0
                ? storage.asSlice(0, 0)
                : storage.asSlice(first * dtype.bytes(), (tensor.extent() - first) * dtype.bytes());
        long copyBytes = Math.max(bytes, span.byteSize());
        if (copyBytes > MAX_COPIES * file.all().byteSize() - copied) {
            throw bad(
                    name,
                    "repeats elements of its storage, so that copies would be more than " + MAX_COPIES
                            + " times larger than the file");
        }
        copied += copyBytes;
        TensorData data = new TensorData.Rearranged(file, bytes, target -> copy(tensor, span, target, dtype.bytes()));
        return new TensorEntry(name, dtype, tensor.shape(), data);
    }

    /** The storage, long enough for everything the tensor reaches. */
    private FileRange storage(String name, TorchTensor tensor) {
        TorchStorage reference = tensor.storage();
        @Nullable FileRange storage = content.storages().get(reference.key());
        if (storage == null) {
            throw bad(name, "refers to the storage " + reference.key() + ", which the file lacks");
        }
        List<Long> shape = tensor.shape();
        boolean negative = tensor.offset() < 0
                || reference.elements() < 0
                || reference.viewOffset() < 0
                || shape.stream().anyMatch(dim -> dim < 0)
                || tensor.strides().stream().anyMatch(stride -> stride < 0);
        if (negative || shape.size() != tensor.strides().size()) {
            throw bad(name, "has the impossible shape " + TensorEntry.format(shape) + " or strides");
        }
        int size = reference.dtype().bytes();
        long extent;
        try {
            extent = tensor.extent();
        } catch (ArithmeticException e) {
            throw new CheckpointException(
                    file.path(),
                    "tensor " + Names.cut(name) + " has the impossible shape " + TensorEntry.format(shape),
                    e);
        }
        if (TensorEntry.byteSize(shape, reference.dtype()) < 0) {
            throw bad(name, "has the impossible shape " + TensorEntry.format(shape));
        }
        if (reference.elements() > storage.byteSize() / size || extent > storage.byteSize() / size) {
            throw bad(
                    name,
                    "of shape " + TensorEntry.format(shape) + " and type " + reference.dtype()
                            + " does not fit its storage of " + storage.byteSize() + " bytes");
        }
        return storage;
    }

    private void copy(TorchTensor tensor, FileRange span, MemorySegment to, int size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = LargeMemory.allocate(arena, span.byteSize(), Long.BYTES);
            span.read(0, from);
            copy(tensor, from, to, size);
        }
    }

    private void copy(TorchTensor tensor, MemorySegment from, MemorySegment to, int size) {
        int rank = tensor.shape().size();
        long[] index = new long[rank];
        long source = 0;
        for (long target = 0; target < to.byteSize(); target += size) {
            for (int b = 0; b < size; b++) {
                byte value = from.get(ValueLayout.JAVA_BYTE, source * size + b);
                to.set(ValueLayout.JAVA_BYTE, target + (content.bigEndian() ? size - 1 - b : b), value);
            }
            for (int d = rank - 1; d >= 0; d--) {
                source += tensor.strides().get(d);
                if (++index[d] < tensor.shape().get(d)) {
                    break;
                }
                source -= tensor.shape().get(d) * tensor.strides().get(d);
                index[d] = 0;
            }
        }
    }

    private CheckpointException bad(String name, String reason) {
        return new CheckpointException(file.path(), "tensor " + Names.cut(name) + " " + reason);
    }
}
