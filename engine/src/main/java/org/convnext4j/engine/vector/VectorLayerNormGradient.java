package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.convnext4j.engine.kernel.gradient.LayerNormGradient;

/**
 * The gradients of layer normalisation in four passes over a row that lies in the first-level cache: mean, variance, the
 * two sums of the input gradient together with the parameters' sums, result.
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
                Memory.zero(part + row / PART_ROWS * partBytes, 2L * channels);
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
        long biasPart = part + (long) channels * Float.BYTES;
        int whole = Lanes.wholeVectors(channels);
        FloatVector means = FloatVector.broadcast(SPECIES, mean);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        FloatVector sums = FloatVector.zero(SPECIES);
        FloatVector normalSums = FloatVector.zero(SPECIES);
        for (int c = 0; c < whole; c += LANES) {
            long at = (long) c * Float.BYTES;
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN);
            FloatVector normal = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN)
                    .sub(means)
                    .mul(scales);
            g.fma(normal, FloatVector.fromMemorySegment(SPECIES, Memory.ALL, part + at, LITTLE_ENDIAN))
                    .intoMemorySegment(Memory.ALL, part + at, LITTLE_ENDIAN);
            g.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, biasPart + at, LITTLE_ENDIAN))
                    .intoMemorySegment(Memory.ALL, biasPart + at, LITTLE_ENDIAN);
            FloatVector weighted =
                    g.mul(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weight + at, LITTLE_ENDIAN));
            sums = sums.add(weighted);
            normalSums = weighted.fma(normal, normalSums);
        }
        if (whole < channels) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> mask = SPECIES.indexInRange(whole, channels);
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN, mask);
            FloatVector normal = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN, mask)
                    .sub(means)
                    .mul(scales);
            g.fma(normal, FloatVector.fromMemorySegment(SPECIES, Memory.ALL, part + at, LITTLE_ENDIAN, mask))
                    .intoMemorySegment(Memory.ALL, part + at, LITTLE_ENDIAN, mask);
            g.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, biasPart + at, LITTLE_ENDIAN, mask))
                    .intoMemorySegment(Memory.ALL, biasPart + at, LITTLE_ENDIAN, mask);
            // Beyond the row g is 0, and so is all that is added here.
            FloatVector weighted =
                    g.mul(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weight + at, LITTLE_ENDIAN, mask));
            sums = sums.add(weighted);
            normalSums = weighted.fma(normal, normalSums);
        }
        float sum = Lanes.sum(sums) / channels;
        float normalSum = Lanes.sum(normalSums) / channels;
        result(channels, mean, scale, sum, normalSum, weight, x, gradY, gradX);
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
