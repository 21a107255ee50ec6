package org.convnext4j.model.weights;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The elements of a tensor, little endian and in row-major order, wherever they are. */
sealed interface TensorData {
    /** How many bytes. */
    long byteSize();

    /** All of them in memory, which for those of a file is read at the first call and kept until the file is closed. */
    MemorySegment memory();

    /** Copies the bytes from {@code offset} on, and keeps nothing. */
    void read(long offset, MemorySegment target);

    /**
     * In memory from the start.
     *
     * @param memory all of them
     */
    record InMemory(MemorySegment memory) implements TensorData {
        @Override
        public long byteSize() {
            return memory.byteSize();
        }

        @Override
        public void read(long offset, MemorySegment target) {
            MemorySegment.copy(memory, offset, target, 0, target.byteSize());
        }
    }

    /** In a file, in this order. */
    final class InFile implements TensorData {
        private final FileRange range;
        private @Nullable MemorySegment kept;

        InFile(FileRange range) {
            this.range = range;
        }

        /** Where. */
        FileRange range() {
            return range;
        }

        @Override
        public long byteSize() {
            return range.byteSize();
        }

        @Override
        public synchronized MemorySegment memory() {
            if (kept == null) {
                MemorySegment memory = range.file().allocate(byteSize());
                range.read(0, memory);
                kept = memory;
            }
            return kept;
        }

        @Override
        public void read(long offset, MemorySegment target) {
            range.read(offset, target);
        }
    }

    /** In a file, in another order. */
    final class Rearranged implements TensorData {
        private final CheckpointFile file;
        private final long byteSize;
        private final Consumer<MemorySegment> fill;
        private @Nullable MemorySegment kept;

        /** @param fill writes all of them, in order */
        Rearranged(CheckpointFile file, long byteSize, Consumer<MemorySegment> fill) {
            this.file = file;
            this.byteSize = byteSize;
            this.fill = fill;
        }

        @Override
        public long byteSize() {
            return byteSize;
        }

        @Override
        public synchronized MemorySegment memory() {
            if (kept == null) {
                MemorySegment memory = file.allocate(byteSize);
                fill.accept(memory);
                kept = memory;
            }
            return kept;
        }

        @Override
        public void read(long offset, MemorySegment target) {
            Objects.checkFromIndexSize(offset, target.byteSize(), byteSize);
            if (target.byteSize() == byteSize) {
                fill.accept(target);
            } else {
                MemorySegment.copy(memory(), offset, target, 0, target.byteSize());
            }
        }
    }
}
