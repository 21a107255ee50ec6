package org.convnext4j.engine.vector;

import static org.convnext4j.engine.vector.Lanes.LANES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.gradient.DilatedDepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.TurnedFilters;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The gradients of the depthwise convolution of any size and dilation d. The input gradient is the forward kernel with turned
 * filters. For the weight gradient, pixels meet only others that are a multiple of d away: each map is d x d maps of every
 * d-th pixel, convolved without dilation, and {@link DepthwiseWeightSums} takes them one after the other.
 */
final class VectorDilatedDepthwiseConvGradient implements DilatedDepthwiseConvGradient {
    private final VectorColumnSums columnSums = new VectorColumnSums();

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public DepthwiseConv.Filters packInput(Arena arena, int dilation, Tensor weight) {
        return TurnedFilters.pack(new VectorDilatedDepthwiseConv(), arena, dilation, weight);
    }

    @Override
    public long scratchFloats(int kernel, int dilation, int width) {
        checkScratchFloats(kernel, dilation, width);
        int most = Math.ceilDiv(width, dilation);
        return (2L * kernel * kernel) * LANES + DepthwiseWeightSums.scratchFloats(kernel, 1, most);
    }

    @Override
    public void weightGradient(
            int kernel,
            int dilation,
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
                kernel,
                dilation,
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
        if (count == 0) {
            return;
        }
        int taps = kernel * kernel;
        long begin = (long) channelBegin * Float.BYTES;
        long mapFloats = (long) height * width * channels;
        long in = Memory.address(x, xBytes, images * mapFloats) + begin;
        long from = Memory.address(gradY, gradYBytes, images * mapFloats) + begin;
        long weights = Memory.writable(gradWeight, gradWeightBytes + begin * taps, (long) count * taps);
        long biases = Memory.writable(gradBias, gradBiasBytes + begin, count);
        long space = Memory.writable(scratch, scratchBytes, scratchFloats(kernel, dilation, width));
        for (int channel = 0; channel < count; channel += LANES) {
            int used = Math.min(LANES, count - channel);
            long at = (long) channel * Float.BYTES;
            sums(used, kernel, dilation, images, height, width, channels, in + at, from + at, space);
            DepthwiseWeightSums.store(used, taps, accumulate, space, weights + at * taps);
        }
        if (!accumulate) {
            Memory.zero(biases, count);
        }
        for (int n = 0; n < images; n++) {
            long map = gradYBytes + n * mapFloats * Float.BYTES;
            columnSums.sum(
                    Math.multiplyExact(height, width),
                    channelBegin,
                    channelEnd,
                    true,
                    gradY,
                    map,
                    channels,
                    gradBias,
                    gradBiasBytes);
        }
    }

    /** The sums of up to a vector of channels: of every picture, then added to {@code total}. */
    private static void sums(
            int used,
            int kernel,
            int dilation,
            int images,
            int height,
            int width,
            int channels,
            long x,
            long gradY,
            long total) {
        int taps = kernel * kernel;
        long pixelBytes = (long) channels * Float.BYTES;
        long rowBytes = width * pixelBytes;
        long image = total + taps * Lanes.BYTES;
        long scratch = image + taps * Lanes.BYTES;
        Memory.zero(total, taps * LANES);
        for (int n = 0; n < images; n++) {
            Memory.zero(image, taps * LANES);
            for (int top = 0; top < Math.min(dilation, height); top++) {
                for (int left = 0; left < Math.min(dilation, width); left++) {
                    long first = n * (height * rowBytes) + top * rowBytes + left * pixelBytes;
                    DepthwiseWeightSums.addMap(
                            used,
                            kernel,
                            1,
                            Math.ceilDiv(height - top, dilation),
                            Math.ceilDiv(width - left, dilation),
                            dilation * pixelBytes,
                            dilation * rowBytes,
                            dilation * rowBytes,
                            x + first,
                            gradY + first,
                            image,
                            scratch);
                }
            }
            DepthwiseTaps.add(taps, image, total);
        }
    }
}
