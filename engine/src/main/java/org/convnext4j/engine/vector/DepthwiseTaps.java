package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of the depthwise convolution's weight gradient, for one vector of channels in dense rows.
 *
 * <p>A row of gradY and a row of x give the 7 taps of one row of the filter. Their sums stay in registers along the row,
 * 4 pixels of gradY at a time: 28 FMAs for 14 loads in 12 registers, so that AVX2 does it without spilling.
 */
final class DepthwiseTaps {
    private static final int STEP = 4;

    private DepthwiseTaps() {}

    /**
     * Adds {@code sum over w of grad[w] line[w + kx]} to each of 7 sums.
     *
     * @param width pixels of the row
     * @param line the address of {@code width + 6} vectors, the first and last 3 of them 0
     * @param grad the address of {@code width} vectors
     * @param sums the address of 7 vectors
     */
    static void addRow(int width, long line, long grad, long sums) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        int quads = width - width % STEP;
        for (int w = 0; w < quads; w += STEP) {
            long at = line + w * Lanes.BYTES;
            long from = grad + w * Lanes.BYTES;
            FloatVector g0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from, LITTLE_ENDIAN);
            FloatVector g1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector g2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + 2 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector g3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + 3 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector in0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, LITTLE_ENDIAN);
            s0 = in0.fma(g0, s0);
            FloatVector in1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + Lanes.BYTES, LITTLE_ENDIAN);
            s1 = in1.fma(g0, s1);
            s0 = in1.fma(g1, s0);
            FloatVector in2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 2 * Lanes.BYTES, LITTLE_ENDIAN);
            s2 = in2.fma(g0, s2);
            s1 = in2.fma(g1, s1);
            s0 = in2.fma(g2, s0);
            FloatVector in3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 3 * Lanes.BYTES, LITTLE_ENDIAN);
            s3 = in3.fma(g0, s3);
            s2 = in3.fma(g1, s2);
            s1 = in3.fma(g2, s1);
            s0 = in3.fma(g3, s0);
            FloatVector in4 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 4 * Lanes.BYTES, LITTLE_ENDIAN);
            s4 = in4.fma(g0, s4);
            s3 = in4.fma(g1, s3);
            s2 = in4.fma(g2, s2);
            s1 = in4.fma(g3, s1);
            FloatVector in5 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 5 * Lanes.BYTES, LITTLE_ENDIAN);
            s5 = in5.fma(g0, s5);
            s4 = in5.fma(g1, s4);
            s3 = in5.fma(g2, s3);
            s2 = in5.fma(g3, s2);
            FloatVector in6 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 6 * Lanes.BYTES, LITTLE_ENDIAN);
            s6 = in6.fma(g0, s6);
            s5 = in6.fma(g1, s5);
            s4 = in6.fma(g2, s4);
            s3 = in6.fma(g3, s3);
            FloatVector in7 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 7 * Lanes.BYTES, LITTLE_ENDIAN);
            s6 = in7.fma(g1, s6);
            s5 = in7.fma(g2, s5);
            s4 = in7.fma(g3, s4);
            FloatVector in8 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 8 * Lanes.BYTES, LITTLE_ENDIAN);
            s6 = in8.fma(g2, s6);
            s5 = in8.fma(g3, s5);
            FloatVector in9 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 9 * Lanes.BYTES, LITTLE_ENDIAN);
            s6 = in9.fma(g3, s6);
        }
        for (int w = quads; w < width; w++) {
            long at = line + w * Lanes.BYTES;
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, grad + w * Lanes.BYTES, LITTLE_ENDIAN);
            s0 = g.fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, LITTLE_ENDIAN), s0);
            s1 = g.fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + Lanes.BYTES, LITTLE_ENDIAN), s1);
            s2 = g.fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 2 * Lanes.BYTES, LITTLE_ENDIAN), s2);
            s3 = g.fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 3 * Lanes.BYTES, LITTLE_ENDIAN), s3);
            s4 = g.fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 4 * Lanes.BYTES, LITTLE_ENDIAN), s4);
            s5 = g.fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 5 * Lanes.BYTES, LITTLE_ENDIAN), s5);
            s6 = g.fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 6 * Lanes.BYTES, LITTLE_ENDIAN), s6);
        }
        s0.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sums, LITTLE_ENDIAN);
        s1.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums + Lanes.BYTES, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sums + Lanes.BYTES, LITTLE_ENDIAN);
        s2.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums + 2 * Lanes.BYTES, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sums + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        s3.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums + 3 * Lanes.BYTES, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sums + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        s4.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums + 4 * Lanes.BYTES, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sums + 4 * Lanes.BYTES, LITTLE_ENDIAN);
        s5.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums + 5 * Lanes.BYTES, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sums + 5 * Lanes.BYTES, LITTLE_ENDIAN);
        s6.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums + 6 * Lanes.BYTES, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sums + 6 * Lanes.BYTES, LITTLE_ENDIAN);
    }

    /** Adds the sum of {@code width} vectors to one; in four chains of additions, so that few wait for each other. */
    static void addSum(int width, long grad, long sum) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int quads = width - width % STEP;
        for (int w = 0; w < quads; w += STEP) {
            long from = grad + w * Lanes.BYTES;
            s0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from, LITTLE_ENDIAN)
                    .add(s0);
            s1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + Lanes.BYTES, LITTLE_ENDIAN)
                    .add(s1);
            s2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + 2 * Lanes.BYTES, LITTLE_ENDIAN)
                    .add(s2);
            s3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + 3 * Lanes.BYTES, LITTLE_ENDIAN)
                    .add(s3);
        }
        for (int w = quads; w < width; w++) {
            s0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, grad + w * Lanes.BYTES, LITTLE_ENDIAN)
                    .add(s0);
        }
        s0.add(s1)
                .add(s2.add(s3))
                .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sum, LITTLE_ENDIAN))
                .intoMemorySegment(Memory.ALL, sum, LITTLE_ENDIAN);
    }

    /** Adds so many vectors to as many others. */
    static void add(int vectors, long from, long to) {
        for (int v = 0; v < vectors; v++) {
            long at = v * Lanes.BYTES;
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, to + at, LITTLE_ENDIAN)
                    .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + at, LITTLE_ENDIAN))
                    .intoMemorySegment(Memory.ALL, to + at, LITTLE_ENDIAN);
        }
    }
}
