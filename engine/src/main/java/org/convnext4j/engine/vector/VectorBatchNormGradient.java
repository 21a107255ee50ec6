package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.convnext4j.engine.kernel.BatchNorm;
import org.convnext4j.engine.kernel.gradient.BatchNormGradient;

/** The gradients of batch normalisation, in the manner of {@link VectorBatchNorm}. */
final class VectorBatchNormGradient implements BatchNormGradient {
    @Override
    public String name() {
        return "vector";
    }

    @Override
    public void partSums(
            int rowBegin,
            int rowEnd,
            int channels,
            MemorySegment mean,
            long meanBytes,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment parts,
            long partsBytes) {
        BatchNormGradient.checkPartSums(
                rowBegin,
                rowEnd,
                channels,
                mean,
                meanBytes,
                x,
                xBytes,
                xStride,
                gradY,
                gradYBytes,
                gradYStride,
                parts,
                partsBytes);
        int rows = rowEnd - rowBegin;
        long xRow = (long) xStride * Float.BYTES;
        long gradRow = (long) gradYStride * Float.BYTES;
        long channelBytes = (long) channels * Float.BYTES;
        long means = Memory.address(mean, meanBytes, channels);
        long in = Memory.address(x, xBytes + rowBegin * xRow, Memory.span(rows, xStride, channels));
        long from = Memory.address(gradY, gradYBytes + rowBegin * gradRow, Memory.span(rows, gradYStride, channels));
        long to = Memory.writable(
                parts,
                partsBytes + rowBegin / BatchNorm.PART_ROWS * 2L * channelBytes,
                2L * channels * BatchNorm.parts(rows));
        for (int begin = 0; begin < rows; begin += BatchNorm.PART_ROWS) {
            int count = Math.min(BatchNorm.PART_ROWS, rows - begin);
            long xPart = in + begin * xRow;
            long gradPart = from + begin * gradRow;
            long sums = to + begin / BatchNorm.PART_ROWS * 2L * channelBytes;
            if (channels < LANES) {
                few(channels, count, means, xPart, xRow, gradPart, gradRow, sums, sums + channelBytes);
                continue;
            }
            for (int channel = 0; channel < channels; channel += LANES) {
                long at = (long) Math.min(channel, channels - LANES) * Float.BYTES;
                products(count, means + at, xPart + at, xRow, gradPart + at, gradRow, sums + at);
                sums(count, gradPart + at, gradRow, sums + channelBytes + at);
            }
        }
    }

