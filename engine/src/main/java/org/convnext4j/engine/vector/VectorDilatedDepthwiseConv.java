package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.DilatedDepthwiseConv;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The depthwise convolution with any kernel and dilation, pixel by pixel and vectorised over channels: four vectors of
 * them at a time, so that consecutive products need not wait for each other, and those beyond one by one. The taps are one
 * loop rather than a loop of loops: out of the latter, compiled while it runs, the sums may come as objects.
 */
final class VectorDilatedDepthwiseConv implements DilatedDepthwiseConv {
    private static final int WIDE = 4;

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public DepthwiseConv.Filters pack(Arena arena, int dilation, Tensor weight, Tensor bias) {
        DilatedDepthwiseConv.require(dilation, weight, bias);
        return new ChannelsLast(arena, dilation, weight, bias);
    }

    /** Filters as (K, K, C), so that a tap's weights of adjacent channels are adjacent. */
    private static final class ChannelsLast implements DepthwiseConv.Filters {
        private final int channels;
        private final int kernel;
        private final int dilation;
        private final int padding;
        private final long pixelBytes;
        private final MemorySegment packed;
        private final long weight;
        private final long bias;

        ChannelsLast(Arena arena, int dilation, Tensor weight, Tensor bias) {
            this.channels = weight.dim(0);
            this.kernel = weight.dim(2);
            this.dilation = dilation;
            this.padding = Math.multiplyExact(dilation, kernel / 2);
            this.pixelBytes = (long) channels * Float.BYTES;
            int taps = Math.multiplyExact(kernel, kernel);
            // The bias, then the taps.
            packed = arena.allocate((taps + 1) * pixelBytes, Tensor.ALIGNMENT_BYTES);
            MemorySegment.copy(bias.data(), 0, packed, 0, pixelBytes);
            for (int c = 0; c < channels; c++) {
                for (int tap = 0; tap < taps; tap++) {
                    packed.setAtIndex(Lanes.FLOAT, (tap + 1L) * channels + c, weight.get((long) c * taps + tap));
                }
            }
            this.bias = packed.address();
            this.weight = this.bias + pixelBytes;
        }

        @Override
        public int channels() {
            return channels;
        }

        @Override
        public void forward(
                MemorySegment x,
                long xBytes,
                int height,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment y,
                long yBytes) {
            checkForward(x, xBytes, height, width, rowBegin, rowEnd, y, yBytes);
            long from = Memory.address(x, xBytes, (long) height * width * channels);
            long to = Memory.writable(y, yBytes, (long) (rowEnd - rowBegin) * width * channels);
            Memory.requireAlive(packed);
            for (int row = rowBegin; row < rowEnd; row++) {
                int kyBegin = DilatedDepthwiseConv.firstTap(row, padding, dilation);
                int rows = DilatedDepthwiseConv.endTap(row, height, kernel, padding, dilation) - kyBegin;
                long line = from + (long) (row + kyBegin * dilation - padding) * width * pixelBytes;
                long taps = weight + (long) kyBegin * kernel * pixelBytes;
                for (int column = 0; column < width; column++) {
                    int kxBegin = DilatedDepthwiseConv.firstTap(column, padding, dilation);
                    int columns = DilatedDepthwiseConv.endTap(column, width, kernel, padding, dilation) - kxBegin;
                    long in = line + (column + kxBegin * dilation - padding) * pixelBytes;
                    pixel(rows, columns, width, in, taps + kxBegin * pixelBytes, to);
                    to += pixelBytes;
                }
            }
        }

        /** All channels of one output pixel, from the taps that lie on the map. */
        private void pixel(int rows, int columns, int width, long x, long taps, long y) {
            long tapBytes = dilation * pixelBytes;
            // From the last tap of one line to the first of the next.
            long nextLine = width * tapBytes - (columns - 1) * tapBytes;
            long nextWeights = (kernel - columns + 1) * pixelBytes;
            int count = rows * columns;
            int channel = 0;
            for (; channel + WIDE * LANES <= channels; channel += WIDE * LANES) {
                long at = (long) channel * Float.BYTES;
                wide(count, columns, tapBytes, nextLine, x + at, pixelBytes, nextWeights, taps + at, bias + at, y + at);
            }
            for (; channel < channels; channel += LANES) {
                long at = (long) channel * Float.BYTES;
                int used = Math.min(LANES, channels - channel);
                narrow(
                        used,
                        count,
                        columns,
                        tapBytes,
                        nextLine,
                        x + at,
                        pixelBytes,
                        nextWeights,
                        taps + at,
                        bias + at,
                        y + at);
            }
        }
    }

    private static void wide(
            int taps,
            int columns,
            long tapBytes,
            long nextLineBytes,
            long x,
            long weightBytes,
            long nextWeightsBytes,
            long weight,
            long bias,
            long y) {
        FloatVector s0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, bias, LITTLE_ENDIAN);
        FloatVector s1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, bias + Lanes.BYTES, LITTLE_ENDIAN);
        FloatVector s2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, bias + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        FloatVector s3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, bias + 3 * Lanes.BYTES, LITTLE_ENDIAN);
        long from = x;
        long w = weight;
        int column = 0;
        for (int tap = 0; tap < taps; tap++) {
            s0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from, LITTLE_ENDIAN)
                    .fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN), s0);
            s1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + Lanes.BYTES, LITTLE_ENDIAN)
                    .fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + Lanes.BYTES, LITTLE_ENDIAN), s1);
            s2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + 2 * Lanes.BYTES, LITTLE_ENDIAN)
                    .fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + 2 * Lanes.BYTES, LITTLE_ENDIAN), s2);
            s3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + 3 * Lanes.BYTES, LITTLE_ENDIAN)
                    .fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w + 3 * Lanes.BYTES, LITTLE_ENDIAN), s3);
            column++;
            boolean wraps = column == columns;
            from += wraps ? nextLineBytes : tapBytes;
            w += wraps ? nextWeightsBytes : weightBytes;
            column = wraps ? 0 : column;
        }
        s0.intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN);
        s1.intoMemorySegment(Memory.ALL, y + Lanes.BYTES, LITTLE_ENDIAN);
        s2.intoMemorySegment(Memory.ALL, y + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        s3.intoMemorySegment(Memory.ALL, y + 3 * Lanes.BYTES, LITTLE_ENDIAN);
    }

    /** The first {@code used} lanes of one vector. */
    private static void narrow(
            int used,
            int taps,
            int columns,
            long tapBytes,
            long nextLineBytes,
            long x,
            long weightBytes,
            long nextWeightsBytes,
            long weight,
            long bias,
            long y) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector sum = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, bias, LITTLE_ENDIAN, mask);
        long from = x;
        long w = weight;
        int column = 0;
        for (int tap = 0; tap < taps; tap++) {
            sum = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from, LITTLE_ENDIAN, mask)
                    .fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, w, LITTLE_ENDIAN, mask), sum);
            column++;
            boolean wraps = column == columns;
            from += wraps ? nextLineBytes : tapBytes;
            w += wraps ? nextWeightsBytes : weightBytes;
            column = wraps ? 0 : column;
        }
        sum.intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN, mask);
    }
}
