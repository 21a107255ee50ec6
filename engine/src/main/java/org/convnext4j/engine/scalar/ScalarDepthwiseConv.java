package org.convnext4j.engine.scalar;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.KernelChecks;
import org.convnext4j.engine.tensor.Tensor;

/** One sum over the taps inside the map per output, in double. Stateless. */
public final class ScalarDepthwiseConv implements DepthwiseConv {
    /** Makes the kernel. */
    public ScalarDepthwiseConv() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public Filters pack(Arena arena, Tensor weight, Tensor bias) {
        KernelChecks.requireShape("weight", weight, -1, 1, KERNEL, KERNEL);
        KernelChecks.requireShape("bias", bias, weight.dim(0));
        return new Packed(weight.dim(0), Floats.copy(arena, weight), Floats.copy(arena, bias));
    }

    /**
     * The weights as they are.
     *
     * @param weight (C, 7, 7)
     * @param bias (C)
     */
    private record Packed(int channels, MemorySegment weight, MemorySegment bias) implements Filters {
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

        /** The window around one pixel times the channel's filter; what is outside the map is zero and left out. */
        private double window(MemorySegment x, long xBytes, int height, int width, int row, int column, int channel) {
            int firstRow = Math.max(0, row - PADDING);
            int lastRow = Math.min(height - 1, row + PADDING);
            int firstColumn = Math.max(0, column - PADDING);
            int lastColumn = Math.min(width - 1, column + PADDING);
            double sum = 0;
            for (int r = firstRow; r <= lastRow; r++) {
                int filterRow = r - row + PADDING;
                long taps = ((long) channel * KERNEL + filterRow) * KERNEL - column + PADDING;
                long pixels = (long) r * width;
                for (int c = firstColumn; c <= lastColumn; c++) {
                    double in = Floats.get(x, Floats.at(xBytes, (pixels + c) * channels + channel));
                    sum += in * Floats.get(weight, Floats.at(0, taps + c));
                }
            }
            return sum;
        }
    }
}