    private static void products(int rows, long mean, long x, long xRow, long gradY, long gradRow, long sum) {
        FloatVector means = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, mean, LITTLE_ENDIAN);
        FloatVector products = FloatVector.zero(SPECIES);
        for (int row = 0; row < rows; row++) {
            products = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + row * xRow, LITTLE_ENDIAN)
                    .sub(means)
                    .fma(
                            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + row * gradRow, LITTLE_ENDIAN),
                            products);
        }
        products.intoMemorySegment(Memory.ALL, sum, LITTLE_ENDIAN);
    }

    private static void sums(int rows, long gradY, long gradRow, long sum) {
        FloatVector grads = FloatVector.zero(SPECIES);
        for (int row = 0; row < rows; row++) {
            grads = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + row * gradRow, LITTLE_ENDIAN)
                    .add(grads);
        }
        grads.intoMemorySegment(Memory.ALL, sum, LITTLE_ENDIAN);
    }

    /** Both for fewer channels than a vector has lanes. */
    private static void few(
            int channels,
            int rows,
            long mean,
            long x,
            long xRow,
            long gradY,
            long gradRow,
            long productSum,
            long gradSum) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, channels);
        FloatVector means = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, mean, LITTLE_ENDIAN, mask);
        FloatVector products = FloatVector.zero(SPECIES);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int row = 0; row < rows; row++) {
            FloatVector g =
                    FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + row * gradRow, LITTLE_ENDIAN, mask);
            products = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + row * xRow, LITTLE_ENDIAN, mask)
                    .sub(means)
                    .fma(g, products);
            sum = g.add(sum);
        }
        products.intoMemorySegment(Memory.ALL, productSum, LITTLE_ENDIAN, mask);
        sum.intoMemorySegment(Memory.ALL, gradSum, LITTLE_ENDIAN, mask);
    }

    @Override
    public void inputGradient(
            int rows,
            int channels,
            MemorySegment coefficients,
            long coefficientsBytes,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment gradX,
            long gradXBytes,
            int gradXStride) {
        BatchNormGradient.checkInputGradient(
                rows,
                channels,
                coefficients,
                coefficientsBytes,
                x,
                xBytes,
                xStride,
                gradY,
                gradYBytes,
                gradYStride,
                gradX,
                gradXBytes,
                gradXStride);
        long factors = Memory.address(coefficients, coefficientsBytes, 4L * channels);
        long in = Memory.address(x, xBytes, Memory.span(rows, xStride, channels));
        long from = Memory.address(gradY, gradYBytes, Memory.span(rows, gradYStride, channels));
        long to = Memory.writable(gradX, gradXBytes, Memory.span(rows, gradXStride, channels));
        for (int row = 0; row < rows; row++) {
            long at = in + (long) row * xStride * Float.BYTES;
            long grad = from + (long) row * gradYStride * Float.BYTES;
            long out = to + (long) row * gradXStride * Float.BYTES;
            if (channels < LANES) {
                fewResults(channels, factors, at, grad, out);
            } else {
                row(channels, factors, at, grad, out);
            }
        }
    }

    private static void row(int channels, long factors, long x, long gradY, long gradX) {
        long stride = (long) channels * Float.BYTES;
        int whole = Lanes.wholeVectors(channels);
        long end = (long) (channels - LANES) * Float.BYTES;
        FloatVector lastX = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + end, LITTLE_ENDIAN);
        FloatVector last = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + end, LITTLE_ENDIAN);
        for (int channel = 0; channel < whole; channel += LANES) {
            long at = (long) channel * Float.BYTES;
            long factor = factors + at;
            FloatVector moved = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN)
                    .sub(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, factor + stride, LITTLE_ENDIAN))
                    .fma(
                            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, factor + 2 * stride, LITTLE_ENDIAN),
                            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, factor + 3 * stride, LITTLE_ENDIAN));
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN)
                    .fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, factor, LITTLE_ENDIAN), moved)
                    .intoMemorySegment(Memory.ALL, gradX + at, LITTLE_ENDIAN);
        }
        long factor = factors + end;
        FloatVector moved = lastX.sub(
                        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, factor + stride, LITTLE_ENDIAN))
                .fma(
                        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, factor + 2 * stride, LITTLE_ENDIAN),
                        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, factor + 3 * stride, LITTLE_ENDIAN));
        last.fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, factor, LITTLE_ENDIAN), moved)
                .intoMemorySegment(Memory.ALL, gradX + end, LITTLE_ENDIAN);
    }

    /** Channel by channel: seven operations under a mask are more than C1 has registers for. */
    private static void fewResults(int channels, long factors, long x, long gradY, long gradX) {
        long stride = (long) channels * Float.BYTES;
        for (int channel = 0; channel < channels; channel++) {
            long at = (long) channel * Float.BYTES;
            long factor = factors + at;
            float difference = Memory.ALL.get(Lanes.FLOAT, x + at) - Memory.ALL.get(Lanes.FLOAT, factor + stride);
            float moved = Math.fma(
                    difference,
                    Memory.ALL.get(Lanes.FLOAT, factor + 2 * stride),
                    Memory.ALL.get(Lanes.FLOAT, factor + 3 * stride));
            float grad = Memory.ALL.get(Lanes.FLOAT, gradY + at);
            Memory.ALL.set(Lanes.FLOAT, gradX + at, Math.fma(grad, Memory.ALL.get(Lanes.FLOAT, factor), moved));
        }
    }
}
