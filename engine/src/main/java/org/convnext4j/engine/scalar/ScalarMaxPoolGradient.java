package org.convnext4j.engine.scalar;

import static org.convnext4j.engine.kernel.MaxPool.KERNEL;
import static org.convnext4j.engine.kernel.MaxPool.PADDING;
import static org.convnext4j.engine.kernel.MaxPool.STRIDE;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.MaxPool;
import org.convnext4j.engine.kernel.gradient.MaxPoolGradient;

/** Pixel by pixel, over the windows that hold it. Stateless. */
public final class ScalarMaxPoolGradient implements MaxPoolGradient {
    /** Makes the kernel. */
    public ScalarMaxPoolGradient() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void backward(
            int height,
            int width,
            int channels,
            int rowBegin,
            int rowEnd,
            MemorySegment x,
            long xBytes,
            MemorySegment y,
            long yBytes,
            MemorySegment gradY,
            long gradYBytes,
            MemorySegment gradX,
            long gradXBytes) {
        MaxPoolGradient.checkBackward(
                height, width, channels, rowBegin, rowEnd, x, xBytes, y, yBytes, gradY, gradYBytes, gradX, gradXBytes);
        int outHeight = MaxPool.outputSize(height);
        int outWidth = MaxPool.outputSize(width);
        for (int row = rowBegin; row < rowEnd; row++) {
            int image = row / height;
            Map map = new Map(height, width, channels, x, Floats.at(xBytes, (long) image * height * width * channels));
            int r = row % height;
            for (int i = 0; i < width * channels; i++) {
                int q = i / channels;
                int c = i % channels;
                double sum = 0;
                for (int down = first(r); down <= last(r, outHeight); down++) {
                    for (int right = first(q); right <= last(q, outWidth); right++) {
                        long window = (((long) image * outHeight + down) * outWidth + right) * channels + c;
                        double max = Floats.get(y, Floats.at(yBytes, window));
                        if (map.firstMaximum(down, right, c, max) == r * width + q) {
                            sum += Floats.get(gradY, Floats.at(gradYBytes, window));
                        }
                    }
                }
                Floats.set(gradX, Floats.at(gradXBytes, (long) row * width * channels + i), sum);
            }
        }
    }

    /** The first window that holds an input row or column: {@code (in + PADDING - KERNEL + 1) / STRIDE}, rounded up. */
    private static int first(int in) {
        return Math.max(0, (in + PADDING - KERNEL + STRIDE) / STRIDE);
    }

    private static int last(int in, int outSize) {
        return Math.min(outSize - 1, (in + PADDING) / STRIDE);
    }

    /** One picture's input: (H, W, C). */
    private record Map(int height, int width, int channels, MemorySegment x, long bytes) {
        /** The window's first pixel that has this value; -1 if none has. */
        int firstMaximum(int down, int right, int c, double max) {
            int top = down * STRIDE - PADDING;
            int left = right * STRIDE - PADDING;
            for (int r = Math.max(0, top); r < Math.min(height, top + KERNEL); r++) {
                for (int q = Math.max(0, left); q < Math.min(width, left + KERNEL); q++) {
                    int pixel = r * width + q;
                    if (Floats.get(x, Floats.at(bytes, (long) pixel * channels + c)) == max) {
                        return pixel;
                    }
                }
            }
            return -1;
        }
    }
}
