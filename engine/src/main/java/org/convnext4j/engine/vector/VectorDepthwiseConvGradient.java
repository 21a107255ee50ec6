package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.gradient.DepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.TurnedFilters;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The weight gradient, one vector of channels at a time, row by row of gradY: each meets the 7 rows of x around it, which
 * are copied to scratch memory as dense rows with 3 pixels of zeros on both sides. A row is copied once and read 49
 * times, from the first-level cache, and neither the edges of the map nor the channels beyond the last whole vector need
 * a path of their own. The products with the zeros add nothing, so that each channel's sums have the same bits in
 * whatever range it lies.
 */
final class VectorDepthwiseConvGradient implements DepthwiseConvGradient {
    private static final int KERNEL = DepthwiseConv.KERNEL;
    private static final int PADDING = DepthwiseConv.PADDING;

    /** Vectors of sums: one per tap, then the bias's. */
    private static final int SUMS = KERNEL * KERNEL + 1;

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public DepthwiseConv.Filters packInput(Arena arena, Tensor weight) {
        return TurnedFilters.pack(new VectorDepthwiseConv(), arena, weight);
    }

    @Override
    public long scratchFloats(int width) {
        return ((KERNEL + 1L) * width + 2L * KERNEL * PADDING + 2 * SUMS) * LANES;
    }

    @Override
    public void weightGradient(
            int images,
            int height,
            int width,
            int channels,
            int channelBegin,
            int channelEnd,
            MemorySegment x,
            long xBytes,
            MemorySegment gradY,
            long gradYBytes,
            boolean accumulate,
            MemorySegment gradWeight,
            long gradWeightBytes,
            MemorySegment gradBias,
            long gradBiasBytes,
            MemorySegment scratch,
            long scratchBytes) {
        checkWeightGradient(
                images,
                height,
                width,
                channels,
                channelBegin,
                channelEnd,
                x,
                xBytes,
                gradY,
                gradYBytes,
                gradWeight,
                gradWeightBytes,
                gradBias,
                gradBiasBytes,
                scratch,
                scratchBytes);
        int count = channelEnd - channelBegin;
        int taps = KERNEL * KERNEL;
        long elements = (long) images * height * width * channels;
        long begin = (long) channelBegin * Float.BYTES;
        long in = Memory.address(x, xBytes, elements) + begin;
        long from = Memory.address(gradY, gradYBytes, elements) + begin;
        long weights = Memory.writable(gradWeight, gradWeightBytes + begin * taps, (long) count * taps);
        long biases = Memory.writable(gradBias, gradBiasBytes + begin, count);
        long total = Memory.writable(scratch, scratchBytes, scratchFloats(width));
        for (int channel = 0; channel < count; channel += LANES) {
            int used = Math.min(LANES, count - channel);
            long at = (long) channel * Float.BYTES;
            sums(used, images, height, width, channels, in + at, from + at, total);
            store(used, accumulate, total, weights + at * taps, biases + at);
        }
    }

    /**
     * The sums of up to a vector of channels.
     *
     * @param total the scratch memory: the sums, those of one picture, a row of gradY, 7 rows of x
     */
    private static void sums(
            int used, int images, int height, int width, int channels, long x, long gradY, long total) {
        long pixelBytes = (long) channels * Float.BYTES;
        long lineBytes = width * pixelBytes;
        long image = total + SUMS * Lanes.BYTES;
        long grad = image + SUMS * Lanes.BYTES;
        long lines = grad + width * Lanes.BYTES;
        long paddedBytes = (width + 2L * PADDING) * Lanes.BYTES;
        Memory.zero(total, SUMS * LANES);
        Memory.zero(lines, KERNEL * (width + 2 * PADDING) * LANES); // for the sides, which stay as they are
        for (int n = 0; n < images; n++) {
            long map = x + n * (height * lineBytes);
            long gradMap = gradY + n * (height * lineBytes);
            Memory.zero(image, SUMS * LANES);
            // Row r of x lies in line r mod 7, where it takes the place of row r - 7.
            int copied = 0;
            for (int row = 0; row < height; row++) {
                for (; copied < Math.min(height, row + PADDING + 1); copied++) {
                    long to = lines + copied % KERNEL * paddedBytes + PADDING * Lanes.BYTES;
                    copy(used, width, pixelBytes, map + copied * lineBytes, to);
                }
                copy(used, width, pixelBytes, gradMap + row * lineBytes, grad);
                DepthwiseTaps.addSum(width, grad, image + (SUMS - 1) * Lanes.BYTES);
                int kyEnd = Math.min(KERNEL, height + PADDING - row);
                for (int ky = Math.max(0, PADDING - row); ky < kyEnd; ky++) {
                    long line = lines + (row + ky - PADDING) % KERNEL * paddedBytes;
                    DepthwiseTaps.addRow(width, line, grad, image + (long) ky * KERNEL * Lanes.BYTES);
                }
            }
            DepthwiseTaps.add(SUMS, image, total);
        }
    }

    private static void copy(int used, int width, long pixelBytes, long from, long to) {
        if (used == LANES) {
            for (int p = 0; p < width; p++) {
                FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + p * pixelBytes, LITTLE_ENDIAN)
                        .intoMemorySegment(Memory.ALL, to + p * Lanes.BYTES, LITTLE_ENDIAN);
            }
        } else {
            maskedCopy(used, width, pixelBytes, from, to);
        }
    }

    private static void maskedCopy(int used, int width, long pixelBytes, long from, long to) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        for (int p = 0; p < width; p++) {
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + p * pixelBytes, LITTLE_ENDIAN, mask)
                    .intoMemorySegment(Memory.ALL, to + p * Lanes.BYTES, LITTLE_ENDIAN);
        }
    }

    /** From a vector of channels per tap to the taps of each channel. */
    private static void store(int used, boolean accumulate, long total, long weight, long bias) {
        int taps = KERNEL * KERNEL;
        for (int lane = 0; lane < used; lane++) {
            long from = total + (long) lane * Float.BYTES;
            long to = weight + (long) lane * taps * Float.BYTES;
            for (int tap = 0; tap < taps; tap++) {
                put(accumulate, from + tap * Lanes.BYTES, to + (long) tap * Float.BYTES);
            }
            put(accumulate, from + taps * Lanes.BYTES, bias + (long) lane * Float.BYTES);
        }
    }

    private static void put(boolean accumulate, long from, long to) {
        float sum = Memory.ALL.get(Lanes.FLOAT, from);
        Memory.ALL.set(Lanes.FLOAT, to, accumulate ? Memory.ALL.get(Lanes.FLOAT, to) + sum : sum);
    }
}
