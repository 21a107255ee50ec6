package org.convnext4j.model.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.convnext4j.bindings.LargeMemory;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.weights.Checkpoint;
import org.convnext4j.model.weights.CheckpointException;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.TensorEntry;

/** Blocks of parameters out of files: first all are checked, then all are copied. */
final class BlockReader implements AutoCloseable {
    private final Map<Path, Checkpoint> files = new HashMap<>();
    private final List<Runnable> copies = new ArrayList<>();

    /** Checks that a file has every tensor of a block, in its shape and with finite values. */
    void check(Path path, String prefix, ParameterBlock block) {
        Checkpoint file = files.computeIfAbsent(path, Checkpoint::open);
        Map<String, TensorEntry> entries = new HashMap<>();
        file.entries().forEach(entry -> entries.put(entry.name(), entry));
        for (Parameter parameter : block.layout().parameters()) {
            String name = prefix + parameter.name();
            TensorEntry entry = entries.get(name);
            List<Long> shape =
                    parameter.shape().dims().stream().map(Integer::longValue).toList();
            if (entry == null) {
                throw new CheckpointException(path, "lacks the tensor " + name);
            }
            if (entry.dtype() != DType.F32 || !entry.shape().equals(shape)) {
                throw new CheckpointException(
                        path,
                        "has the tensor " + name + " in the type " + entry.dtype() + " and shape " + entry.shape()
                                + ", not F32 and " + shape);
            }
            requireFinite(path, name, entry);
            copies.add(() -> entry.copyTo(block.tensor(parameter)));
        }
    }

    /** Copies all that was checked. */
    void copy() {
        copies.forEach(Runnable::run);
    }

    /** A tensor of a file is read for this and let go again: files of training are four times as large as a model. */
    private static void requireFinite(Path path, String name, TensorEntry entry) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = LargeMemory.allocate(arena, entry.elements() * Float.BYTES, Float.BYTES);
            entry.copyTo(new Tensor(Shape.of(Math.toIntExact(entry.elements())), values));
            requireFinite(path, name, values);
        }
    }

    /** Refuses a tensor with a NaN or an infinity. */
    static void requireFinite(Path path, String name, MemorySegment data) {
        long floats = data.byteSize() / Float.BYTES;
        for (long i = 0; i < floats; i++) {
            float value = data.getAtIndex(Tensor.FLOAT, i);
            if (!Float.isFinite(value)) {
                throw new CheckpointException(
                        path,
                        "tensor " + name + " has the value " + value + " at element " + i
                                + "; the training diverged, lower the learning rate");
            }
        }
    }

    @Override
    public void close() {
        files.values().forEach(Checkpoint::close);
    }
}
