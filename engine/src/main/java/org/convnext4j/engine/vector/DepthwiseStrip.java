package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The 7x7 filter applied to a strip of 7 adjacent output pixels, for one vector of channels.
 *
 * <p>The 7 sums stay in registers over all rows of the filter. A row takes 7 weights and then the input columns one
 * after the other, each of which goes to every output pixel it touches: 49 FMAs for 20 loads, in 15 registers, so that
 * AVX2 does it without spilling. 7 divides all four map widths of a 224-pixel picture: 56, 28, 14 and 7.
 *
 * <p>Where the strip touches the left or the right edge, the columns outside the map are zeros and are left out: one
 * method for each of the four cases, none with a branch in its loop.
 *
 * <p>In all four a line's address is that of the column 3 to the left of the strip, in the map or not, so that the columns lie
 * at multiples of a pixel from it that C2 knows not to be negative ({@link Memory#at}).
 */
final class DepthwiseStrip {
    /** Output pixels of a strip. */
    static final int PIXELS = 7;

    private DepthwiseStrip() {}

    /**
     * The strip and 3 columns on both sides of it lie in the map.
     *
     * @param rows rows of the filter that lie in the map
     * @param lineBytes from one row of the map to the next
     * @param channels floats from one pixel to the next, in map, filter and output alike
     * @param x the address of the input at the strip's first column, in the first of the rows
     * @param weight the address of the first of the rows' weights
     * @param bias the address of the bias
     * @param y the address of the strip's first output pixel
     */
    static void inner(int rows, long lineBytes, int channels, long x, long weight, long bias, long y) {
        long pixel = Memory.offset(channels);
        long to = Memory.at(y);
        FloatVector s0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, Memory.at(bias), LITTLE_ENDIAN);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        for (int row = 0; row < rows; row++) {
            long weights = Memory.at(weight + row * 7L * pixel);
            long line = Memory.at(x + row * lineBytes - 3 * pixel);
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + pixel, LITTLE_ENDIAN);
            FloatVector w2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 2 * pixel, LITTLE_ENDIAN);
            FloatVector w3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 3 * pixel, LITTLE_ENDIAN);
            FloatVector w4 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 4 * pixel, LITTLE_ENDIAN);
            FloatVector w5 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 5 * pixel, LITTLE_ENDIAN);
            FloatVector w6 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 6 * pixel, LITTLE_ENDIAN);
            FloatVector in0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line, LITTLE_ENDIAN);
            s0 = in0.fma(w0, s0);
            FloatVector in1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + pixel, LITTLE_ENDIAN);
            s0 = in1.fma(w1, s0);
            s1 = in1.fma(w0, s1);
            FloatVector in2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 2 * pixel, LITTLE_ENDIAN);
            s0 = in2.fma(w2, s0);
            s1 = in2.fma(w1, s1);
            s2 = in2.fma(w0, s2);
            FloatVector in3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 3 * pixel, LITTLE_ENDIAN);
            s0 = in3.fma(w3, s0);
            s1 = in3.fma(w2, s1);
            s2 = in3.fma(w1, s2);
            s3 = in3.fma(w0, s3);
            FloatVector in4 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 4 * pixel, LITTLE_ENDIAN);
            s0 = in4.fma(w4, s0);
            s1 = in4.fma(w3, s1);
            s2 = in4.fma(w2, s2);
            s3 = in4.fma(w1, s3);
            s4 = in4.fma(w0, s4);
            FloatVector in5 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 5 * pixel, LITTLE_ENDIAN);
            s0 = in5.fma(w5, s0);
            s1 = in5.fma(w4, s1);
            s2 = in5.fma(w3, s2);
            s3 = in5.fma(w2, s3);
            s4 = in5.fma(w1, s4);
            s5 = in5.fma(w0, s5);
            FloatVector in6 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 6 * pixel, LITTLE_ENDIAN);
            s0 = in6.fma(w6, s0);
            s1 = in6.fma(w5, s1);
            s2 = in6.fma(w4, s2);
            s3 = in6.fma(w3, s3);
            s4 = in6.fma(w2, s4);
            s5 = in6.fma(w1, s5);
            s6 = in6.fma(w0, s6);
            FloatVector in7 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 7 * pixel, LITTLE_ENDIAN);
            s1 = in7.fma(w6, s1);
            s2 = in7.fma(w5, s2);
            s3 = in7.fma(w4, s3);
            s4 = in7.fma(w3, s4);
            s5 = in7.fma(w2, s5);
            s6 = in7.fma(w1, s6);
            FloatVector in8 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 8 * pixel, LITTLE_ENDIAN);
            s2 = in8.fma(w6, s2);
            s3 = in8.fma(w5, s3);
            s4 = in8.fma(w4, s4);
            s5 = in8.fma(w3, s5);
            s6 = in8.fma(w2, s6);
            FloatVector in9 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 9 * pixel, LITTLE_ENDIAN);
            s3 = in9.fma(w6, s3);
            s4 = in9.fma(w5, s4);
            s5 = in9.fma(w4, s5);
            s6 = in9.fma(w3, s6);
            FloatVector in10 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 10 * pixel, LITTLE_ENDIAN);
            s4 = in10.fma(w6, s4);
            s5 = in10.fma(w5, s5);
            s6 = in10.fma(w4, s6);
            FloatVector in11 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 11 * pixel, LITTLE_ENDIAN);
            s5 = in11.fma(w6, s5);
            s6 = in11.fma(w5, s6);
            FloatVector in12 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 12 * pixel, LITTLE_ENDIAN);
            s6 = in12.fma(w6, s6);
        }
        s0.intoMemorySegment(Memory.ALL, to, LITTLE_ENDIAN);
        s1.intoMemorySegment(Memory.ALL, to + pixel, LITTLE_ENDIAN);
        s2.intoMemorySegment(Memory.ALL, to + 2 * pixel, LITTLE_ENDIAN);
        s3.intoMemorySegment(Memory.ALL, to + 3 * pixel, LITTLE_ENDIAN);
        s4.intoMemorySegment(Memory.ALL, to + 4 * pixel, LITTLE_ENDIAN);
        s5.intoMemorySegment(Memory.ALL, to + 5 * pixel, LITTLE_ENDIAN);
        s6.intoMemorySegment(Memory.ALL, to + 6 * pixel, LITTLE_ENDIAN);
    }

    /**
     * The strip begins at the left edge; 3 columns to the right of it lie in the map.
     * Parameters as for {@link #inner}.
     */
    static void leftEdge(int rows, long lineBytes, int channels, long x, long weight, long bias, long y) {
        long pixel = Memory.offset(channels);
        long to = Memory.at(y);
        FloatVector s0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, Memory.at(bias), LITTLE_ENDIAN);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        for (int row = 0; row < rows; row++) {
            long weights = Memory.at(weight + row * 7L * pixel);
            long line = Memory.at(x + row * lineBytes - 3 * pixel);
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + pixel, LITTLE_ENDIAN);
            FloatVector w2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 2 * pixel, LITTLE_ENDIAN);
            FloatVector w3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 3 * pixel, LITTLE_ENDIAN);
            FloatVector w4 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 4 * pixel, LITTLE_ENDIAN);
            FloatVector w5 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 5 * pixel, LITTLE_ENDIAN);
            FloatVector w6 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 6 * pixel, LITTLE_ENDIAN);
            FloatVector in3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 3 * pixel, LITTLE_ENDIAN);
            s0 = in3.fma(w3, s0);
            s1 = in3.fma(w2, s1);
            s2 = in3.fma(w1, s2);
            s3 = in3.fma(w0, s3);
            FloatVector in4 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 4 * pixel, LITTLE_ENDIAN);
            s0 = in4.fma(w4, s0);
            s1 = in4.fma(w3, s1);
            s2 = in4.fma(w2, s2);
            s3 = in4.fma(w1, s3);
            s4 = in4.fma(w0, s4);
            FloatVector in5 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 5 * pixel, LITTLE_ENDIAN);
            s0 = in5.fma(w5, s0);
            s1 = in5.fma(w4, s1);
            s2 = in5.fma(w3, s2);
            s3 = in5.fma(w2, s3);
            s4 = in5.fma(w1, s4);
            s5 = in5.fma(w0, s5);
            FloatVector in6 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 6 * pixel, LITTLE_ENDIAN);
            s0 = in6.fma(w6, s0);
            s1 = in6.fma(w5, s1);
            s2 = in6.fma(w4, s2);
            s3 = in6.fma(w3, s3);
            s4 = in6.fma(w2, s4);
            s5 = in6.fma(w1, s5);
            s6 = in6.fma(w0, s6);
            FloatVector in7 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 7 * pixel, LITTLE_ENDIAN);
            s1 = in7.fma(w6, s1);
            s2 = in7.fma(w5, s2);
            s3 = in7.fma(w4, s3);
            s4 = in7.fma(w3, s4);
            s5 = in7.fma(w2, s5);
            s6 = in7.fma(w1, s6);
            FloatVector in8 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 8 * pixel, LITTLE_ENDIAN);
            s2 = in8.fma(w6, s2);
            s3 = in8.fma(w5, s3);
            s4 = in8.fma(w4, s4);
            s5 = in8.fma(w3, s5);
            s6 = in8.fma(w2, s6);
            FloatVector in9 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 9 * pixel, LITTLE_ENDIAN);
            s3 = in9.fma(w6, s3);
            s4 = in9.fma(w5, s4);
            s5 = in9.fma(w4, s5);
            s6 = in9.fma(w3, s6);
            FloatVector in10 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 10 * pixel, LITTLE_ENDIAN);
            s4 = in10.fma(w6, s4);
            s5 = in10.fma(w5, s5);
            s6 = in10.fma(w4, s6);
            FloatVector in11 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 11 * pixel, LITTLE_ENDIAN);
            s5 = in11.fma(w6, s5);
            s6 = in11.fma(w5, s6);
            FloatVector in12 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 12 * pixel, LITTLE_ENDIAN);
            s6 = in12.fma(w6, s6);
        }
        s0.intoMemorySegment(Memory.ALL, to, LITTLE_ENDIAN);
        s1.intoMemorySegment(Memory.ALL, to + pixel, LITTLE_ENDIAN);
        s2.intoMemorySegment(Memory.ALL, to + 2 * pixel, LITTLE_ENDIAN);
        s3.intoMemorySegment(Memory.ALL, to + 3 * pixel, LITTLE_ENDIAN);
        s4.intoMemorySegment(Memory.ALL, to + 4 * pixel, LITTLE_ENDIAN);
        s5.intoMemorySegment(Memory.ALL, to + 5 * pixel, LITTLE_ENDIAN);
        s6.intoMemorySegment(Memory.ALL, to + 6 * pixel, LITTLE_ENDIAN);
    }

    /**
     * The strip ends at the right edge; 3 columns to the left of it lie in the map.
     * Parameters as for {@link #inner}.
     */
    static void rightEdge(int rows, long lineBytes, int channels, long x, long weight, long bias, long y) {
        long pixel = Memory.offset(channels);
        long to = Memory.at(y);
        FloatVector s0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, Memory.at(bias), LITTLE_ENDIAN);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        for (int row = 0; row < rows; row++) {
            long weights = Memory.at(weight + row * 7L * pixel);
            long line = Memory.at(x + row * lineBytes - 3 * pixel);
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + pixel, LITTLE_ENDIAN);
            FloatVector w2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 2 * pixel, LITTLE_ENDIAN);
            FloatVector w3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 3 * pixel, LITTLE_ENDIAN);
            FloatVector w4 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 4 * pixel, LITTLE_ENDIAN);
            FloatVector w5 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 5 * pixel, LITTLE_ENDIAN);
            FloatVector w6 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 6 * pixel, LITTLE_ENDIAN);
            FloatVector in0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line, LITTLE_ENDIAN);
            s0 = in0.fma(w0, s0);
            FloatVector in1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + pixel, LITTLE_ENDIAN);
            s0 = in1.fma(w1, s0);
            s1 = in1.fma(w0, s1);
            FloatVector in2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 2 * pixel, LITTLE_ENDIAN);
            s0 = in2.fma(w2, s0);
            s1 = in2.fma(w1, s1);
            s2 = in2.fma(w0, s2);
            FloatVector in3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 3 * pixel, LITTLE_ENDIAN);
            s0 = in3.fma(w3, s0);
            s1 = in3.fma(w2, s1);
            s2 = in3.fma(w1, s2);
            s3 = in3.fma(w0, s3);
            FloatVector in4 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 4 * pixel, LITTLE_ENDIAN);
            s0 = in4.fma(w4, s0);
            s1 = in4.fma(w3, s1);
            s2 = in4.fma(w2, s2);
            s3 = in4.fma(w1, s3);
            s4 = in4.fma(w0, s4);
            FloatVector in5 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 5 * pixel, LITTLE_ENDIAN);
            s0 = in5.fma(w5, s0);
            s1 = in5.fma(w4, s1);
            s2 = in5.fma(w3, s2);
            s3 = in5.fma(w2, s3);
            s4 = in5.fma(w1, s4);
            s5 = in5.fma(w0, s5);
            FloatVector in6 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 6 * pixel, LITTLE_ENDIAN);
            s0 = in6.fma(w6, s0);
            s1 = in6.fma(w5, s1);
            s2 = in6.fma(w4, s2);
            s3 = in6.fma(w3, s3);
            s4 = in6.fma(w2, s4);
            s5 = in6.fma(w1, s5);
            s6 = in6.fma(w0, s6);
            FloatVector in7 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 7 * pixel, LITTLE_ENDIAN);
            s1 = in7.fma(w6, s1);
            s2 = in7.fma(w5, s2);
            s3 = in7.fma(w4, s3);
            s4 = in7.fma(w3, s4);
            s5 = in7.fma(w2, s5);
            s6 = in7.fma(w1, s6);
            FloatVector in8 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 8 * pixel, LITTLE_ENDIAN);
            s2 = in8.fma(w6, s2);
            s3 = in8.fma(w5, s3);
            s4 = in8.fma(w4, s4);
            s5 = in8.fma(w3, s5);
            s6 = in8.fma(w2, s6);
            FloatVector in9 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 9 * pixel, LITTLE_ENDIAN);
            s3 = in9.fma(w6, s3);
            s4 = in9.fma(w5, s4);
            s5 = in9.fma(w4, s5);
            s6 = in9.fma(w3, s6);
        }
        s0.intoMemorySegment(Memory.ALL, to, LITTLE_ENDIAN);
        s1.intoMemorySegment(Memory.ALL, to + pixel, LITTLE_ENDIAN);
        s2.intoMemorySegment(Memory.ALL, to + 2 * pixel, LITTLE_ENDIAN);
        s3.intoMemorySegment(Memory.ALL, to + 3 * pixel, LITTLE_ENDIAN);
        s4.intoMemorySegment(Memory.ALL, to + 4 * pixel, LITTLE_ENDIAN);
        s5.intoMemorySegment(Memory.ALL, to + 5 * pixel, LITTLE_ENDIAN);
        s6.intoMemorySegment(Memory.ALL, to + 6 * pixel, LITTLE_ENDIAN);
    }

    /**
     * The map is just as wide as the strip.
     * Parameters as for {@link #inner}.
     */
    static void wholeWidth(int rows, long lineBytes, int channels, long x, long weight, long bias, long y) {
        long pixel = Memory.offset(channels);
        long to = Memory.at(y);
        FloatVector s0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, Memory.at(bias), LITTLE_ENDIAN);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        for (int row = 0; row < rows; row++) {
            long weights = Memory.at(weight + row * 7L * pixel);
            long line = Memory.at(x + row * lineBytes - 3 * pixel);
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + pixel, LITTLE_ENDIAN);
            FloatVector w2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 2 * pixel, LITTLE_ENDIAN);
            FloatVector w3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 3 * pixel, LITTLE_ENDIAN);
            FloatVector w4 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 4 * pixel, LITTLE_ENDIAN);
            FloatVector w5 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 5 * pixel, LITTLE_ENDIAN);
            FloatVector w6 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + 6 * pixel, LITTLE_ENDIAN);
            FloatVector in3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 3 * pixel, LITTLE_ENDIAN);
            s0 = in3.fma(w3, s0);
            s1 = in3.fma(w2, s1);
            s2 = in3.fma(w1, s2);
            s3 = in3.fma(w0, s3);
            FloatVector in4 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 4 * pixel, LITTLE_ENDIAN);
            s0 = in4.fma(w4, s0);
            s1 = in4.fma(w3, s1);
            s2 = in4.fma(w2, s2);
            s3 = in4.fma(w1, s3);
            s4 = in4.fma(w0, s4);
            FloatVector in5 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 5 * pixel, LITTLE_ENDIAN);
            s0 = in5.fma(w5, s0);
            s1 = in5.fma(w4, s1);
            s2 = in5.fma(w3, s2);
            s3 = in5.fma(w2, s3);
            s4 = in5.fma(w1, s4);
            s5 = in5.fma(w0, s5);
            FloatVector in6 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 6 * pixel, LITTLE_ENDIAN);
            s0 = in6.fma(w6, s0);
            s1 = in6.fma(w5, s1);
            s2 = in6.fma(w4, s2);
            s3 = in6.fma(w3, s3);
            s4 = in6.fma(w2, s4);
            s5 = in6.fma(w1, s5);
            s6 = in6.fma(w0, s6);
            FloatVector in7 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 7 * pixel, LITTLE_ENDIAN);
            s1 = in7.fma(w6, s1);
            s2 = in7.fma(w5, s2);
            s3 = in7.fma(w4, s3);
            s4 = in7.fma(w3, s4);
            s5 = in7.fma(w2, s5);
            s6 = in7.fma(w1, s6);
            FloatVector in8 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 8 * pixel, LITTLE_ENDIAN);
            s2 = in8.fma(w6, s2);
            s3 = in8.fma(w5, s3);
            s4 = in8.fma(w4, s4);
            s5 = in8.fma(w3, s5);
            s6 = in8.fma(w2, s6);
            FloatVector in9 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, line + 9 * pixel, LITTLE_ENDIAN);
            s3 = in9.fma(w6, s3);
            s4 = in9.fma(w5, s4);
            s5 = in9.fma(w4, s5);
            s6 = in9.fma(w3, s6);
        }
        s0.intoMemorySegment(Memory.ALL, to, LITTLE_ENDIAN);
        s1.intoMemorySegment(Memory.ALL, to + pixel, LITTLE_ENDIAN);
        s2.intoMemorySegment(Memory.ALL, to + 2 * pixel, LITTLE_ENDIAN);
        s3.intoMemorySegment(Memory.ALL, to + 3 * pixel, LITTLE_ENDIAN);
        s4.intoMemorySegment(Memory.ALL, to + 4 * pixel, LITTLE_ENDIAN);
        s5.intoMemorySegment(Memory.ALL, to + 5 * pixel, LITTLE_ENDIAN);
        s6.intoMemorySegment(Memory.ALL, to + 6 * pixel, LITTLE_ENDIAN);
    }
}
