package org.convnext4j.engine.scalar;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Conv;
import org.convnext4j.engine.kernel.ConvShape;
import org.convnext4j.engine.kernel.KernelChecks;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** One sum over the window's pixels inside the map per output, in double. Stateless. */
public final class ScalarConv implements Conv {
    /** Makes the kernel. */
    public ScalarConv() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public Filters pack(Arena arena, ConvShape shape, Tensor weight, @Nullable Tensor bias) {
        shape.requireWeight(weight);
        Tensor biases = bias == null ? Tensor.allocate(arena, shape.outputs()) : bias;
        KernelChecks.requireShape("bias", biases, shape.outputs());
        return new Packed(shape, Floats.copy(arena, weight), Floats.copy(arena, biases));
    }

    /**
     * The weights as they are.
     *
     * @param weight (N, C / G, K, K)
     * @param bias (N)
     */
    private record Packed(ConvShape shape, MemorySegment weight, MemorySegment bias) implements Filters {
        @Override
        public long scratchFloats(int height, int width) {
            return 0;
        }

        @Override
        public void forward(
                MemorySegment x,
                long xBytes,
                int height,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment scratch,
                long scratchBytes,
                MemorySegment y,
                long yBytes) {
            checkForward(x, xBytes, height, width, rowBegin, rowEnd, scratch, scratchBytes, y, yBytes);
            int outHeight = shape.outputSize(height);
            int outWidth = shape.outputSize(width);
            for (int row = rowBegin; row < rowEnd; row++) {
                long map = Floats.at(xBytes, (long) row / outHeight * height * width * shape.inputs());
                for (int column = 0; column < outWidth; column++) {
                    long to = Floats.at(yBytes, ((long) row * outWidth + column) * shape.outputs());
                    for (int n = 0; n < shape.outputs(); n++) {
                        double sum = window(x, map, height, width, row % outHeight, column, n);
                        Floats.set(y, Floats.at(to, n), sum + Floats.get(bias, Floats.at(0, n)));
                    }
                }
            }
        }

        /** The window of one output pixel times the filter of one output; what is outside the map is left out. */
        private double window(MemorySegment x, long map, int height, int width, int row, int column, int output) {
            int kernel = shape.kernel();
            int channels = shape.groupInputs();
            int firstChannel = output / shape.groupOutputs() * channels;
            int top = row * shape.stride() - shape.padding();
            int left = column * shape.stride() - shape.padding();
            double sum = 0;
            for (int ky = Math.max(0, -top); ky < Math.min(kernel, height - top); ky++) {
                for (int kx = Math.max(0, -left); kx < Math.min(kernel, width - left); kx++) {
                    long pixel = (long) (top + ky) * width + left + kx;
                    long in = Floats.at(map, pixel * shape.inputs() + firstChannel);
                    for (int c = 0; c < channels; c++) {
                        long tap = (((long) output * channels + c) * kernel + ky) * kernel + kx;
                        sum += Floats.get(x, Floats.at(in, c)) * Floats.get(weight, Floats.at(0, tap));
                    }
                }
            }
            return sum;
        }
    }
}
