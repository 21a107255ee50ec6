package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.convnext4j.engine.kernel.BatchNorm;

/**
 * Batch normalisation: statistics one vector of channels at a time, down the rows of a part; results row by row.
 *
 * <p>Channels beyond whole vectors are taken with the last vector of them, which overlaps the one before: their
 * statistics are computed twice and are the same, and a row's last inputs are loaded before the first store. Only maps of
 * fewer channels than lanes go under a mask.
 */
final class VectorBatchNorm implements BatchNorm {
    @Override
    public String name() {
        return "vector";
    }

    @Override
    public void partStatistics(
            int rowBegin,
            int rowEnd,
            int channels,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment parts,
            long partsBytes) {
        BatchNorm.checkPartStatistics(rowBegin, rowEnd, channels, x, xBytes, xStride, parts, partsBytes);
        int rows = rowEnd - rowBegin;
        long rowBytes = (long) xStride * Float.BYTES;
        long channelBytes = (long) channels * Float.BYTES;
        long from = Memory.address(x, xBytes + rowBegin * rowBytes, Memory.span(rows, xStride, channels));
        long to = Memory.writable(
                parts, partsBytes + rowBegin / PART_ROWS * 2L * channelBytes, 2L * channels * BatchNorm.parts(rows));
        for (int begin = 0; begin < rows; begin += PART_ROWS) {
            int count = Math.min(PART_ROWS, rows - begin);
            long part = from + begin * rowBytes;
            long sums = to + begin / PART_ROWS * 2L * channelBytes;
            if (channels < LANES) {
                few(channels, count, rowBytes, part, sums, sums + channelBytes);
                continue;
            }
            for (int channel = 0; channel < channels; channel += LANES) {
                long at = (long) Math.min(channel, channels - LANES) * Float.BYTES;
                mean(count, rowBytes, part + at, sums + at);
                squares(count, rowBytes, part + at, sums + at, sums + channelBytes + at);
            }
        }
    }

    private static void mean(int rows, long rowBytes, long x, long mean) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int row = 0; row < rows; row++) {
            sum = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + row * rowBytes, LITTLE_ENDIAN)
                    .add(sum);
        }
        sum.div((float) rows).intoMemorySegment(Memory.ALL, mean, LITTLE_ENDIAN);
    }

    private static void squares(int rows, long rowBytes, long x, long mean, long squares) {
        FloatVector means = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, mean, LITTLE_ENDIAN);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int row = 0; row < rows; row++) {
            FloatVector d = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + row * rowBytes, LITTLE_ENDIAN)
                    .sub(means);
            sum = d.fma(d, sum);
        }
        sum.intoMemorySegment(Memory.ALL, squares, LITTLE_ENDIAN);
    }

    /** Both for fewer channels than a vector has lanes. */
    private static void few(int channels, int rows, long rowBytes, long x, long mean, long squares) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, channels);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int row = 0; row < rows; row++) {
            sum = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + row * rowBytes, LITTLE_ENDIAN, mask)
                    .add(sum);
        }
        FloatVector means = sum.div((float) rows);
        FloatVector total = FloatVector.zero(SPECIES);
        for (int row = 0; row < rows; row++) {
            FloatVector d = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + row * rowBytes, LITTLE_ENDIAN, mask)
                    .sub(means);
            total = d.fma(d, total);
        }
        means.intoMemorySegment(Memory.ALL, mean, LITTLE_ENDIAN, mask);
        total.intoMemorySegment(Memory.ALL, squares, LITTLE_ENDIAN, mask);
    }

    @Override
    public void affine(
            int rows,
            int channels,
            MemorySegment scale,
            long scaleBytes,
            MemorySegment shift,
            long shiftBytes,
            boolean relu,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        BatchNorm.checkAffine(
                rows, channels, scale, scaleBytes, shift, shiftBytes, x, xBytes, xStride, y, yBytes, yStride);
        long scales = Memory.address(scale, scaleBytes, channels);
        long shifts = Memory.address(shift, shiftBytes, channels);
        long from = Memory.address(x, xBytes, Memory.span(rows, xStride, channels));
        long to = Memory.writable(y, yBytes, Memory.span(rows, yStride, channels));
        // Below any number, so that it changes none; NaN stays NaN with either.
        float least = relu ? 0 : Float.NEGATIVE_INFINITY;
        if (channels < LANES) {
            fewAffine(rows, channels, least, scales, shifts, from, xStride, to, yStride);
            return;
        }
        for (int row = 0; row < rows; row++) {
            long in = from + (long) row * xStride * Float.BYTES;
            row(channels, least, scales, shifts, in, to + (long) row * yStride * Float.BYTES);
        }
    }

    private static void row(int channels, float least, long scale, long shift, long x, long y) {
        int whole = Lanes.wholeVectors(channels);
        long end = (long) (channels - LANES) * Float.BYTES;
        FloatVector last = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + end, LITTLE_ENDIAN);
        for (int c = 0; c < whole; c += LANES) {
            long at = (long) c * Float.BYTES;
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN)
                    .fma(
                            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, scale + at, LITTLE_ENDIAN),
                            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, shift + at, LITTLE_ENDIAN))
                    .max(least)
                    .intoMemorySegment(Memory.ALL, y + at, LITTLE_ENDIAN);
        }
        last.fma(
                        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, scale + end, LITTLE_ENDIAN),
                        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, shift + end, LITTLE_ENDIAN))
                .max(least)
                .intoMemorySegment(Memory.ALL, y + end, LITTLE_ENDIAN);
    }

    private static void fewAffine(
            int rows, int channels, float least, long scale, long shift, long x, int xStride, long y, int yStride) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, channels);
        FloatVector scales = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, scale, LITTLE_ENDIAN, mask);
        FloatVector shifts = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, shift, LITTLE_ENDIAN, mask);
        for (int row = 0; row < rows; row++) {
            long in = x + (long) row * xStride * Float.BYTES;
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, in, LITTLE_ENDIAN, mask)
                    .fma(scales, shifts)
                    .max(least)
                    .intoMemorySegment(Memory.ALL, y + (long) row * yStride * Float.BYTES, LITTLE_ENDIAN, mask);
        }
    }
}
