package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.convnext4j.engine.kernel.gradient.LayerNormGradient;

/**
 * The gradients of layer normalisation in passes over a row that lies in the first-level cache: mean, variance, the
 * parameters' sums, the two sums of the input gradient, result. With the three kinds of sums in one method, C1 gives up on
 * it ("out of virtual registers").
 */
final class VectorLayerNormGradient implements LayerNormGradient {
    @Override
    public String name() {
        return "vector";
    }

    @Override
    public void backward(
            int rowBegin,
            int rowEnd,
            int channels,
            float epsilon,
            MemorySegment weight,
            long weightBytes,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment gradX,
            long gradXBytes,
            int gradXStride,
            MemorySegment parts,
            long partsBytes) {
        LayerNormGradient.requirePartBegin(rowBegin);
        int rows = rowEnd - rowBegin;
        long partBytes = 2L * channels * Float.BYTES;
        long weights = Memory.address(weight, weightBytes, channels);
        long in = Memory.address(
                x, xBytes + (long) rowBegin * xStride * Float.BYTES, Memory.span(rows, xStride, channels));
        long from = Memory.address(
                gradY,
                gradYBytes + (long) rowBegin * gradYStride * Float.BYTES,
                Memory.span(rows, gradYStride, channels));
        long to = Memory.writable(
                gradX,
                gradXBytes + (long) rowBegin * gradXStride * Float.BYTES,
                Memory.span(rows, gradXStride, channels));
        long part = Memory.writable(
                parts, partsBytes + rowBegin / PART_ROWS * partBytes, 2L * channels * LayerNormGradient.parts(rows));
        for (int row = 0; row < rows; row++) {
            if (row % PART_ROWS == 0) {
                Memory.zero(part + row / PART_ROWS * partBytes, 2 * channels);
            }
            long xRow = in + (long) row * xStride * Float.BYTES;
            float mean = VectorLayerNorm.sum(channels, xRow) / channels;
            float scale = VectorLayerNorm.scale(VectorLayerNorm.squares(channels, mean, xRow), channels, epsilon);
            row(
                    channels,
                    mean,
                    scale,
                    weights,
                    xRow,
                    from + (long) row * gradYStride * Float.BYTES,
                    to + (long) row * gradXStride * Float.BYTES,
                    part + row / PART_ROWS * partBytes);
        }
    }

    private static void row(
            int channels, float mean, float scale, long weight, long x, long gradY, long gradX, long part) {
        addToPart(channels, mean, scale, x, gradY, part);
        float sum = sum(channels, weight, gradY) / channels;
        float normalSum = normalSum(channels, mean, scale, weight, x, gradY) / channels;
        result(channels, mean, scale, sum, normalSum, weight, x, gradY, gradX);
    }

    private static void addToPart(int channels, float mean, float scale, long x, long gradY, long part) {
        long biasPart = part + (long) channels * Float.BYTES;
        int whole = Lanes.wholeVectors(channels);
        FloatVector means = FloatVector.broadcast(SPECIES, mean);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        for (int c = 0; c < whole; c += LANES) {
            long at = (long) c * Float.BYTES;
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN);
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN)
                    .sub(means)
                    .mul(scales)
                    .fma(g, FloatVector.fromMemorySegment(SPECIES, Memory.ALL, part + at, LITTLE_ENDIAN))
                    .intoMemorySegment(Memory.ALL, part + at, LITTLE_ENDIAN);
            g.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, biasPart + at, LITTLE_ENDIAN))
                    .intoMemorySegment(Memory.ALL, biasPart + at, LITTLE_ENDIAN);
        }
        if (whole < channels) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> mask = SPECIES.indexInRange(whole, channels);
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN, mask);
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN, mask)
                    .sub(means)
                    .mul(scales)
                    .fma(g, FloatVector.fromMemorySegment(SPECIES, Memory.ALL, part + at, LITTLE_ENDIAN, mask))
                    .intoMemorySegment(Memory.ALL, part + at, LITTLE_ENDIAN, mask);
            g.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, biasPart + at, LITTLE_ENDIAN, mask))
                    .intoMemorySegment(Memory.ALL, biasPart + at, LITTLE_ENDIAN, mask);
        }
    }

    /** The sum of gradY times weight. */
    private static float sum(int channels, long weight, long gradY) {
        int whole = Lanes.wholeVectors(channels);
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int c = 0; c < whole; c += LANES) {
            long at = (long) c * Float.BYTES;
            sums = sums.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN)
                    .mul(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weight + at, LITTLE_ENDIAN)));
        }
        if (whole < channels) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> mask = SPECIES.indexInRange(whole, channels);
            sums = sums.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN, mask)
                    .mul(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weight + at, LITTLE_ENDIAN, mask)));
        }
        return Lanes.sum(sums);
    }

    /** The sum of gradY times weight times the normalised value. */
    private static float normalSum(int channels, float mean, float scale, long weight, long x, long gradY) {
        int whole = Lanes.wholeVectors(channels);
        FloatVector means = FloatVector.broadcast(SPECIES, mean);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int c = 0; c < whole; c += LANES) {
            long at = (long) c * Float.BYTES;
            FloatVector weighted = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN)
                    .mul(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weight + at, LITTLE_ENDIAN));
            sums = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN)
                    .sub(means)
                    .mul(scales)
                    .fma(weighted, sums);
        }
        if (whole < channels) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> mask = SPECIES.indexInRange(whole, channels);
            // Beyond the row gradY is 0, and so is what is added.
            FloatVector weighted = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN, mask)
                    .mul(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weight + at, LITTLE_ENDIAN, mask));
            sums = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN, mask)
                    .sub(means)
                    .mul(scales)
                    .fma(weighted, sums);
        }
        return Lanes.sum(sums);
    }

    /** gradY times weight is rounded before the mean is taken off, as it was in the mean: one channel's gradient is 0. */
    private static void result(
            int channels,
            float mean,
            float scale,
            float sum,
            float normalSum,
            long weight,
            long x,
            long gradY,
            long gradX) {
        int whole = Lanes.wholeVectors(channels);
        FloatVector means = FloatVector.broadcast(SPECIES, mean);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        FloatVector sums = FloatVector.broadcast(SPECIES, sum);
        FloatVector negativeNormalSums = FloatVector.broadcast(SPECIES, -normalSum);
        for (int c = 0; c < whole; c += LANES) {
            long at = (long) c * Float.BYTES;
            FloatVector normal = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN)
                    .sub(means)
                    .mul(scales);
            FloatVector weighted = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN)
                    .mul(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weight + at, LITTLE_ENDIAN));
            normal.fma(negativeNormalSums, weighted.sub(sums))
                    .mul(scales)
                    .intoMemorySegment(Memory.ALL, gradX + at, LITTLE_ENDIAN);
        }
        if (whole < channels) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> mask = SPECIES.indexInRange(whole, channels);
            FloatVector normal = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN, mask)
                    .sub(means)
                    .mul(scales);
            FloatVector weighted = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN, mask)
                    .mul(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weight + at, LITTLE_ENDIAN, mask));
            normal.fma(negativeNormalSums, weighted.sub(sums))
                    .mul(scales)
                    .intoMemorySegment(Memory.ALL, gradX + at, LITTLE_ENDIAN, mask);
        }
    }
}
