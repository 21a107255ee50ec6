package org.convnext4j.engine.scalar;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.gradient.DilatedDepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.TurnedFilters;
import org.convnext4j.engine.tensor.Tensor;

/** One sum in double per tap. Stateless. */
public final class ScalarDilatedDepthwiseConvGradient implements DilatedDepthwiseConvGradient {
    /** Makes the kernel. */
    public ScalarDilatedDepthwiseConvGradient() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public DepthwiseConv.Filters packInput(Arena arena, int dilation, Tensor weight) {
        return TurnedFilters.pack(new ScalarDilatedDepthwiseConv(), arena, dilation, weight);
    }

    @Override
    public long scratchFloats(int kernel, int dilation, int width) {
        checkScratchFloats(kernel, dilation, width);
        return 0;
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
        Maps maps = new Maps(kernel, dilation, images, height, width, channels, x, xBytes, gradY, gradYBytes);
        for (int channel = channelBegin; channel < channelEnd; channel++) {
            for (int ky = 0; ky < kernel; ky++) {
                for (int kx = 0; kx < kernel; kx++) {
                    long tap = ((long) channel * kernel + ky) * kernel + kx;
                    add(maps.tap(channel, ky, kx), accumulate, gradWeight, Floats.at(gradWeightBytes, tap));
                }
            }
            add(maps.sum(channel), accumulate, gradBias, Floats.at(gradBiasBytes, channel));
        }
    }

    private static void add(double sum, boolean accumulate, MemorySegment to, long bytes) {
        Floats.set(to, bytes, accumulate ? Floats.get(to, bytes) + sum : sum);
    }

    /** The operands: x and gradY as (N, H, W, C). */
    private record Maps(
            int kernel,
            int dilation,
            int images,
            int height,
            int width,
            int channels,
            MemorySegment x,
            long xBytes,
            MemorySegment gradY,
            long gradYBytes) {
        /** The sum over all output pixels whose window has the tap inside of the map. */
        double tap(int channel, int ky, int kx) {
            int down = (ky - kernel / 2) * dilation;
            int right = (kx - kernel / 2) * dilation;
            double sum = 0;
            for (int image = 0; image < images; image++) {
                for (int row = Math.max(0, -down); row < Math.min(height, height - down); row++) {
                    for (int column = Math.max(0, -right); column < Math.min(width, width - right); column++) {
                        sum += Floats.get(gradY, at(gradYBytes, image, row, column, channel))
                                * Floats.get(x, at(xBytes, image, row + down, column + right, channel));
                    }
                }
            }
            return sum;
        }

        double sum(int channel) {
            double sum = 0;
            for (int image = 0; image < images; image++) {
                for (int row = 0; row < height; row++) {
                    for (int column = 0; column < width; column++) {
                        sum += Floats.get(gradY, at(gradYBytes, image, row, column, channel));
                    }
                }
            }
            return sum;
        }

        private long at(long bytes, int image, int row, int column, int channel) {
            return Floats.at(bytes, (((long) image * height + row) * width + column) * channels + channel);
        }
    }
}
