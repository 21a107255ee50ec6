package org.convnext4j.engine.kernel;

import java.lang.foreign.MemorySegment;

/**
 * What every kernel checks about its operands before its first loop, so that no loop has to: that counts and strides are
 * none of them negative, that all that the call will touch lies within the segments, and that these may be used by this
 * thread now. Each contract has a method that does so for all of its operands.
 *
 * <p>Nothing here overflows: a product beyond a long is a range outside its segment. Empty operands may begin anywhere.
 */
public final class Operands {
    private Operands() {}

    /**
     * Checks an operand that is read.
     *
     * @param name what the message calls it
     * @param segment where it lies
     * @param offsetBytes where it begins
     * @param floats its length, gaps between rows included
     * @throws IndexOutOfBoundsException if it does not lie within the segment
     * @throws IllegalArgumentException if the segment is on the heap
     * @throws IllegalStateException if the segment's arena is closed
     * @throws WrongThreadException if the segment is confined to another thread
     */
    public static void input(String name, MemorySegment segment, long offsetBytes, long floats) {
        if (floats == 0) {
            return;
        }
        long bytes = segment.byteSize();
        if (floats < 0 || offsetBytes < 0 || offsetBytes > bytes || floats > (bytes - offsetBytes) / Float.BYTES) {
            throw new IndexOutOfBoundsException(name + ": " + floats + " floats from byte " + offsetBytes
                    + " on are not within a segment of " + bytes + " bytes");
        }
        if (!segment.isNative()) {
            throw new IllegalArgumentException(name + ": operands must be off-heap; copy the array with Tensor.of");
        }
        requireAlive(name, segment);
        if (!segment.isAccessibleBy(Thread.currentThread())) {
            throw new WrongThreadException(name + ": an operand is confined to another thread; use Arena.ofShared");
        }
    }

    /**
     * Checks an operand that is written.
     *
     * @throws IllegalArgumentException if, beside the reasons of {@link #input}, the segment is read-only
     */
    public static void output(String name, MemorySegment segment, long offsetBytes, long floats) {
        if (segment.isReadOnly()) {
            throw new IllegalArgumentException(name + ": an output must not be read-only");
        }
        input(name, segment, offsetBytes, floats);
    }

    /** As {@link #input}, for a matrix; its size as for {@link #span}. */
    public static void inputRows(
            String name, MemorySegment segment, long offsetBytes, int rows, int stride, int columns) {
        input(name, segment, offsetBytes, span(name, rows, stride, columns));
    }

    /** As {@link #output}, for a matrix; its size as for {@link #span}. */
    public static void outputRows(
            String name, MemorySegment segment, long offsetBytes, int rows, int stride, int columns) {
        output(name, segment, offsetBytes, span(name, rows, stride, columns));
    }

    /**
     * Checks those of the adjacent maps of several pictures that rows counted through all pictures belong to.
     *
     * @param offsetBytes where the first map begins, whatever the range
     * @param rowBegin first row
     * @param rowEnd one past the last row
     * @param mapRows rows of a picture
     * @param mapFloats floats of a picture's map
     * @throws IndexOutOfBoundsException if, beside the reasons of {@link #input}, pictures have no rows
     */
    public static void inputMaps(
            String name,
            MemorySegment segment,
            long offsetBytes,
            int rowBegin,
            int rowEnd,
            int mapRows,
            long mapFloats) {
        if (rowBegin == rowEnd) {
            return;
        }
        if (mapRows < 1) {
            throw new IndexOutOfBoundsException(
                    name + ": rows " + rowBegin + " to " + rowEnd + " of maps that have " + mapRows + " rows");
        }
        int first = rowBegin / mapRows;
        int count = (rowEnd - 1) / mapRows + 1 - first;
        input(name, segment, offset(offsetBytes, floats(first, mapFloats)), floats(count, mapFloats));
    }

    /**
     * Checks that memory is still there.
     *
     * @throws IllegalStateException if the segment's arena is closed
     */
    public static void requireAlive(String name, MemorySegment segment) {
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException(
                    name + ": the arena of an operand is closed; keep it open until the kernel returns");
        }
    }

    /**
     * The floats from the first of row 0 to the last of the last row.
     *
     * @param stride floats from row to row, at least {@code columns} where there is more than one row
     * @throws IndexOutOfBoundsException if one of them is negative, or the stride is too small
     */
    public static long span(String name, int rows, int stride, int columns) {
        if ((rows | stride | columns) < 0 || (stride < columns && rows > 1)) {
            throw new IndexOutOfBoundsException(name + ": there are no " + rows + " rows of " + columns
                    + " floats, each " + stride + " after the one before");
        }
        return rows == 0 || columns == 0 ? 0 : (rows - 1L) * stride + columns;
    }

    /**
     * Checks a range.
     *
     * @param name what the message calls where it begins
     * @param size where it may end at most
     * @throws IndexOutOfBoundsException if it begins before 0, ends before it begins, or ends beyond the size
     */
    public static void range(String name, int begin, int end, int size) {
        if (begin < 0 || begin > end || end > size) {
            throw new IndexOutOfBoundsException(
                    name + ": from " + begin + " to " + end + " is no range within 0 to " + size);
        }
    }

    /**
     * Checks a number of things.
     *
     * @throws IndexOutOfBoundsException if it is negative
     */
    public static void count(String name, int count) {
        if (count < 0) {
            throw new IndexOutOfBoundsException(name + " is " + count + ", but must not be negative");
        }
    }

    /**
     * Checks what something is divided by or into: a number of ranges, the side of a patch.
     *
     * @throws IndexOutOfBoundsException if it is less than 1
     */
    public static void positive(String name, int value) {
        if (value < 1) {
            throw new IndexOutOfBoundsException(name + " is " + value + ", but must be at least 1");
        }
    }

    /**
     * How many floats an operand of two dimensions has.
     *
     * @throws IndexOutOfBoundsException if one is negative, or there are more than memory has
     */
    public static long floats(long a, long b) {
        long product = a * b;
        if ((a | b) < 0 || product < 0 || Math.multiplyHigh(a, b) != 0) {
            throw new IndexOutOfBoundsException("an operand of " + a + " x " + b + " floats");
        }
        return product;
    }

    /** As {@link #floats(long, long)}. */
    public static long floats(long a, long b, long c) {
        return floats(floats(a, b), c);
    }

    /** As {@link #floats(long, long)}. */
    public static long floats(long a, long b, long c, long d) {
        return floats(floats(floats(a, b), c), d);
    }

    /**
     * So many floats after an offset.
     *
     * @throws IndexOutOfBoundsException if that is beyond a long
     */
    public static long offset(long bytes, long floats) {
        if (floats < 0 || floats > (Long.MAX_VALUE - Math.max(0, bytes)) / Float.BYTES) {
            throw new IndexOutOfBoundsException("an operand begins " + floats + " floats after byte " + bytes);
        }
        return bytes + floats * Float.BYTES;
    }
}
