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
        private final MemorySegment weight;
        private final MemorySegment bias;

        ChannelsLast(Arena arena, Tensor weight, Tensor bias) {
            channels = weight.dim(0);
            vectors = channels / LANES;
            pixelBytes = (long) channels * Float.BYTES;
            int taps = KERNEL * KERNEL;
            this.weight = arena.allocate(taps * pixelBytes, Tensor.ALIGNMENT_BYTES);
            for (int c = 0; c < channels; c++) {
                for (int tap = 0; tap < taps; tap++) {
                    this.weight.setAtIndex(Lanes.FLOAT, (long) tap * channels + c, weight.get((long) c * taps + tap));
                }
            }
            this.bias = arena.allocate(pixelBytes, Tensor.ALIGNMENT_BYTES);
            this.bias.copyFrom(bias.data());
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
            boolean strips = width == DepthwiseStrip.PIXELS || width >= DepthwiseStrip.PIXELS + PADDING;
            for (int row = rowBegin; row < rowEnd; row++) {
                long to = yBytes + (long) (row - rowBegin) * width * pixelBytes;
                if (strips) {
                    stripRow(x, xBytes, height, width, row, y, to);
                } else {
                    for (int column = 0; column < width; column++) {
                        pixel(x, xBytes, height, width, row, column, y, to + column * pixelBytes);
                    }
                }
                if (vectors * LANES < channels) {
                    for (int column = 0; column < width; column++) {
                        tailPixel(x, xBytes, height, width, row, column, y, to + column * pixelBytes);
                    }
                }
            }
        }

        private void stripRow(MemorySegment x, long xBytes, int height, int width, int row, MemorySegment y, long to) {
            int last = width - DepthwiseStrip.PIXELS;
            int column = 0;
            while (column < last) {
                strip(x, xBytes, height, width, row, column, y, to);
                // The next strip needs its 3 columns to the right; the last but one may have to step back for them.
                column = column == last - PADDING
                        ? last
                        : Math.min(column + DepthwiseStrip.PIXELS, nextInner(column, last));
            }
            strip(x, xBytes, height, width, row, last, y, to);
        }

        /** The furthest column at which an inner strip after {@code column} can begin; {@code last} if none is needed. */
        private static int nextInner(int column, int last) {
            return column + DepthwiseStrip.PIXELS >= last ? last : last - PADDING;
        }

        private void strip(
                MemorySegment x, long xBytes, int height, int width, int row, int column, MemorySegment y, long to) {
            long strip = to + column * pixelBytes;
            for (int p = 0; p < DepthwiseStrip.PIXELS; p++) {
                MemorySegment.copy(bias, 0, y, strip + p * pixelBytes, (long) vectors * Lanes.BYTES);
            }
            boolean left = column > 0;
            boolean right = column + DepthwiseStrip.PIXELS < width;
            int kyEnd = Math.min(KERNEL, height + PADDING - row);
            for (int ky = Math.max(0, PADDING - row); ky < kyEnd; ky++) {
                long from = xBytes + ((long) (row + ky - PADDING) * width + column) * pixelBytes;
                long weights = (long) ky * KERNEL * pixelBytes;
                if (left && right) {
                    DepthwiseStrip.inner(vectors, pixelBytes, x, from, weight, weights, y, strip);
                } else if (right) {
                    DepthwiseStrip.leftEdge(vectors, pixelBytes, x, from, weight, weights, y, strip);
                } else if (left) {
                    DepthwiseStrip.rightEdge(vectors, pixelBytes, x, from, weight, weights, y, strip);
                } else {
                    DepthwiseStrip.wholeWidth(vectors, pixelBytes, x, from, weight, weights, y, strip);
                }
            }
        }

        /** One output pixel, its whole vectors of channels. */
        private void pixel(
                MemorySegment x, long xBytes, int height, int width, int row, int column, MemorySegment y, long to) {
            MemorySegment.copy(bias, 0, y, to, (long) vectors * Lanes.BYTES);
            int kxBegin = Math.max(0, PADDING - column);
            int taps = Math.min(KERNEL, width + PADDING - column) - kxBegin;
            int kyEnd = Math.min(KERNEL, height + PADDING - row);
            for (int ky = Math.max(0, PADDING - row); ky < kyEnd; ky++) {
                long from = xBytes + ((long) (row + ky - PADDING) * width + column + kxBegin - PADDING) * pixelBytes;
                taps(vectors, taps, pixelBytes, x, from, weight, (ky * KERNEL + kxBegin) * pixelBytes, y, to);
            }
        }

        /** One output pixel, the channels beyond its last whole vector. */
        private void tailPixel(
                MemorySegment x, long xBytes, int height, int width, int row, int column, MemorySegment y, long to) {
            int whole = vectors * LANES;
            long at = (long) whole * Float.BYTES;
            int kxBegin = Math.max(0, PADDING - column);
            int taps = Math.min(KERNEL, width + PADDING - column) - kxBegin;
            int kyEnd = Math.min(KERNEL, height + PADDING - row);
            MemorySegment.copy(bias, at, y, to + at, pixelBytes - at);
            for (int ky = Math.max(0, PADDING - row); ky < kyEnd; ky++) {
                long from = xBytes + ((long) (row + ky - PADDING) * width + column + kxBegin - PADDING) * pixelBytes;
                long weights = (ky * KERNEL + kxBegin) * pixelBytes;
                tailTaps(channels - whole, taps, pixelBytes, x, from + at, weight, weights + at, y, to + at);
            }
        }
    }

    private static void taps(
            int vectors,
            int taps,
            long pixelBytes,
            MemorySegment x,
            long xBytes,
            MemorySegment weight,
            long weightBytes,
            MemorySegment y,
            long yBytes) {
        for (int tap = 0; tap < taps; tap++) {
            long from = xBytes + tap * pixelBytes;
            long weights = weightBytes + tap * pixelBytes;
            for (int v = 0; v < vectors; v++) {
                long at = (long) v * LANES * Float.BYTES;
                FloatVector.fromMemorySegment(SPECIES, x, from + at, LITTLE_ENDIAN)
                        .fma(
                                FloatVector.fromMemorySegment(SPECIES, weight, weights + at, LITTLE_ENDIAN),
                                FloatVector.fromMemorySegment(SPECIES, y, yBytes + at, LITTLE_ENDIAN))
                        .intoMemorySegment(y, yBytes + at, LITTLE_ENDIAN);
            }
        }
    }

    private static void tailTaps(
            int used,
            int taps,
            long pixelBytes,
            MemorySegment x,
            long xBytes,
            MemorySegment weight,
            long weightBytes,
            MemorySegment y,
            long yBytes) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector sum = FloatVector.fromMemorySegment(SPECIES, y, yBytes, LITTLE_ENDIAN, mask);
        for (int tap = 0; tap < taps; tap++) {
            FloatVector in = FloatVector.fromMemorySegment(SPECIES, x, xBytes + tap * pixelBytes, LITTLE_ENDIAN, mask);
            sum = in.fma(
                    FloatVector.fromMemorySegment(SPECIES, weight, weightBytes + tap * pixelBytes, LITTLE_ENDIAN, mask),
                    sum);
        }
        sum.intoMemorySegment(y, yBytes, LITTLE_ENDIAN, mask);
    }
}
