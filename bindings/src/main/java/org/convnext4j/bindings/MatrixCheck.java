package org.convnext4j.bindings;

import java.lang.foreign.MemorySegment;

/**
 * Checks, before native code is called, that it will stay within the memory it is given; a mistake would otherwise end
 * the JVM or change memory of someone else.
 */
final class MatrixCheck {
    private static final long FLOAT_BYTES = Float.BYTES;

    private MatrixCheck() {}

    /**
     * Checks that a size is not negative.
     *
     * @throws IllegalArgumentException if it is
     */
    static void size(String name, int count) {
        if (count < 0) {
            throw new IllegalArgumentException(name + " is " + count + " but must not be negative");
        }
    }

    /**
     * Checks that a row-major matrix fits its segment.
     *
     * @param ld distance between the starts of rows, in floats
     * @throws IllegalArgumentException if the distance is too small, or the segment is too small or not off-heap
     */
    static void matrix(String name, MemorySegment segment, int rows, int columns, int ld) {
        if (ld < Math.max(1, columns)) {
            throw new IllegalArgumentException("ld" + name + " is " + ld + " but must be at least "
                    + Math.max(1, columns) + ", the row length of " + name);
        }
        long floats = rows == 0 || columns == 0 ? 0 : (rows - 1L) * ld + columns;
        segment(name, segment, floats, rows + " x " + columns + " matrix with ld " + ld);
    }

    /**
     * Checks that a strided vector fits its segment.
     *
     * @param increment distance between elements, in floats
     * @throws IllegalArgumentException if the distance is not positive, or the segment is too small or not off-heap
     */
    static void vector(String name, MemorySegment segment, int length, int increment) {
        if (increment < 1) {
            throw new IllegalArgumentException("inc" + name + " is " + increment + " but must be at least 1");
        }
        long floats = length == 0 ? 0 : (length - 1L) * increment + 1;
        segment(name, segment, floats, "vector of " + length + " with step " + increment);
    }

    /**
     * Checks that a result may be written.
     *
     * @throws IllegalArgumentException if the segment is read-only
     */
    static void writable(String name, MemorySegment segment) {
        if (segment.isReadOnly()) {
            throw new IllegalArgumentException("the segment of " + name + " is read-only but receives the result");
        }
    }

    private static void segment(String name, MemorySegment segment, long floats, String shape) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException("the segment of " + name
                    + " is a Java array but must be off-heap; allocate it from an Arena or copy it there");
        }
        if (segment.address() % FLOAT_BYTES != 0) {
            throw new IllegalArgumentException(
                    "the segment of " + name + " is not aligned to " + FLOAT_BYTES + " bytes");
        }
        // Counted in floats: the bytes of the largest matrix do not fit in a long.
        if (segment.byteSize() / FLOAT_BYTES < floats) {
            throw new IllegalArgumentException("the segment of " + name + " has " + segment.byteSize() + " bytes but a "
                    + shape + " needs " + floats + " floats of " + FLOAT_BYTES + " bytes");
        }
    }
}
