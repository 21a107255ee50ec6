package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Lines of a map for one vector of channels, dense in scratch memory, and filters of any size applied to them. A filter
 * covers a strip of {@link #PIXELS} output pixels, whose sums stay in registers over all of its taps: 7 FMAs, each with
 * its input from the first-level cache, for every load of a weight.
 */
final class DepthwiseLines {
    /** Output pixels of a strip; it divides the widths of the maps of a 224-pixel picture. */
    static final int PIXELS = 7;

    private DepthwiseLines() {}

    /** Pixels of whole strips that cover so many. */
    static int covered(int pixels) {
        return (pixels + PIXELS - 1) / PIXELS * PIXELS;
    }

    /**
     * A strip of output pixels, each of them the bias and, tap by tap, the products with the pixels around it.
     *
     * @param rows rows of the filter that lie in the map
     * @param taps columns of the filter
     * @param filterBytes from one row of the filter's weights to the next
     * @param lineBytes from one line to the next
     * @param stepBytes from one output pixel's input to the next one's
     * @param x the address of the first output pixel's first input
     * @param weight the address of the first of the rows' weights
     * @param bias the address of the bias
     * @param pixelBytes from one output pixel to the next
     * @param y the address of the first output pixel
     */
    static void strip(
            int rows,
            int taps,
            long filterBytes,
            long lineBytes,
            long stepBytes,
            long x,
            long weight,
            long bias,
            long pixelBytes,
            long y) {
        FloatVector s0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, bias, LITTLE_ENDIAN);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        for (int row = 0; row < rows; row++) {
            for (int tap = 0; tap < taps; tap++) {
                long offset = tap * Lanes.BYTES;
                long at = x + row * lineBytes + offset;
                FloatVector w = FloatVector.fromMemorySegment(
                        SPECIES, Memory.ALL, weight + row * filterBytes + offset, LITTLE_ENDIAN);
                s0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, LITTLE_ENDIAN)
                        .fma(w, s0);
                s1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + stepBytes, LITTLE_ENDIAN)
                        .fma(w, s1);
                s2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 2 * stepBytes, LITTLE_ENDIAN)
                        .fma(w, s2);
                s3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 3 * stepBytes, LITTLE_ENDIAN)
                        .fma(w, s3);
                s4 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 4 * stepBytes, LITTLE_ENDIAN)
                        .fma(w, s4);
                s5 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 5 * stepBytes, LITTLE_ENDIAN)
                        .fma(w, s5);
                s6 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 6 * stepBytes, LITTLE_ENDIAN)
                        .fma(w, s6);
            }
        }
        s0.intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN);
        s1.intoMemorySegment(Memory.ALL, y + pixelBytes, LITTLE_ENDIAN);
        s2.intoMemorySegment(Memory.ALL, y + 2 * pixelBytes, LITTLE_ENDIAN);
        s3.intoMemorySegment(Memory.ALL, y + 3 * pixelBytes, LITTLE_ENDIAN);
        s4.intoMemorySegment(Memory.ALL, y + 4 * pixelBytes, LITTLE_ENDIAN);
        s5.intoMemorySegment(Memory.ALL, y + 5 * pixelBytes, LITTLE_ENDIAN);
        s6.intoMemorySegment(Memory.ALL, y + 6 * pixelBytes, LITTLE_ENDIAN);
    }

    /** Copies one vector of channels of adjacent pixels to a line, or the first lanes of it and zeros. */
    static void copyIn(int used, int pixels, long pixelBytes, long from, long to) {
        if (used == LANES) {
            for (int p = 0; p < pixels; p++) {
                FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + p * pixelBytes, LITTLE_ENDIAN)
                        .intoMemorySegment(Memory.ALL, to + p * Lanes.BYTES, LITTLE_ENDIAN);
            }
        } else {
            maskedCopyIn(used, pixels, pixelBytes, from, to);
        }
    }

    private static void maskedCopyIn(int used, int pixels, long pixelBytes, long from, long to) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        for (int p = 0; p < pixels; p++) {
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + p * pixelBytes, LITTLE_ENDIAN, mask)
                    .intoMemorySegment(Memory.ALL, to + p * Lanes.BYTES, LITTLE_ENDIAN);
        }
    }

    /** Copies a dense line, or the first lanes of it, to pixels so many bytes apart. */
    static void copyOut(int used, int pixels, long pixelBytes, long from, long to) {
        if (used == LANES) {
            for (int p = 0; p < pixels; p++) {
                FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + p * Lanes.BYTES, LITTLE_ENDIAN)
                        .intoMemorySegment(Memory.ALL, to + p * pixelBytes, LITTLE_ENDIAN);
            }
        } else {
            maskedCopyOut(used, pixels, pixelBytes, from, to);
        }
    }

    private static void maskedCopyOut(int used, int pixels, long pixelBytes, long from, long to) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        for (int p = 0; p < pixels; p++) {
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + p * Lanes.BYTES, LITTLE_ENDIAN)
                    .intoMemorySegment(Memory.ALL, to + p * pixelBytes, LITTLE_ENDIAN, mask);
        }
    }
}
