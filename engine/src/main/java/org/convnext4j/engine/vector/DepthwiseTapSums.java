package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The weight gradient of one row of a depthwise filter of any size, for one row of gradY and one vector of channels: up to
 * 4 taps at a time, whose sums stay in registers along the row. Several pixels are taken at once, with sums of their
 * own, because fewer than 8 chains of FMAs would wait for each other.
 */
final class DepthwiseTapSums {
    /** Pixels of gradY that are taken at once, at most; rows of gradY are filled up with zeros to a multiple of it. */
    static final int STEP = 4;

    private DepthwiseTapSums() {}

    /**
     * Adds {@code sum over w of grad[w] line[w stride + kx]} to each of K sums.
     *
     * @param kernel K
     * @param pixels a multiple of {@link #STEP}
     * @param stepBytes from one gradient's first input to the next one's: the stride in vectors
     * @param line the address of {@code (pixels - 1) stride + K} vectors
     * @param grad the address of {@code pixels} vectors
     * @param sums the address of K vectors
     */
    static void add(int kernel, int pixels, long stepBytes, long line, long grad, long sums) {
        int taken;
        for (int kx = 0; kx < kernel; kx += taken) {
            long in = line + kx * Lanes.BYTES;
            long to = sums + kx * Lanes.BYTES;
            int left = kernel - kx;
            // 9 is 3 + 3 + 3, 11 is 4 + 4 + 3, 7 is 4 + 3 and 5 is 3 + 2: a single tap is left of 1 alone.
            if (left == 1) {
                one(pixels, stepBytes, in, grad, to);
                taken = 1;
            } else if (left == 2) {
                two(pixels, stepBytes, in, grad, to);
                taken = 2;
            } else if (left % 3 == 0 || left == 5) {
                three(pixels, stepBytes, in, grad, to);
                taken = 3;
            } else {
                four(pixels, stepBytes, in, grad, to);
                taken = 4;
            }
        }
    }

