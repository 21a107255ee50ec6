package org.convnext4j.engine.vector;

import static org.convnext4j.engine.vector.Lanes.LANES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.StridedDepthwiseConv;
import org.convnext4j.engine.kernel.gradient.StridedDepthwiseConvGradient;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The input gradient by {@link DepthwiseFilters}; the weight gradient in the manner of
 * {@link VectorDepthwiseConvGradient}: one vector of channels at a time, row by row of gradY, which meets the K rows of x
 * around it, copied to scratch memory as dense lines with zeros on both sides. 7x7 without stride is that one's.
 */
final class VectorStridedDepthwiseConvGradient implements StridedDepthwiseConvGradient {
    /** Pixels of gradY that {@link DepthwiseTapSums} takes at a time. */
    private static final int STEP = DepthwiseTapSums.STEP;

    private final VectorDepthwiseConvGradient sevenBySeven = new VectorDepthwiseConvGradient();

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public InputFilters packInput(Arena arena, int stride, Tensor weight) {
        StridedDepthwiseConv.require(stride, weight);
        if (isConvNeXts(weight.dim(2), stride)) {
            return new SevenBySeven(new VectorStridedDepthwiseConv.SevenBySeven(sevenBySeven.packInput(arena, weight)));
        }
        return new Lined(new DepthwiseFilters(arena, stride, weight, null, true));
    }

    private static boolean isConvNeXts(int kernel, int stride) {
        return kernel == DepthwiseConv.KERNEL && stride == 1;
    }

    @Override
    public long scratchFloats(int kernel, int stride, int width, int channels) {
        checkScratchFloats(kernel, stride, width, channels);
        if (isConvNeXts(kernel, stride)) {
            return sevenBySeven.scratchFloats(width) + channels; // the gradient of a bias that nobody asked for
        }
        long vectors =
                2L * kernel * kernel + gradPixels(width, stride) + (long) kernel * linePixels(kernel, stride, width);
        return vectors * LANES;
    }

    /** Pixels of a row of gradY, filled up with zeros to whole steps. */
    private static int gradPixels(int width, int stride) {
        return (StridedDepthwiseConv.outputSize(width, stride) + STEP - 1) / STEP * STEP;
    }

    /** Pixels of a line of x with the zeros on both sides that the taps of a whole row of gradY see. */
    private static int linePixels(int kernel, int stride, int width) {
        return Math.max(kernel / 2 + width, (gradPixels(width, stride) - 1) * stride + kernel);
    }

    @Override
    public void weightGradient(
            int kernel,
            int stride,
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
            MemorySegment scratch,
            long scratchBytes) {
        checkWeightGradient(
                kernel,
                stride,
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
                scratch,
                scratchBytes);
        if (isConvNeXts(kernel, stride)) {
            sevenBySeven.weightGradient(
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
                    accumulate,
                    gradWeight,
                    gradWeightBytes,
                    scratch,
                    scratchBytes + sevenBySeven.scratchFloats(width) * Float.BYTES,
                    scratch,
                    scratchBytes);
            return;
        }
        int outHeight = StridedDepthwiseConv.outputSize(height, stride);
        int outWidth = StridedDepthwiseConv.outputSize(width, stride);
        int taps = kernel * kernel;
        int count = channelEnd - channelBegin;
        long begin = (long) channelBegin * Float.BYTES;
        long in = Memory.address(x, xBytes, (long) images * height * width * channels) + begin;
        long from = Memory.address(gradY, gradYBytes, (long) images * outHeight * outWidth * channels) + begin;
        long weights = Memory.writable(gradWeight, gradWeightBytes + begin * taps, (long) count * taps);
        long space = Memory.writable(scratch, scratchBytes, scratchFloats(kernel, stride, width, channels));
        for (int channel = 0; channel < count; channel += LANES) {
            int used = Math.min(LANES, count - channel);
            long at = (long) channel * Float.BYTES;
            sums(used, kernel, stride, images, height, width, channels, in + at, from + at, space);
            store(used, taps, accumulate, space, weights + at * taps);
        }
    }

