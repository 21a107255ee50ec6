package org.convnext4j.engine.scalar;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.DilatedDepthwiseConv;
import org.convnext4j.engine.tensor.Tensor;

/** One sum over the taps inside the map per output, in double. Stateless. */
public final class ScalarDilatedDepthwiseConv implements DilatedDepthwiseConv {
    /** Makes the kernel. */
    public ScalarDilatedDepthwiseConv() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public DepthwiseConv.Filters pack(Arena arena, int dilation, Tensor weight, Tensor bias) {
        DilatedDepthwiseConv.require(dilation, weight, bias);
        return new Packed(weight.dim(0), weight.dim(2), dilation, Floats.copy(arena, weight), Floats.copy(arena, bias));
    }

    /**
     * The weights as they are.
     *
     * @param weight (C, K, K)
     * @param bias (C)
     */
    private record Packed(int channels, int kernel, int dilation, MemorySegment weight, MemorySegment bias)
            implements DepthwiseConv.Filters {
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
            long yOffset = yBytes;
            for (int row = rowBegin; row < rowEnd; row++) {
                for (int column = 0; column < width; column++) {
                    for (int channel = 0; channel < channels; channel++) {
                        double sum = window(x, xBytes, height, width, row, column, channel);
                        Floats.set(y, yOffset, sum + Floats.get(bias, Floats.at(0, channel)));
                        yOffset += Float.BYTES;
                    }
                }
            }
        }

        private double window(MemorySegment x, long xBytes, int height, int width, int row, int column, int channel) {
            int padding = dilation * (kernel / 2);
            double sum = 0;
            for (int ky = 0; ky < kernel; ky++) {
                for (int kx = 0; kx < kernel; kx++) {
                    int r = row + ky * dilation - padding;
                    int c = column + kx * dilation - padding;
                    if (r >= 0 && r < height && c >= 0 && c < width) {
                        double in = Floats.get(x, Floats.at(xBytes, ((long) r * width + c) * channels + channel));
                        long tap = ((long) channel * kernel + ky) * kernel + kx;
                        sum += in * Floats.get(weight, Floats.at(0, tap));
                    }
                }
            }
            return sum;
        }
    }
}