    private static void one(int pixels, long stepBytes, long line, long grad, long sums) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int w = 0; w < pixels; w += 4) {
            long at = line + w * stepBytes;
            long from = grad + w * Lanes.BYTES;
            FloatVector g0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from, LITTLE_ENDIAN);
            FloatVector g1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector g2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + 2 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector g3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + 3 * Lanes.BYTES, LITTLE_ENDIAN);
            s0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, LITTLE_ENDIAN)
                    .fma(g0, s0);
            s1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + stepBytes, LITTLE_ENDIAN)
                    .fma(g1, s1);
            s2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 2 * stepBytes, LITTLE_ENDIAN)
                    .fma(g2, s2);
            s3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 3 * stepBytes, LITTLE_ENDIAN)
                    .fma(g3, s3);
        }
        s0.add(s1)
                .add(s2.add(s3))
                .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sums, LITTLE_ENDIAN);
    }

    private static void two(int pixels, long stepBytes, long line, long grad, long sums) {
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        for (int w = 0; w < pixels; w += 4) {
            long at = line + w * stepBytes;
            long from = grad + w * Lanes.BYTES;
            FloatVector g0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from, LITTLE_ENDIAN);
            a0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, LITTLE_ENDIAN)
                    .fma(g0, a0);
            b0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + Lanes.BYTES, LITTLE_ENDIAN)
                    .fma(g0, b0);
            FloatVector g1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + Lanes.BYTES, LITTLE_ENDIAN);
            a1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + stepBytes, LITTLE_ENDIAN)
                    .fma(g1, a1);
            b1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + stepBytes + Lanes.BYTES, LITTLE_ENDIAN)
                    .fma(g1, b1);
            FloatVector g2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + 2 * Lanes.BYTES, LITTLE_ENDIAN);
            a2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 2 * stepBytes, LITTLE_ENDIAN)
                    .fma(g2, a2);
            b2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 2 * stepBytes + Lanes.BYTES, LITTLE_ENDIAN)
                    .fma(g2, b2);
            FloatVector g3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + 3 * Lanes.BYTES, LITTLE_ENDIAN);
            a3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 3 * stepBytes, LITTLE_ENDIAN)
                    .fma(g3, a3);
            b3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 3 * stepBytes + Lanes.BYTES, LITTLE_ENDIAN)
                    .fma(g3, b3);
        }
        a0.add(a1)
                .add(a2.add(a3))
                .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sums, LITTLE_ENDIAN);
        b0.add(b1)
                .add(b2.add(b3))
                .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums + Lanes.BYTES, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sums + Lanes.BYTES, LITTLE_ENDIAN);
    }

    private static void three(int pixels, long stepBytes, long line, long grad, long sums) {
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector a1 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector c0 = a0;
        FloatVector c1 = a0;
        for (int w = 0; w < pixels; w += 2) {
            long at = line + w * stepBytes;
            long from = grad + w * Lanes.BYTES;
            FloatVector g0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from, LITTLE_ENDIAN);
            a0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, LITTLE_ENDIAN)
                    .fma(g0, a0);
            b0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + Lanes.BYTES, LITTLE_ENDIAN)
                    .fma(g0, b0);
            c0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 2 * Lanes.BYTES, LITTLE_ENDIAN)
                    .fma(g0, c0);
            FloatVector g1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + Lanes.BYTES, LITTLE_ENDIAN);
            a1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + stepBytes, LITTLE_ENDIAN)
                    .fma(g1, a1);
            b1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + stepBytes + Lanes.BYTES, LITTLE_ENDIAN)
                    .fma(g1, b1);
            c1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + stepBytes + 2 * Lanes.BYTES, LITTLE_ENDIAN)
                    .fma(g1, c1);
        }
        a0.add(a1)
                .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sums, LITTLE_ENDIAN);
        b0.add(b1)
                .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums + Lanes.BYTES, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sums + Lanes.BYTES, LITTLE_ENDIAN);
        c0.add(c1)
                .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums + 2 * Lanes.BYTES, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sums + 2 * Lanes.BYTES, LITTLE_ENDIAN);
    }

    private static void four(int pixels, long stepBytes, long line, long grad, long sums) {
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector a1 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector c0 = a0;
        FloatVector c1 = a0;
        FloatVector d0 = a0;
        FloatVector d1 = a0;
        for (int w = 0; w < pixels; w += 2) {
            long at = line + w * stepBytes;
            long from = grad + w * Lanes.BYTES;
            FloatVector g0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from, LITTLE_ENDIAN);
            a0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, LITTLE_ENDIAN)
                    .fma(g0, a0);
            b0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + Lanes.BYTES, LITTLE_ENDIAN)
                    .fma(g0, b0);
            c0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 2 * Lanes.BYTES, LITTLE_ENDIAN)
                    .fma(g0, c0);
            d0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 3 * Lanes.BYTES, LITTLE_ENDIAN)
                    .fma(g0, d0);
            FloatVector g1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + Lanes.BYTES, LITTLE_ENDIAN);
            a1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + stepBytes, LITTLE_ENDIAN)
                    .fma(g1, a1);
            b1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + stepBytes + Lanes.BYTES, LITTLE_ENDIAN)
                    .fma(g1, b1);
            c1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + stepBytes + 2 * Lanes.BYTES, LITTLE_ENDIAN)
                    .fma(g1, c1);
            d1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + stepBytes + 3 * Lanes.BYTES, LITTLE_ENDIAN)
                    .fma(g1, d1);
        }
        a0.add(a1)
                .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sums, LITTLE_ENDIAN);
        b0.add(b1)
                .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums + Lanes.BYTES, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sums + Lanes.BYTES, LITTLE_ENDIAN);
        c0.add(c1)
                .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums + 2 * Lanes.BYTES, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sums + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        d0.add(d1)
                .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums + 3 * Lanes.BYTES, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sums + 3 * Lanes.BYTES, LITTLE_ENDIAN);
    }
}
