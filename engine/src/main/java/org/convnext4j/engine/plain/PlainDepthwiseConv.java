package org.convnext4j.engine.plain;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.KernelChecks;
import org.convnext4j.engine.tensor.Tensor;

/** The 7x7 depthwise convolution by loops over the channels of a pixel, one tap after the other. */
public final class PlainDepthwiseConv implements DepthwiseConv {
    @Override
    public String name() {
        return "plain";
    }

    @Override
    public Filters pack(Arena arena, Tensor weight, Tensor bias) {
        KernelChecks.requireShape("weight", weight, -1, 1, KERNEL, KERNEL);
        KernelChecks.requireShape("bias", bias, weight.dim(0));
        int channels = weight.dim(0);
        int taps = KERNEL * KERNEL;
        float[] outputFirst = weight.toArray();
        float[] tapFirst = new float[outputFirst.length];
        for (int c = 0; c < channels; c++) {
            for (int tap = 0; tap < taps; tap++) {
                tapFirst[tap * channels + c] = outputFirst[c * taps + tap];
            }
        }
        return new TapFirst(channels, tapFirst, bias.toArray());
    }

    /**
     * Filters on the heap.
     *
     * @param weight (7, 7, C)
     * @param bias (C)
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record TapFirst(int channels, float[] weight, float[] bias) implements Filters {
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
            int line = width * channels;
            float[] in = Rows.take(0, line);
            float[] out = Rows.take(1, line);
            for (int row = rowBegin; row < rowEnd; row++) {
                for (int column = 0; column < width; column++) {
                    System.arraycopy(bias, 0, out, column * channels, channels);
                }
                for (int ky = Math.max(0, PADDING - row); ky < Math.min(KERNEL, height + PADDING - row); ky++) {
                    Rows.read(x, xBytes + (long) (row + ky - PADDING) * line * Float.BYTES, in, line);
                    addRow(in, out, width, ky);
                }
                Rows.write(out, line, y, yBytes + (long) (row - rowBegin) * line * Float.BYTES);
            }
        }

        private void addRow(float[] in, float[] out, int width, int ky) {
            for (int column = 0; column < width; column++) {
                int kxEnd = Math.min(KERNEL, width + PADDING - column);
                for (int kx = Math.max(0, PADDING - column); kx < kxEnd; kx++) {
                    int from = (column + kx - PADDING) * channels;
                    addTap(in, from, (ky * KERNEL + kx) * channels, out, column * channels);
                }
            }
        }

        private void addTap(float[] in, int from, int tap, float[] out, int to) {
            for (int c = 0; c < channels; c++) {
                out[to + c] += in[from + c] * weight[tap + c];
            }
        }
    }
}
