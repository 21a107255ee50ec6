package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.FLOAT;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.convnext4j.engine.kernel.ChannelNorm;
import org.convnext4j.engine.kernel.LayerNorm;

/**
 * LayerNorm in three passes over a row that lies in the first-level cache: mean, variance about the mean, result. The
 * one-pass variance (mean of squares minus square of the mean) would lose all digits on rows far from zero. Rows that are
 * too far from it or too large for floats are left to {@link WideLayerNorm}.
 *
 * <p>Each sum runs in two vectors so that consecutive adds need not wait for each other. Channels beyond whole vectors go
 * one by one: once another network of the JVM had taken a branch with a mask, C2 made an object of the means for every row,
 * also of those that need no mask.
 */
final class VectorLayerNorm implements LayerNorm {
    @Override
    public String name() {
        return "vector";
    }

    @Override
    public void normalize(
            int rows,
            int channels,
            float epsilon,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        ChannelNorm.checkNormalize(rows, channels, x, xBytes, xStride, y, yBytes, yStride);
        long xAddress = Memory.address(x, xBytes, Memory.span(rows, xStride, channels));
        long yAddress = Memory.writable(y, yBytes, Memory.span(rows, yStride, channels));
        long lanes = Scratch.address();
        for (int row = 0; row < rows; row++) {
            long from = xAddress + (long) row * xStride * Float.BYTES;
            long to = yAddress + (long) row * yStride * Float.BYTES;
            float mean = sum(channels, from, lanes) / channels;
            float squares = squares(channels, mean, from, lanes);
            if (WideLayerNorm.isNeeded(channels, mean, squares, epsilon)) {
                WideLayerNorm.normalize(channels, epsilon, from, to);
            } else {
                scaled(channels, mean, scale(squares, channels, epsilon), from, to);
            }
        }
    }

    @Override
    public void forward(
            int rows,
            int channels,
            float epsilon,
            MemorySegment weight,
            MemorySegment bias,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        ChannelNorm.checkForward(rows, channels, weight, bias, x, xBytes, xStride, y, yBytes, yStride);
        long xAddress = Memory.address(x, xBytes, Memory.span(rows, xStride, channels));
        long yAddress = Memory.writable(y, yBytes, Memory.span(rows, yStride, channels));
        long weights = Memory.address(weight, 0, channels);
        long biases = Memory.address(bias, 0, channels);
        long lanes = Scratch.address();
        for (int row = 0; row < rows; row++) {
            long from = xAddress + (long) row * xStride * Float.BYTES;
            long to = yAddress + (long) row * yStride * Float.BYTES;
            float mean = sum(channels, from, lanes) / channels;
            float squares = squares(channels, mean, from, lanes);
            if (WideLayerNorm.isNeeded(channels, mean, squares, epsilon)) {
                WideLayerNorm.affine(channels, epsilon, weights, biases, from, to);
            } else {
                affine(channels, mean, scale(squares, channels, epsilon), weights, biases, from, to);
            }
        }
    }

    static float scale(float squares, int channels, float epsilon) {
        return (float) (1 / Math.sqrt((double) squares / channels + epsilon));
    }

    /** {@code lanes}: the address of a vector to use. */
    static float sum(int channels, long x, long lanes) {
        int pairs = channels - channels % (2 * LANES);
        long from = Memory.at(x);
        FloatVector even = FloatVector.zero(SPECIES);
        FloatVector odd = FloatVector.zero(SPECIES);
        for (int c = 0; c < pairs; c += 2 * LANES) {
            long at = from + Memory.offset(c);
            even = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, LITTLE_ENDIAN)
                    .add(even);
            odd = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + Lanes.BYTES, LITTLE_ENDIAN)
                    .add(odd);
        }
        int rest = pairs;
        if (rest + LANES <= channels) {
            even = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + Memory.offset(rest), LITTLE_ENDIAN)
                    .add(even);
            rest += LANES;
        }
        even.add(odd).intoMemorySegment(Memory.ALL, lanes, LITTLE_ENDIAN);
        float sum = Lanes.sum(lanes);
        for (int c = rest; c < channels; c++) {
            sum += Memory.ALL.get(FLOAT, from + Memory.offset(c));
        }
        return sum;
    }

    static float squares(int channels, float mean, long x, long lanes) {
        int pairs = channels - channels % (2 * LANES);
        long from = Memory.at(x);
        FloatVector means = FloatVector.broadcast(SPECIES, mean);
        FloatVector even = FloatVector.zero(SPECIES);
        FloatVector odd = FloatVector.zero(SPECIES);
        for (int c = 0; c < pairs; c += 2 * LANES) {
            long at = from + Memory.offset(c);
            FloatVector d0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, LITTLE_ENDIAN)
                    .sub(means);
            FloatVector d1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + Lanes.BYTES, LITTLE_ENDIAN)
                    .sub(means);
            even = d0.fma(d0, even);
            odd = d1.fma(d1, odd);
        }
        int rest = pairs;
        if (rest + LANES <= channels) {
            FloatVector d = FloatVector.fromMemorySegment(
                            SPECIES, Memory.ALL, from + Memory.offset(rest), LITTLE_ENDIAN)
                    .sub(means);
            even = d.fma(d, even);
            rest += LANES;
        }
        even.add(odd).intoMemorySegment(Memory.ALL, lanes, LITTLE_ENDIAN);
        float sum = Lanes.sum(lanes);
        for (int c = rest; c < channels; c++) {
            float d = Memory.ALL.get(FLOAT, from + Memory.offset(c)) - mean;
            sum = Math.fma(d, d, sum);
        }
        return sum;
    }

    static void scaled(int channels, float mean, float scale, long x, long y) {
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        FloatVector means = FloatVector.broadcast(SPECIES, mean);
        int whole = Lanes.wholeVectors(channels);
        long from = Memory.at(x);
        long to = Memory.at(y);
        for (int c = 0; c < whole; c += LANES) {
            long at = Memory.offset(c);
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + at, LITTLE_ENDIAN)
                    .sub(means)
                    .mul(scales)
                    .intoMemorySegment(Memory.ALL, to + at, LITTLE_ENDIAN);
        }
        for (int c = whole; c < channels; c++) {
            long at = Memory.offset(c);
            Memory.ALL.set(FLOAT, to + at, (Memory.ALL.get(FLOAT, from + at) - mean) * scale);
        }
    }

    static void affine(int channels, float mean, float scale, long weight, long bias, long x, long y) {
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        FloatVector means = FloatVector.broadcast(SPECIES, mean);
        int whole = Lanes.wholeVectors(channels);
        long from = Memory.at(x);
        long to = Memory.at(y);
        long weights = Memory.at(weight);
        long biases = Memory.at(bias);
        for (int c = 0; c < whole; c += LANES) {
            long at = Memory.offset(c);
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + at, LITTLE_ENDIAN)
                    .sub(means)
                    .mul(scales)
                    .fma(
                            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights + at, LITTLE_ENDIAN),
                            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, biases + at, LITTLE_ENDIAN))
                    .intoMemorySegment(Memory.ALL, to + at, LITTLE_ENDIAN);
        }
        for (int c = whole; c < channels; c++) {
            long at = Memory.offset(c);
            float normal = (Memory.ALL.get(FLOAT, from + at) - mean) * scale;
            float result = Math.fma(normal, Memory.ALL.get(FLOAT, weights + at), Memory.ALL.get(FLOAT, biases + at));
            Memory.ALL.set(FLOAT, to + at, result);
        }
    }
}
