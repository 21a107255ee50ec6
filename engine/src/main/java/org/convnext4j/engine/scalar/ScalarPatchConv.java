package org.convnext4j.engine.scalar;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.KernelChecks;
import org.convnext4j.engine.kernel.PatchConv;
import org.convnext4j.engine.tensor.Tensor;

/** One sum over the patch per output, in double. Stateless. */
public final class ScalarPatchConv implements PatchConv {
    /** Makes the kernel. */
    public ScalarPatchConv() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public Filters pack(Arena arena, Tensor weight, Tensor bias) {
        KernelChecks.requireShape("weight", weight, -1, -1, -1, -1);
        int patch = weight.dim(2);
        KernelChecks.requireShape("weight", weight, -1, -1, patch, patch);
        KernelChecks.requireShape("bias", bias, weight.dim(0));
        return new Packed(patch, weight.dim(1), weight.dim(0), Floats.copy(arena, weight), Floats.copy(arena, bias));
    }

    /**
     * The weights as they are.
     *
     * @param weight (N, C, P, P)
     * @param bias (N)
     */
    private record Packed(int patch, int channels, int outputs, MemorySegment weight, MemorySegment bias)
            implements Filters {
        @Override
        public long scratchFloats(int width) {
            return 0;
        }

        @Override
        public void forward(
                MemorySegment x,
                long xBytes,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment scratch,
                long scratchBytes,
                MemorySegment y,
                long yBytes) {
            checkForward(x, xBytes, width, rowBegin, rowEnd, scratch, scratchBytes, y, yBytes);
            int columns = width / patch;
            long yOffset = yBytes;
            for (int row = rowBegin; row < rowEnd; row++) {
                for (int column = 0; column < columns; column++) {
                    long corner = ((long) row * patch * width + (long) column * patch) * channels;
                    for (int output = 0; output < outputs; output++) {
                        double sum = patchSum(x, Floats.at(xBytes, corner), width, output);
                        Floats.set(y, yOffset, sum + Floats.get(bias, Floats.at(0, output)));
                        yOffset += Float.BYTES;
                    }
                }
            }
        }

        /** The patch whose first pixel is at {@code corner} times the filter of one output. */
        private double patchSum(MemorySegment x, long corner, int width, int output) {
            double sum = 0;
            for (int channel = 0; channel < channels; channel++) {
                long taps = ((long) output * channels + channel) * patch * patch;
                for (int r = 0; r < patch; r++) {
                    for (int c = 0; c < patch; c++) {
                        double in = Floats.get(x, Floats.at(corner, ((long) r * width + c) * channels + channel));
                        sum += in * Floats.get(weight, Floats.at(0, taps + (long) r * patch + c));
                    }
                }
            }
            return sum;
        }
    }
}
