package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.KernelChecks;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The 7x7 depthwise convolution, vectorised over channels: NHWC keeps the channels of a pixel together, so that every
 * load is a whole vector and nothing is shuffled.
 *
 * <p>One vector of channels is finished for the whole range of rows before the next is begun: its 49 weights and the
 * input rows that are read again for the next output rows stay in the first-level cache. With the channels innermost,
 * all came from the second level for every strip: 65 GFLOP/s instead of 131 for a 56x56 map of 96 channels.
 *
 * <p>An output row is covered by strips of 7 pixels ({@link DepthwiseStrip}), which may overlap: a pixel computed twice
 * gets the same sum twice, since it starts from the bias each time. Maps that have no room for strips with whole edges
 * (8 and 9 wide, or below 7) and the channels beyond the last whole vector go pixel by pixel.
 */
final class VectorDepthwiseConv implements DepthwiseConv {
    @Override
    public String name() {
        return "vector";
    }

    @Override
    public Filters pack(Arena arena, Tensor weight, Tensor bias) {
        KernelChecks.requireShape("weight", weight, -1, 1, KERNEL, KERNEL);
        KernelChecks.requireShape("bias", bias, weight.dim(0));
        return new ChannelsLast(arena, weight, bias);
    }

    /** Filters as (7, 7, C), so that a filter column's weights of adjacent channels are adjacent. */
    private static final class ChannelsLast implements Filters {
        private final int channels;
        private final int vectors;
        private final long pixelBytes;
        private final MemorySegment packed;
        private final long weight;
        private final long bias;

        ChannelsLast(Arena arena, Tensor weight, Tensor bias) {
            channels = weight.dim(0);
            vectors = channels / LANES;
            pixelBytes = (long) channels * Float.BYTES;
            int taps = KERNEL * KERNEL;
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
            boolean strips = width == DepthwiseStrip.PIXELS || width >= DepthwiseStrip.PIXELS + PADDING;
            for (int v = 0; v < vectors; v++) {
                long at = v * Lanes.BYTES;
                for (int row = rowBegin; row < rowEnd; row++) {
                    long line = to + (long) (row - rowBegin) * width * pixelBytes + at;
                    if (strips) {
                        stripRow(from + at, weight + at, bias + at, height, width, row, line);
                    } else {
                        pixelRow(LANES, from + at, weight + at, bias + at, height, width, row, line);
                    }
                }
            }
            int whole = vectors * LANES;
            long at = (long) whole * Float.BYTES;
            for (int row = rowBegin; row < rowEnd && whole < channels; row++) {
                long line = to + (long) (row - rowBegin) * width * pixelBytes + at;
                pixelRow(channels - whole, from + at, weight + at, bias + at, height, width, row, line);
            }
        }

        private void stripRow(long x, long weights, long biases, int height, int width, int row, long y) {
            int kyBegin = Math.max(0, PADDING - row);
            int rows = Math.min(KERNEL, height + PADDING - row) - kyBegin;
            long lineBytes = width * pixelBytes;
            long from = x + (row + kyBegin - PADDING) * lineBytes;
            long taps = weights + (long) kyBegin * KERNEL * pixelBytes;
            int last = width - DepthwiseStrip.PIXELS;
            if (last == 0) {
                DepthwiseStrip.wholeWidth(rows, lineBytes, channels, from, taps, biases, y);
                return;
            }
            DepthwiseStrip.leftEdge(rows, lineBytes, channels, from, taps, biases, y);
            // An inner strip needs its 3 columns to the right; the last one may have to step back for them.
            for (int column = DepthwiseStrip.PIXELS; column < last; column += DepthwiseStrip.PIXELS) {
                long at = Math.min(column, last - PADDING) * pixelBytes;
                DepthwiseStrip.inner(rows, lineBytes, channels, from + at, taps, biases, y + at);
            }
            long at = last * pixelBytes;
            DepthwiseStrip.rightEdge(rows, lineBytes, channels, from + at, taps, biases, y + at);
        }

        private void pixelRow(int used, long x, long weights, long biases, int height, int width, int row, long y) {
            int kyBegin = Math.max(0, PADDING - row);
            int rows = Math.min(KERNEL, height + PADDING - row) - kyBegin;
            long lineBytes = width * pixelBytes;
            for (int column = 0; column < width; column++) {
                int kxBegin = Math.max(0, PADDING - column);
                int taps = Math.min(KERNEL, width + PADDING - column) - kxBegin;
                long from = x + (row + kyBegin - PADDING) * lineBytes + (column + kxBegin - PADDING) * pixelBytes;
                long weight = weights + ((long) kyBegin * KERNEL + kxBegin) * pixelBytes;
                long to = y + column * pixelBytes;
                if (used == LANES) {
                    pixel(rows, taps, lineBytes, pixelBytes, from, weight, biases, to);
                } else {
                    maskedPixel(used, rows, taps, lineBytes, pixelBytes, from, weight, biases, to);
                }
            }
        }
    }

    private static void pixel(
            int rows, int taps, long lineBytes, long pixelBytes, long x, long weight, long bias, long y) {
        FloatVector sum = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, bias, LITTLE_ENDIAN);
        for (int row = 0; row < rows; row++) {
            for (int tap = 0; tap < taps; tap++) {
                long from = x + row * lineBytes + tap * pixelBytes;
                long weights = weight + ((long) row * KERNEL + tap) * pixelBytes;
                sum = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from, LITTLE_ENDIAN)
                        .fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights, LITTLE_ENDIAN), sum);
            }
        }
        sum.intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN);
    }

    /** The first {@code used} lanes only. */
    private static void maskedPixel(
            int used, int rows, int taps, long lineBytes, long pixelBytes, long x, long weight, long bias, long y) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector sum = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, bias, LITTLE_ENDIAN, mask);
        for (int row = 0; row < rows; row++) {
            for (int tap = 0; tap < taps; tap++) {
                long from = x + row * lineBytes + tap * pixelBytes;
                long weights = weight + ((long) row * KERNEL + tap) * pixelBytes;
                sum = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from, LITTLE_ENDIAN, mask)
                        .fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, weights, LITTLE_ENDIAN, mask), sum);
            }
        }
        sum.intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN, mask);
    }
}
