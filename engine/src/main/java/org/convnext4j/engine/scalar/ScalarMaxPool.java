package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.MaxPool;

/** Window by window. Stateless. */
public final class ScalarMaxPool implements MaxPool {
    /** Makes the kernel. */
    public ScalarMaxPool() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void forward(
            int height,
            int width,
            int channels,
            int rowBegin,
            int rowEnd,
            MemorySegment x,
            long xBytes,
            MemorySegment y,
            long yBytes) {
        MaxPool.checkForward(height, width, channels, rowBegin, rowEnd, x, xBytes, y, yBytes);
        int outHeight = MaxPool.outputSize(height);
        int outWidth = MaxPool.outputSize(width);
        for (int row = rowBegin; row < rowEnd; row++) {
            long map = (long) row / outHeight * height * width;
            int top = row % outHeight * STRIDE - PADDING;
            for (int column = 0; column < outWidth; column++) {
                int left = column * STRIDE - PADDING;
                for (int c = 0; c < channels; c++) {
                    double max = Double.NEGATIVE_INFINITY;
                    for (int r = Math.max(0, top); r < Math.min(height, top + KERNEL); r++) {
                        for (int q = Math.max(0, left); q < Math.min(width, left + KERNEL); q++) {
                            long pixel = map + (long) r * width + q;
                            max = Math.max(max, Floats.get(x, Floats.at(xBytes, pixel * channels + c)));
                        }
                    }
                    Floats.set(y, Floats.at(yBytes, ((long) row * outWidth + column) * channels + c), max);
                }
            }
        }
    }
}