    /**
     * The sums of up to a vector of channels.
     *
     * @param total the scratch memory: the sums, those of one picture, a row of gradY, K lines of x
     */
    private static void sums(
            int used,
            int kernel,
            int stride,
            int images,
            int height,
            int width,
            int channels,
            long x,
            long gradY,
            long total) {
        int taps = kernel * kernel;
        int outHeight = StridedDepthwiseConv.outputSize(height, stride);
        int outWidth = StridedDepthwiseConv.outputSize(width, stride);
        int gradPixels = gradPixels(width, stride);
        int linePixels = linePixels(kernel, stride, width);
        long pixelBytes = (long) channels * Float.BYTES;
        long image = total + taps * Lanes.BYTES;
        long grad = image + taps * Lanes.BYTES;
        long lines = grad + gradPixels * Lanes.BYTES;
        Memory.zero(total, taps * LANES);
        // For what no copy writes, which stays as it is.
        Memory.zero(grad, (gradPixels + kernel * linePixels) * LANES);
        for (int n = 0; n < images; n++) {
            long map = x + n * (height * (width * pixelBytes));
            long gradMap = gradY + n * (outHeight * (outWidth * pixelBytes));
            Memory.zero(image, taps * LANES);
            // Row r of x lies in line r mod K, where it takes the place of row r - K.
            int copied = 0;
            for (int row = 0; row < outHeight; row++) {
                int top = row * stride - kernel / 2;
                for (; copied < Math.min(height, top + kernel); copied++) {
                    long to = lines + ((long) copied % kernel * linePixels + kernel / 2) * Lanes.BYTES;
                    DepthwiseLines.copyIn(used, width, pixelBytes, map + copied * (width * pixelBytes), to);
                }
                DepthwiseLines.copyIn(used, outWidth, pixelBytes, gradMap + row * (outWidth * pixelBytes), grad);
                for (int ky = Math.max(0, -top); ky < Math.min(kernel, height - top); ky++) {
                    long line = lines + (long) ((top + ky) % kernel) * linePixels * Lanes.BYTES;
                    long sums = image + (long) ky * kernel * Lanes.BYTES;
                    DepthwiseTapSums.add(kernel, gradPixels, stride * Lanes.BYTES, line, grad, sums);
                }
            }
            DepthwiseTaps.add(taps, image, total);
        }
    }

    /** From a vector of channels per tap to the taps of each channel. */
    private static void store(int used, int taps, boolean accumulate, long total, long weight) {
        for (int lane = 0; lane < used; lane++) {
            long from = total + (long) lane * Float.BYTES;
            long to = weight + (long) lane * taps * Float.BYTES;
            for (int tap = 0; tap < taps; tap++) {
                float sum = Memory.ALL.get(Lanes.FLOAT, from + tap * Lanes.BYTES);
                long at = to + (long) tap * Float.BYTES;
                Memory.ALL.set(Lanes.FLOAT, at, accumulate ? Memory.ALL.get(Lanes.FLOAT, at) + sum : sum);
            }
        }
    }

    private record Lined(DepthwiseFilters filters) implements InputFilters {
        @Override
        public int channels() {
            return filters.channels();
        }

        @Override
        public int kernel() {
            return filters.kernel();
        }

        @Override
        public int stride() {
            return filters.stride();
        }

        @Override
        public long scratchFloats(int width) {
            return filters.scratchFloats(StridedDepthwiseConv.outputSize(width, stride()), width);
        }

        @Override
        public void inputGradient(
                MemorySegment gradY,
                long gradYBytes,
                int height,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment scratch,
                long scratchBytes,
                MemorySegment gradX,
                long gradXBytes) {
            checkInputGradient(
                    gradY, gradYBytes, height, width, rowBegin, rowEnd, scratch, scratchBytes, gradX, gradXBytes);
            filters.run(
                    gradY,
                    gradYBytes,
                    StridedDepthwiseConv.outputSize(height, stride()),
                    StridedDepthwiseConv.outputSize(width, stride()),
                    height,
                    width,
                    rowBegin,
                    rowEnd,
                    scratch,
                    scratchBytes,
                    gradX,
                    gradXBytes);
        }
    }

    /**
     * ConvNeXt's input gradient, which is a convolution with the turned filters.
     *
     * @param turned the filters
     */
    private record SevenBySeven(StridedDepthwiseConv.Filters turned) implements InputFilters {
        @Override
        public int channels() {
            return turned.channels();
        }

        @Override
        public int kernel() {
            return turned.kernel();
        }

        @Override
        public int stride() {
            return turned.stride();
        }

        @Override
        public long scratchFloats(int width) {
            return turned.scratchFloats(width);
        }

        @Override
        public void inputGradient(
                MemorySegment gradY,
                long gradYBytes,
                int height,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment scratch,
                long scratchBytes,
                MemorySegment gradX,
                long gradXBytes) {
            checkInputGradient(
                    gradY, gradYBytes, height, width, rowBegin, rowEnd, scratch, scratchBytes, gradX, gradXBytes);
            turned.forward(
                    gradY, gradYBytes, height, width, rowBegin, rowEnd, scratch, scratchBytes, gradX, gradXBytes);
        }
    }
}
