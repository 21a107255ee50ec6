package org.convnext4j.engine.vector;

import static org.convnext4j.engine.vector.Lanes.LANES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.StridedDepthwiseConv;
import org.convnext4j.engine.kernel.gradient.StridedDepthwiseConvGradient;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The input gradient by {@link DepthwiseFilters}, the weight gradient by {@link DepthwiseWeightSums}; both of 7x7 without
 * stride are {@link VectorDepthwiseConvGradient}'s.
 */
final class VectorStridedDepthwiseConvGradient implements StridedDepthwiseConvGradient {
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
        return (2L * kernel * kernel) * LANES + DepthwiseWeightSums.scratchFloats(kernel, stride, width);
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
            DepthwiseWeightSums.store(used, taps, accumulate, space, weights + at * taps);
        }
    }

    /** The sums of up to a vector of channels: of every picture, then added to {@code total}. */
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
        long pixelBytes = (long) channels * Float.BYTES;
        long rowBytes = width * pixelBytes;
        long gradRowBytes = outWidth * pixelBytes;
        long image = total + taps * Lanes.BYTES;
        Memory.zero(total, taps * LANES);
        for (int n = 0; n < images; n++) {
            Memory.zero(image, taps * LANES);
            DepthwiseWeightSums.addMap(
                    used,
                    kernel,
                    stride,
                    height,
                    width,
                    pixelBytes,
                    rowBytes,
                    gradRowBytes,
                    x + n * (height * rowBytes),
                    gradY + n * (outHeight * gradRowBytes),
                    image,
                    image + taps * Lanes.BYTES);
            DepthwiseTaps.add(taps, image, total);
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
