package org.convnext4j.model.weights;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A part of a checkpoint's file, of which nothing is read before it is asked for.
 *
 * @param file open as long as this is used
 * @param begin position of the first byte
 * @param byteSize how many
 */
record FileRange(CheckpointFile file, long begin, long byteSize) {
    /** A part of this. */
    FileRange asSlice(long offset, long bytes) {
        Objects.checkFromIndexSize(offset, bytes, byteSize);
        return new FileRange(file, begin + offset, bytes);
    }

    /** All from {@code offset} on. */
    FileRange asSlice(long offset) {
        return asSlice(offset, byteSize - offset);
    }

    /**
     * Fills memory with the bytes from {@code offset} on.
     *
     * @throws CheckpointException as {@link CheckpointFile#read}
     */
    void read(long offset, MemorySegment target) {
        Objects.checkFromIndexSize(offset, target.byteSize(), byteSize);
        file.read(begin + offset, target);
    }

    /** Some bytes in an array; how many is the caller's to bound. */
    byte[] toArray(long offset, int bytes) {
        Objects.checkFromIndexSize(offset, bytes, byteSize);
        byte[] array = new byte[bytes];
        read(offset, MemorySegment.ofArray(array));
        return array;
    }
}
