package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.FLOAT;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;
import org.convnext4j.engine.kernel.gradient.LayerNormGradient;

/**
 * The gradients of layer normalisation in six passes over a row that lies in the first-level cache: mean, variance, the
 * parameters' sums, the two sums of the input gradient, result. One small loop a method: with two of these in one, C2
 * stopped inlining and made objects of the vectors, and so it did with masks for the channels beyond whole vectors, of
 * which no published model has any; those go one by one.
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
        ChannelNormGradient.checkBackward(
                rowBegin,
                rowEnd,
                channels,
                weight,
                weightBytes,
                x,
                xBytes,
                xStride,
                gradY,
                gradYBytes,
                gradYStride,
                gradX,
                gradXBytes,
                gradXStride,
                parts,
                partsBytes);
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
                parts, partsBytes + rowBegin / PART_ROWS * partBytes, 2L * channels * ChannelNormGradient.parts(rows));
        long lanes = Scratch.address();
        for (int row = 0; row < rows; row++) {
            if (row % PART_ROWS == 0) {
                Memory.zero(part + row / PART_ROWS * partBytes, 2 * channels);
            }
            long xRow = in + (long) row * xStride * Float.BYTES;
            float mean = VectorLayerNorm.sum(channels, xRow, lanes) / channels;
            float squares = VectorLayerNorm.squares(channels, mean, xRow, lanes);
            long gradYRow = from + (long) row * gradYStride * Float.BYTES;
            long gradXRow = to + (long) row * gradXStride * Float.BYTES;
            long rowPart = part + row / PART_ROWS * partBytes;
            if (WideLayerNorm.isNeeded(channels, mean, squares, epsilon)) {
                WideLayerNorm.gradient(channels, epsilon, weights, xRow, gradYRow, gradXRow, rowPart);
            } else {
                float scale = VectorLayerNorm.scale(squares, channels, epsilon);
                row(channels, mean, scale, weights, xRow, gradYRow, gradXRow, rowPart, lanes);
            }
        }
    }

    private static void row(
            int channels, float mean, float scale, long weight, long x, long gradY, long gradX, long part, long lanes) {
        int whole = Lanes.wholeVectors(channels);
        int left = channels - whole;
        long at = (long) whole * Float.BYTES;
        addToPart(whole, mean, scale, x, gradY, part, part + (long) channels * Float.BYTES);
        float sum = weightedSum(whole, weight, gradY, lanes);
        float normalSum = normalSum(whole, mean, scale, weight, x, gradY, lanes);
        if (left > 0) {
            long biasPart = part + (long) channels * Float.BYTES + at;
            addTailToPart(left, mean, scale, x + at, gradY + at, part + at, biasPart);
            sum += weightedTail(left, weight + at, gradY + at);
            normalSum += normalTail(left, mean, scale, weight + at, x + at, gradY + at);
        }
        sum /= channels;
        normalSum /= channels;
        result(whole, mean, scale, sum, normalSum, weight, x, gradY, gradX);
        if (left > 0) {
            resultTail(left, mean, scale, sum, normalSum, weight + at, x + at, gradY + at, gradX + at);
        }
    }

    private static float get(long address) {
        return Memory.ALL.get(FLOAT, address);
    }

    static void addToPart(int whole, float mean, float scale, long x, long gradY, long part, long biasPart) {
        for (int c = 0; c < whole; c += LANES) {
            long at = (long) c * Float.BYTES;
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN);
            g.fma(
                            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN)
                                    .sub(mean)
                                    .mul(scale),
                            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, part + at, LITTLE_ENDIAN))
                    .intoMemorySegment(Memory.ALL, part + at, LITTLE_ENDIAN);
            g.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, biasPart + at, LITTLE_ENDIAN))
                    .intoMemorySegment(Memory.ALL, biasPart + at, LITTLE_ENDIAN);
        }
    }

    static void addTailToPart(int left, float mean, float scale, long x, long gradY, long part, long biasPart) {
        for (long at = 0; at < (long) left * Float.BYTES; at += Float.BYTES) {
            float g = get(gradY + at);
            Memory.ALL.set(FLOAT, part + at, get(part + at) + g * ((get(x + at) - mean) * scale));
            Memory.ALL.set(FLOAT, biasPart + at, get(biasPart + at) + g);
        }
    }

    private static float weightedSum(int whole, long weight, long gradY, long lanes) {
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int c = 0; c < whole; c += LANES) {
            long at = (long) c * Float.BYTES;
            sums = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN)
                    .mul(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weight + at, LITTLE_ENDIAN))
                    .add(sums);
        }
        sums.intoMemorySegment(Memory.ALL, lanes, LITTLE_ENDIAN);
        return Lanes.sum(lanes);
    }

    private static float weightedTail(int left, long weight, long gradY) {
        float sum = 0;
        for (long at = 0; at < (long) left * Float.BYTES; at += Float.BYTES) {
            sum += get(gradY + at) * get(weight + at);
        }
        return sum;
    }

    static float normalSum(int whole, float mean, float scale, long weight, long x, long gradY, long lanes) {
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int c = 0; c < whole; c += LANES) {
            long at = (long) c * Float.BYTES;
            FloatVector normal = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN)
                    .sub(mean)
                    .mul(scale);
            sums = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN)
                    .mul(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weight + at, LITTLE_ENDIAN))
                    .fma(normal, sums);
        }
        sums.intoMemorySegment(Memory.ALL, lanes, LITTLE_ENDIAN);
        return Lanes.sum(lanes);
    }

    static float normalTail(int left, float mean, float scale, long weight, long x, long gradY) {
        float sum = 0;
        for (long at = 0; at < (long) left * Float.BYTES; at += Float.BYTES) {
            sum += get(gradY + at) * get(weight + at) * ((get(x + at) - mean) * scale);
        }
        return sum;
    }

    /** gradY times weight is rounded before the mean is taken off, as it was in the mean: one channel's gradient is 0. */
    static void result(
            int whole,
            float mean,
            float scale,
            float sum,
            float normalSum,
            long weight,
            long x,
            long gradY,
            long gradX) {
        FloatVector negativeNormalSums = FloatVector.broadcast(SPECIES, -normalSum);
        for (int c = 0; c < whole; c += LANES) {
            long at = (long) c * Float.BYTES;
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN)
                    .sub(mean)
                    .mul(scale)
                    .fma(
                            negativeNormalSums,
                            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN)
                                    .mul(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weight + at, LITTLE_ENDIAN))
                                    .sub(sum))
                    .mul(scale)
                    .intoMemorySegment(Memory.ALL, gradX + at, LITTLE_ENDIAN);
        }
    }

    static void resultTail(
            int left,
            float mean,
            float scale,
            float sum,
            float normalSum,
            long weight,
            long x,
            long gradY,
            long gradX) {
        for (long at = 0; at < (long) left * Float.BYTES; at += Float.BYTES) {
            float normal = (get(x + at) - mean) * scale;
            float value = scale * (get(gradY + at) * get(weight + at) - sum - normalSum * normal);
            Memory.ALL.set(FLOAT, gradX + at, value);
        }
    }
}
