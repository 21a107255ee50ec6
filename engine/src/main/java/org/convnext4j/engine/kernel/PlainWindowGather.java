package org.convnext4j.engine.kernel;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.tensor.Tensor;

/** Windows copied row by row. Stateless. */
public final class PlainWindowGather implements WindowGather {
    /** Makes the kernel. */
    public PlainWindowGather() {}

    @Override
    public void gather(
            Windows windows,
            int channels,
            int channelBegin,
            int channelCount,
            int height,
            int width,
            int outHeight,
            int outWidth,
            int rowBegin,
            int rowEnd,
            MemorySegment x,
            long xBytes,
            MemorySegment to,
            long toBytes) {
        int columns = windows.columns();
        long pixelBytes = (long) channels * Float.BYTES;
        long at = toBytes;
        for (int row = rowBegin; row < rowEnd; row++) {
            long map = (long) row / outHeight * height;
            int top = row % outHeight * windows.stride() - windows.top();
            for (int window = 0; window < outWidth; window++) {
                int left = window * windows.stride() - windows.left();
                int begin = Math.min(columns, Math.max(0, -left));
                int end = Math.max(begin, Math.min(columns, width - left));
                for (int line = top; line < top + windows.rows(); line++) {
                    boolean inside = line >= 0 && line < height && begin < end;
                    int first = inside ? begin : columns;
                    at = zero(to, at, first * channelCount);
                    if (inside) {
                        long pixel = (map + line) * width + left + begin;
                        long from = xBytes + pixel * pixelBytes + (long) channelBegin * Float.BYTES;
                        at = copy(x, from, end - begin, channels, channelCount, to, at);
                        at = zero(to, at, (columns - end) * channelCount);
                    }
                }
            }
        }
    }

    /** Copies the channels of adjacent pixels; returns where they end. */
    private static long copy(
            MemorySegment x, long from, int pixels, int channels, int count, MemorySegment to, long toBytes) {
        long countBytes = (long) count * Float.BYTES;
        if (count == channels) {
            MemorySegment.copy(x, from, to, toBytes, pixels * countBytes);
        } else {
            for (int p = 0; p < pixels; p++) {
                MemorySegment.copy(
                        x, from + (long) p * channels * Float.BYTES, to, toBytes + p * countBytes, countBytes);
            }
        }
        return toBytes + pixels * countBytes;
    }

    private static long zero(MemorySegment to, long toBytes, int floats) {
        for (int i = 0; i < floats; i++) {
            to.set(Tensor.FLOAT, toBytes + (long) i * Float.BYTES, 0f);
        }
        return toBytes + (long) floats * Float.BYTES;
    }
}
