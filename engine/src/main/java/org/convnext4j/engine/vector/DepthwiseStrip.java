package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * One row of the 7x7 filter applied to a strip of 7 adjacent output pixels, for all whole vectors of channels.
 *
 * <p>A step takes one vector of channels: 7 sums (in memory between the filter's rows, in registers within one), 7
 * weights, and the input columns one after the other, each of which goes to every output pixel it touches: 49 FMAs for
 * 13 + 7 + 7 loads and 7 stores, in 15 registers, so that AVX2 does it without spilling. 7 divides all four map widths
 * of a 224-pixel picture: 56, 28, 14 and 7.
 *
 * <p>Where the strip touches the left or the right edge, the columns outside the map are zeros and are left out: one
 * method for each of the four cases, none with a branch in its loop.
 */
final class DepthwiseStrip {
    /** Output pixels of a strip. */
    static final int PIXELS = 7;

    private DepthwiseStrip() {}

    /**
     * The strip and 3 columns on both sides of it lie in the map.
     *
     * @param vectors whole vectors of channels
     * @param pixelBytes from one pixel to the next, in {@code x}, {@code weight} and {@code y} alike
     * @param xBytes the input pixel that stands at the strip's first output pixel, in the filter row's input row
     * @param weightBytes the filter row's first column
     * @param yBytes the strip's first output pixel; its sums so far are added to
     */
    static void inner(
            int vectors,
            long pixelBytes,
            MemorySegment x,
            long xBytes,
            MemorySegment weight,
            long weightBytes,
            MemorySegment y,
            long yBytes) {
        long weight1 = weightBytes + pixelBytes;
        long weight2 = weightBytes + 2 * pixelBytes;
        long weight3 = weightBytes + 3 * pixelBytes;
        long weight4 = weightBytes + 4 * pixelBytes;
        long weight5 = weightBytes + 5 * pixelBytes;
        long weight6 = weightBytes + 6 * pixelBytes;
        long y1 = yBytes + pixelBytes;
        long y2 = yBytes + 2 * pixelBytes;
        long y3 = yBytes + 3 * pixelBytes;
        long y4 = yBytes + 4 * pixelBytes;
        long y5 = yBytes + 5 * pixelBytes;
        long y6 = yBytes + 6 * pixelBytes;
        long x0 = xBytes - 3 * pixelBytes;
        long x1 = xBytes - 2 * pixelBytes;
        long x2 = xBytes - pixelBytes;
        long x4 = xBytes + pixelBytes;
        long x5 = xBytes + 2 * pixelBytes;
        long x6 = xBytes + 3 * pixelBytes;
        long x7 = xBytes + 4 * pixelBytes;
        long x8 = xBytes + 5 * pixelBytes;
        long x9 = xBytes + 6 * pixelBytes;
        long x10 = xBytes + 7 * pixelBytes;
        long x11 = xBytes + 8 * pixelBytes;
        long x12 = xBytes + 9 * pixelBytes;
        for (int v = 0; v < vectors; v++) {
            long at = (long) v * LANES * Float.BYTES;
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, weight, weightBytes + at, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, weight, weight1 + at, LITTLE_ENDIAN);
            FloatVector w2 = FloatVector.fromMemorySegment(SPECIES, weight, weight2 + at, LITTLE_ENDIAN);
            FloatVector w3 = FloatVector.fromMemorySegment(SPECIES, weight, weight3 + at, LITTLE_ENDIAN);
            FloatVector w4 = FloatVector.fromMemorySegment(SPECIES, weight, weight4 + at, LITTLE_ENDIAN);
            FloatVector w5 = FloatVector.fromMemorySegment(SPECIES, weight, weight5 + at, LITTLE_ENDIAN);
            FloatVector w6 = FloatVector.fromMemorySegment(SPECIES, weight, weight6 + at, LITTLE_ENDIAN);
            FloatVector s0 = FloatVector.fromMemorySegment(SPECIES, y, yBytes + at, LITTLE_ENDIAN);
            FloatVector s1 = FloatVector.fromMemorySegment(SPECIES, y, y1 + at, LITTLE_ENDIAN);
            FloatVector s2 = FloatVector.fromMemorySegment(SPECIES, y, y2 + at, LITTLE_ENDIAN);
            FloatVector s3 = FloatVector.fromMemorySegment(SPECIES, y, y3 + at, LITTLE_ENDIAN);
            FloatVector s4 = FloatVector.fromMemorySegment(SPECIES, y, y4 + at, LITTLE_ENDIAN);
            FloatVector s5 = FloatVector.fromMemorySegment(SPECIES, y, y5 + at, LITTLE_ENDIAN);
            FloatVector s6 = FloatVector.fromMemorySegment(SPECIES, y, y6 + at, LITTLE_ENDIAN);
            FloatVector in0 = FloatVector.fromMemorySegment(SPECIES, x, x0 + at, LITTLE_ENDIAN);
            s0 = in0.fma(w0, s0);
            FloatVector in1 = FloatVector.fromMemorySegment(SPECIES, x, x1 + at, LITTLE_ENDIAN);
            s0 = in1.fma(w1, s0);
            s1 = in1.fma(w0, s1);
            FloatVector in2 = FloatVector.fromMemorySegment(SPECIES, x, x2 + at, LITTLE_ENDIAN);
            s0 = in2.fma(w2, s0);
            s1 = in2.fma(w1, s1);
            s2 = in2.fma(w0, s2);
            FloatVector in3 = FloatVector.fromMemorySegment(SPECIES, x, xBytes + at, LITTLE_ENDIAN);
            s0 = in3.fma(w3, s0);
            s1 = in3.fma(w2, s1);
            s2 = in3.fma(w1, s2);
            s3 = in3.fma(w0, s3);
            FloatVector in4 = FloatVector.fromMemorySegment(SPECIES, x, x4 + at, LITTLE_ENDIAN);
            s0 = in4.fma(w4, s0);
            s1 = in4.fma(w3, s1);
            s2 = in4.fma(w2, s2);
            s3 = in4.fma(w1, s3);
            s4 = in4.fma(w0, s4);
            FloatVector in5 = FloatVector.fromMemorySegment(SPECIES, x, x5 + at, LITTLE_ENDIAN);
            s0 = in5.fma(w5, s0);
            s1 = in5.fma(w4, s1);
            s2 = in5.fma(w3, s2);
            s3 = in5.fma(w2, s3);
            s4 = in5.fma(w1, s4);
            s5 = in5.fma(w0, s5);
            FloatVector in6 = FloatVector.fromMemorySegment(SPECIES, x, x6 + at, LITTLE_ENDIAN);
            s0 = in6.fma(w6, s0);
            s1 = in6.fma(w5, s1);
            s2 = in6.fma(w4, s2);
            s3 = in6.fma(w3, s3);
            s4 = in6.fma(w2, s4);
            s5 = in6.fma(w1, s5);
            s6 = in6.fma(w0, s6);
            FloatVector in7 = FloatVector.fromMemorySegment(SPECIES, x, x7 + at, LITTLE_ENDIAN);
            s1 = in7.fma(w6, s1);
            s2 = in7.fma(w5, s2);
            s3 = in7.fma(w4, s3);
            s4 = in7.fma(w3, s4);
            s5 = in7.fma(w2, s5);
            s6 = in7.fma(w1, s6);
            FloatVector in8 = FloatVector.fromMemorySegment(SPECIES, x, x8 + at, LITTLE_ENDIAN);
            s2 = in8.fma(w6, s2);
            s3 = in8.fma(w5, s3);
            s4 = in8.fma(w4, s4);
            s5 = in8.fma(w3, s5);
            s6 = in8.fma(w2, s6);
            FloatVector in9 = FloatVector.fromMemorySegment(SPECIES, x, x9 + at, LITTLE_ENDIAN);
            s3 = in9.fma(w6, s3);
            s4 = in9.fma(w5, s4);
            s5 = in9.fma(w4, s5);
            s6 = in9.fma(w3, s6);
            FloatVector in10 = FloatVector.fromMemorySegment(SPECIES, x, x10 + at, LITTLE_ENDIAN);
            s4 = in10.fma(w6, s4);
            s5 = in10.fma(w5, s5);
            s6 = in10.fma(w4, s6);
            FloatVector in11 = FloatVector.fromMemorySegment(SPECIES, x, x11 + at, LITTLE_ENDIAN);
            s5 = in11.fma(w6, s5);
            s6 = in11.fma(w5, s6);
            FloatVector in12 = FloatVector.fromMemorySegment(SPECIES, x, x12 + at, LITTLE_ENDIAN);
            s6 = in12.fma(w6, s6);
            s0.intoMemorySegment(y, yBytes + at, LITTLE_ENDIAN);
            s1.intoMemorySegment(y, y1 + at, LITTLE_ENDIAN);
            s2.intoMemorySegment(y, y2 + at, LITTLE_ENDIAN);
            s3.intoMemorySegment(y, y3 + at, LITTLE_ENDIAN);
            s4.intoMemorySegment(y, y4 + at, LITTLE_ENDIAN);
            s5.intoMemorySegment(y, y5 + at, LITTLE_ENDIAN);
            s6.intoMemorySegment(y, y6 + at, LITTLE_ENDIAN);
        }
    }

    /**
     * The strip begins at the left edge; 3 columns to the right of it lie in the map.
     *
     * @param vectors whole vectors of channels
     * @param pixelBytes from one pixel to the next, in {@code x}, {@code weight} and {@code y} alike
     * @param xBytes the input pixel that stands at the strip's first output pixel, in the filter row's input row
     * @param weightBytes the filter row's first column
     * @param yBytes the strip's first output pixel; its sums so far are added to
     */
    static void leftEdge(
            int vectors,
            long pixelBytes,
            MemorySegment x,
            long xBytes,
            MemorySegment weight,
            long weightBytes,
            MemorySegment y,
            long yBytes) {
        long weight1 = weightBytes + pixelBytes;
        long weight2 = weightBytes + 2 * pixelBytes;
        long weight3 = weightBytes + 3 * pixelBytes;
        long weight4 = weightBytes + 4 * pixelBytes;
        long weight5 = weightBytes + 5 * pixelBytes;
        long weight6 = weightBytes + 6 * pixelBytes;
        long y1 = yBytes + pixelBytes;
        long y2 = yBytes + 2 * pixelBytes;
        long y3 = yBytes + 3 * pixelBytes;
        long y4 = yBytes + 4 * pixelBytes;
        long y5 = yBytes + 5 * pixelBytes;
        long y6 = yBytes + 6 * pixelBytes;
        long x4 = xBytes + pixelBytes;
        long x5 = xBytes + 2 * pixelBytes;
        long x6 = xBytes + 3 * pixelBytes;
        long x7 = xBytes + 4 * pixelBytes;
        long x8 = xBytes + 5 * pixelBytes;
        long x9 = xBytes + 6 * pixelBytes;
        long x10 = xBytes + 7 * pixelBytes;
        long x11 = xBytes + 8 * pixelBytes;
        long x12 = xBytes + 9 * pixelBytes;
        for (int v = 0; v < vectors; v++) {
            long at = (long) v * LANES * Float.BYTES;
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, weight, weightBytes + at, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, weight, weight1 + at, LITTLE_ENDIAN);
            FloatVector w2 = FloatVector.fromMemorySegment(SPECIES, weight, weight2 + at, LITTLE_ENDIAN);
            FloatVector w3 = FloatVector.fromMemorySegment(SPECIES, weight, weight3 + at, LITTLE_ENDIAN);
            FloatVector w4 = FloatVector.fromMemorySegment(SPECIES, weight, weight4 + at, LITTLE_ENDIAN);
            FloatVector w5 = FloatVector.fromMemorySegment(SPECIES, weight, weight5 + at, LITTLE_ENDIAN);
            FloatVector w6 = FloatVector.fromMemorySegment(SPECIES, weight, weight6 + at, LITTLE_ENDIAN);
            FloatVector s0 = FloatVector.fromMemorySegment(SPECIES, y, yBytes + at, LITTLE_ENDIAN);
            FloatVector s1 = FloatVector.fromMemorySegment(SPECIES, y, y1 + at, LITTLE_ENDIAN);
            FloatVector s2 = FloatVector.fromMemorySegment(SPECIES, y, y2 + at, LITTLE_ENDIAN);
            FloatVector s3 = FloatVector.fromMemorySegment(SPECIES, y, y3 + at, LITTLE_ENDIAN);
            FloatVector s4 = FloatVector.fromMemorySegment(SPECIES, y, y4 + at, LITTLE_ENDIAN);
            FloatVector s5 = FloatVector.fromMemorySegment(SPECIES, y, y5 + at, LITTLE_ENDIAN);
            FloatVector s6 = FloatVector.fromMemorySegment(SPECIES, y, y6 + at, LITTLE_ENDIAN);
            FloatVector in3 = FloatVector.fromMemorySegment(SPECIES, x, xBytes + at, LITTLE_ENDIAN);
            s0 = in3.fma(w3, s0);
            s1 = in3.fma(w2, s1);
            s2 = in3.fma(w1, s2);
            s3 = in3.fma(w0, s3);
            FloatVector in4 = FloatVector.fromMemorySegment(SPECIES, x, x4 + at, LITTLE_ENDIAN);
            s0 = in4.fma(w4, s0);
            s1 = in4.fma(w3, s1);
            s2 = in4.fma(w2, s2);
            s3 = in4.fma(w1, s3);
            s4 = in4.fma(w0, s4);
            FloatVector in5 = FloatVector.fromMemorySegment(SPECIES, x, x5 + at, LITTLE_ENDIAN);
            s0 = in5.fma(w5, s0);
            s1 = in5.fma(w4, s1);
            s2 = in5.fma(w3, s2);
            s3 = in5.fma(w2, s3);
            s4 = in5.fma(w1, s4);
            s5 = in5.fma(w0, s5);
            FloatVector in6 = FloatVector.fromMemorySegment(SPECIES, x, x6 + at, LITTLE_ENDIAN);
            s0 = in6.fma(w6, s0);
            s1 = in6.fma(w5, s1);
            s2 = in6.fma(w4, s2);
            s3 = in6.fma(w3, s3);
            s4 = in6.fma(w2, s4);
            s5 = in6.fma(w1, s5);
            s6 = in6.fma(w0, s6);
            FloatVector in7 = FloatVector.fromMemorySegment(SPECIES, x, x7 + at, LITTLE_ENDIAN);
            s1 = in7.fma(w6, s1);
            s2 = in7.fma(w5, s2);
            s3 = in7.fma(w4, s3);
            s4 = in7.fma(w3, s4);
            s5 = in7.fma(w2, s5);
            s6 = in7.fma(w1, s6);
            FloatVector in8 = FloatVector.fromMemorySegment(SPECIES, x, x8 + at, LITTLE_ENDIAN);
            s2 = in8.fma(w6, s2);
            s3 = in8.fma(w5, s3);
            s4 = in8.fma(w4, s4);
            s5 = in8.fma(w3, s5);
            s6 = in8.fma(w2, s6);
            FloatVector in9 = FloatVector.fromMemorySegment(SPECIES, x, x9 + at, LITTLE_ENDIAN);
            s3 = in9.fma(w6, s3);
            s4 = in9.fma(w5, s4);
            s5 = in9.fma(w4, s5);
            s6 = in9.fma(w3, s6);
            FloatVector in10 = FloatVector.fromMemorySegment(SPECIES, x, x10 + at, LITTLE_ENDIAN);
            s4 = in10.fma(w6, s4);
            s5 = in10.fma(w5, s5);
            s6 = in10.fma(w4, s6);
            FloatVector in11 = FloatVector.fromMemorySegment(SPECIES, x, x11 + at, LITTLE_ENDIAN);
            s5 = in11.fma(w6, s5);
            s6 = in11.fma(w5, s6);
            FloatVector in12 = FloatVector.fromMemorySegment(SPECIES, x, x12 + at, LITTLE_ENDIAN);
            s6 = in12.fma(w6, s6);
            s0.intoMemorySegment(y, yBytes + at, LITTLE_ENDIAN);
            s1.intoMemorySegment(y, y1 + at, LITTLE_ENDIAN);
            s2.intoMemorySegment(y, y2 + at, LITTLE_ENDIAN);
            s3.intoMemorySegment(y, y3 + at, LITTLE_ENDIAN);
            s4.intoMemorySegment(y, y4 + at, LITTLE_ENDIAN);
            s5.intoMemorySegment(y, y5 + at, LITTLE_ENDIAN);
            s6.intoMemorySegment(y, y6 + at, LITTLE_ENDIAN);
        }
    }

    /**
     * The strip ends at the right edge; 3 columns to the left of it lie in the map.
     *
     * @param vectors whole vectors of channels
     * @param pixelBytes from one pixel to the next, in {@code x}, {@code weight} and {@code y} alike
     * @param xBytes the input pixel that stands at the strip's first output pixel, in the filter row's input row
     * @param weightBytes the filter row's first column
     * @param yBytes the strip's first output pixel; its sums so far are added to
     */
    static void rightEdge(
            int vectors,
            long pixelBytes,
            MemorySegment x,
            long xBytes,
            MemorySegment weight,
            long weightBytes,
            MemorySegment y,
            long yBytes) {
        long weight1 = weightBytes + pixelBytes;
        long weight2 = weightBytes + 2 * pixelBytes;
        long weight3 = weightBytes + 3 * pixelBytes;
        long weight4 = weightBytes + 4 * pixelBytes;
        long weight5 = weightBytes + 5 * pixelBytes;
        long weight6 = weightBytes + 6 * pixelBytes;
        long y1 = yBytes + pixelBytes;
        long y2 = yBytes + 2 * pixelBytes;
        long y3 = yBytes + 3 * pixelBytes;
        long y4 = yBytes + 4 * pixelBytes;
        long y5 = yBytes + 5 * pixelBytes;
        long y6 = yBytes + 6 * pixelBytes;
        long x0 = xBytes - 3 * pixelBytes;
        long x1 = xBytes - 2 * pixelBytes;
        long x2 = xBytes - pixelBytes;
        long x4 = xBytes + pixelBytes;
        long x5 = xBytes + 2 * pixelBytes;
        long x6 = xBytes + 3 * pixelBytes;
        long x7 = xBytes + 4 * pixelBytes;
        long x8 = xBytes + 5 * pixelBytes;
        long x9 = xBytes + 6 * pixelBytes;
        for (int v = 0; v < vectors; v++) {
            long at = (long) v * LANES * Float.BYTES;
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, weight, weightBytes + at, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, weight, weight1 + at, LITTLE_ENDIAN);
            FloatVector w2 = FloatVector.fromMemorySegment(SPECIES, weight, weight2 + at, LITTLE_ENDIAN);
            FloatVector w3 = FloatVector.fromMemorySegment(SPECIES, weight, weight3 + at, LITTLE_ENDIAN);
            FloatVector w4 = FloatVector.fromMemorySegment(SPECIES, weight, weight4 + at, LITTLE_ENDIAN);
            FloatVector w5 = FloatVector.fromMemorySegment(SPECIES, weight, weight5 + at, LITTLE_ENDIAN);
            FloatVector w6 = FloatVector.fromMemorySegment(SPECIES, weight, weight6 + at, LITTLE_ENDIAN);
            FloatVector s0 = FloatVector.fromMemorySegment(SPECIES, y, yBytes + at, LITTLE_ENDIAN);
            FloatVector s1 = FloatVector.fromMemorySegment(SPECIES, y, y1 + at, LITTLE_ENDIAN);
            FloatVector s2 = FloatVector.fromMemorySegment(SPECIES, y, y2 + at, LITTLE_ENDIAN);
            FloatVector s3 = FloatVector.fromMemorySegment(SPECIES, y, y3 + at, LITTLE_ENDIAN);
            FloatVector s4 = FloatVector.fromMemorySegment(SPECIES, y, y4 + at, LITTLE_ENDIAN);
            FloatVector s5 = FloatVector.fromMemorySegment(SPECIES, y, y5 + at, LITTLE_ENDIAN);
            FloatVector s6 = FloatVector.fromMemorySegment(SPECIES, y, y6 + at, LITTLE_ENDIAN);
            FloatVector in0 = FloatVector.fromMemorySegment(SPECIES, x, x0 + at, LITTLE_ENDIAN);
            s0 = in0.fma(w0, s0);
            FloatVector in1 = FloatVector.fromMemorySegment(SPECIES, x, x1 + at, LITTLE_ENDIAN);
            s0 = in1.fma(w1, s0);
            s1 = in1.fma(w0, s1);
            FloatVector in2 = FloatVector.fromMemorySegment(SPECIES, x, x2 + at, LITTLE_ENDIAN);
            s0 = in2.fma(w2, s0);
            s1 = in2.fma(w1, s1);
            s2 = in2.fma(w0, s2);
            FloatVector in3 = FloatVector.fromMemorySegment(SPECIES, x, xBytes + at, LITTLE_ENDIAN);
            s0 = in3.fma(w3, s0);
            s1 = in3.fma(w2, s1);
            s2 = in3.fma(w1, s2);
            s3 = in3.fma(w0, s3);
            FloatVector in4 = FloatVector.fromMemorySegment(SPECIES, x, x4 + at, LITTLE_ENDIAN);
            s0 = in4.fma(w4, s0);
            s1 = in4.fma(w3, s1);
            s2 = in4.fma(w2, s2);
            s3 = in4.fma(w1, s3);
            s4 = in4.fma(w0, s4);
            FloatVector in5 = FloatVector.fromMemorySegment(SPECIES, x, x5 + at, LITTLE_ENDIAN);
            s0 = in5.fma(w5, s0);
            s1 = in5.fma(w4, s1);
            s2 = in5.fma(w3, s2);
            s3 = in5.fma(w2, s3);
            s4 = in5.fma(w1, s4);
            s5 = in5.fma(w0, s5);
            FloatVector in6 = FloatVector.fromMemorySegment(SPECIES, x, x6 + at, LITTLE_ENDIAN);
            s0 = in6.fma(w6, s0);
            s1 = in6.fma(w5, s1);
            s2 = in6.fma(w4, s2);
            s3 = in6.fma(w3, s3);
            s4 = in6.fma(w2, s4);
            s5 = in6.fma(w1, s5);
            s6 = in6.fma(w0, s6);
            FloatVector in7 = FloatVector.fromMemorySegment(SPECIES, x, x7 + at, LITTLE_ENDIAN);
            s1 = in7.fma(w6, s1);
            s2 = in7.fma(w5, s2);
            s3 = in7.fma(w4, s3);
            s4 = in7.fma(w3, s4);
            s5 = in7.fma(w2, s5);
            s6 = in7.fma(w1, s6);
            FloatVector in8 = FloatVector.fromMemorySegment(SPECIES, x, x8 + at, LITTLE_ENDIAN);
            s2 = in8.fma(w6, s2);
            s3 = in8.fma(w5, s3);
            s4 = in8.fma(w4, s4);
            s5 = in8.fma(w3, s5);
            s6 = in8.fma(w2, s6);
            FloatVector in9 = FloatVector.fromMemorySegment(SPECIES, x, x9 + at, LITTLE_ENDIAN);
            s3 = in9.fma(w6, s3);
            s4 = in9.fma(w5, s4);
            s5 = in9.fma(w4, s5);
            s6 = in9.fma(w3, s6);
            s0.intoMemorySegment(y, yBytes + at, LITTLE_ENDIAN);
            s1.intoMemorySegment(y, y1 + at, LITTLE_ENDIAN);
            s2.intoMemorySegment(y, y2 + at, LITTLE_ENDIAN);
            s3.intoMemorySegment(y, y3 + at, LITTLE_ENDIAN);
            s4.intoMemorySegment(y, y4 + at, LITTLE_ENDIAN);
            s5.intoMemorySegment(y, y5 + at, LITTLE_ENDIAN);
            s6.intoMemorySegment(y, y6 + at, LITTLE_ENDIAN);
        }
    }

    /**
     * The map is just as wide as the strip.
     *
     * @param vectors whole vectors of channels
     * @param pixelBytes from one pixel to the next, in {@code x}, {@code weight} and {@code y} alike
     * @param xBytes the input pixel that stands at the strip's first output pixel, in the filter row's input row
     * @param weightBytes the filter row's first column
     * @param yBytes the strip's first output pixel; its sums so far are added to
     */
    static void wholeWidth(
            int vectors,
            long pixelBytes,
            MemorySegment x,
            long xBytes,
            MemorySegment weight,
            long weightBytes,
            MemorySegment y,
            long yBytes) {
        long weight1 = weightBytes + pixelBytes;
        long weight2 = weightBytes + 2 * pixelBytes;
        long weight3 = weightBytes + 3 * pixelBytes;
        long weight4 = weightBytes + 4 * pixelBytes;
        long weight5 = weightBytes + 5 * pixelBytes;
        long weight6 = weightBytes + 6 * pixelBytes;
        long y1 = yBytes + pixelBytes;
        long y2 = yBytes + 2 * pixelBytes;
        long y3 = yBytes + 3 * pixelBytes;
        long y4 = yBytes + 4 * pixelBytes;
        long y5 = yBytes + 5 * pixelBytes;
        long y6 = yBytes + 6 * pixelBytes;
        long x4 = xBytes + pixelBytes;
        long x5 = xBytes + 2 * pixelBytes;
        long x6 = xBytes + 3 * pixelBytes;
        long x7 = xBytes + 4 * pixelBytes;
        long x8 = xBytes + 5 * pixelBytes;
        long x9 = xBytes + 6 * pixelBytes;
        for (int v = 0; v < vectors; v++) {
            long at = (long) v * LANES * Float.BYTES;
            FloatVector w0 = FloatVector.fromMemorySegment(SPECIES, weight, weightBytes + at, LITTLE_ENDIAN);
            FloatVector w1 = FloatVector.fromMemorySegment(SPECIES, weight, weight1 + at, LITTLE_ENDIAN);
            FloatVector w2 = FloatVector.fromMemorySegment(SPECIES, weight, weight2 + at, LITTLE_ENDIAN);
            FloatVector w3 = FloatVector.fromMemorySegment(SPECIES, weight, weight3 + at, LITTLE_ENDIAN);
            FloatVector w4 = FloatVector.fromMemorySegment(SPECIES, weight, weight4 + at, LITTLE_ENDIAN);
            FloatVector w5 = FloatVector.fromMemorySegment(SPECIES, weight, weight5 + at, LITTLE_ENDIAN);
            FloatVector w6 = FloatVector.fromMemorySegment(SPECIES, weight, weight6 + at, LITTLE_ENDIAN);
            FloatVector s0 = FloatVector.fromMemorySegment(SPECIES, y, yBytes + at, LITTLE_ENDIAN);
            FloatVector s1 = FloatVector.fromMemorySegment(SPECIES, y, y1 + at, LITTLE_ENDIAN);
            FloatVector s2 = FloatVector.fromMemorySegment(SPECIES, y, y2 + at, LITTLE_ENDIAN);
            FloatVector s3 = FloatVector.fromMemorySegment(SPECIES, y, y3 + at, LITTLE_ENDIAN);
            FloatVector s4 = FloatVector.fromMemorySegment(SPECIES, y, y4 + at, LITTLE_ENDIAN);
            FloatVector s5 = FloatVector.fromMemorySegment(SPECIES, y, y5 + at, LITTLE_ENDIAN);
            FloatVector s6 = FloatVector.fromMemorySegment(SPECIES, y, y6 + at, LITTLE_ENDIAN);
            FloatVector in3 = FloatVector.fromMemorySegment(SPECIES, x, xBytes + at, LITTLE_ENDIAN);
            s0 = in3.fma(w3, s0);
            s1 = in3.fma(w2, s1);
            s2 = in3.fma(w1, s2);
            s3 = in3.fma(w0, s3);
            FloatVector in4 = FloatVector.fromMemorySegment(SPECIES, x, x4 + at, LITTLE_ENDIAN);
            s0 = in4.fma(w4, s0);
            s1 = in4.fma(w3, s1);
            s2 = in4.fma(w2, s2);
            s3 = in4.fma(w1, s3);
            s4 = in4.fma(w0, s4);
            FloatVector in5 = FloatVector.fromMemorySegment(SPECIES, x, x5 + at, LITTLE_ENDIAN);
            s0 = in5.fma(w5, s0);
            s1 = in5.fma(w4, s1);
            s2 = in5.fma(w3, s2);
            s3 = in5.fma(w2, s3);
            s4 = in5.fma(w1, s4);
            s5 = in5.fma(w0, s5);
            FloatVector in6 = FloatVector.fromMemorySegment(SPECIES, x, x6 + at, LITTLE_ENDIAN);
            s0 = in6.fma(w6, s0);
            s1 = in6.fma(w5, s1);
            s2 = in6.fma(w4, s2);
            s3 = in6.fma(w3, s3);
            s4 = in6.fma(w2, s4);
            s5 = in6.fma(w1, s5);
            s6 = in6.fma(w0, s6);
            FloatVector in7 = FloatVector.fromMemorySegment(SPECIES, x, x7 + at, LITTLE_ENDIAN);
            s1 = in7.fma(w6, s1);
            s2 = in7.fma(w5, s2);
            s3 = in7.fma(w4, s3);
            s4 = in7.fma(w3, s4);
            s5 = in7.fma(w2, s5);
            s6 = in7.fma(w1, s6);
            FloatVector in8 = FloatVector.fromMemorySegment(SPECIES, x, x8 + at, LITTLE_ENDIAN);
            s2 = in8.fma(w6, s2);
            s3 = in8.fma(w5, s3);
            s4 = in8.fma(w4, s4);
            s5 = in8.fma(w3, s5);
            s6 = in8.fma(w2, s6);
            FloatVector in9 = FloatVector.fromMemorySegment(SPECIES, x, x9 + at, LITTLE_ENDIAN);
            s3 = in9.fma(w6, s3);
            s4 = in9.fma(w5, s4);
            s5 = in9.fma(w4, s5);
            s6 = in9.fma(w3, s6);
            s0.intoMemorySegment(y, yBytes + at, LITTLE_ENDIAN);
            s1.intoMemorySegment(y, y1 + at, LITTLE_ENDIAN);
            s2.intoMemorySegment(y, y2 + at, LITTLE_ENDIAN);
            s3.intoMemorySegment(y, y3 + at, LITTLE_ENDIAN);
            s4.intoMemorySegment(y, y4 + at, LITTLE_ENDIAN);
            s5.intoMemorySegment(y, y5 + at, LITTLE_ENDIAN);
            s6.intoMemorySegment(y, y6 + at, LITTLE_ENDIAN);
        }
    }
}
