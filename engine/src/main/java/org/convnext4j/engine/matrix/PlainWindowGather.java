package org.convnext4j.engine.matrix;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.WindowGather;
import org.convnext4j.engine.tensor.Tensor;

/** Windows copied row by row. Stateless. */
public final class PlainWindowGather implements WindowGather {
    /** Makes the kernel. */
    public PlainWindowGather() {}

    @Override
    public void gather(
            int windowRows,
            int windowColumns,
            int stride,
            int top,
            int left,
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
        WindowGather.checkGather(
                windowRows,
                windowColumns,
                stride,
                channels,
                channelBegin,
                channelCount,
                height,
                width,
                outHeight,
                outWidth,
                rowBegin,
                rowEnd,
                x,
                xBytes,
                to,
                toBytes);
        long pixelBytes = (long) channels * Float.BYTES;
        long at = toBytes;
        for (int row = rowBegin; row < rowEnd; row++) {
            long map = (long) row / outHeight * height;
            int firstLine = row % outHeight * stride - top;
            for (int window = 0; window < outWidth; window++) {
                int firstColumn = window * stride - left;
                int begin = Math.min(windowColumns, Math.max(0, -firstColumn));
                int end = Math.max(begin, Math.min(windowColumns, width - firstColumn));
                for (int line = firstLine; line < firstLine + windowRows; line++) {
                    boolean inside = line >= 0 && line < height && begin < end;
                    int before = inside ? begin : windowColumns;
                    at = zero(to, at, before * channelCount);
                    if (inside) {
                        long pixel = (map + line) * width + firstColumn + begin;
                        long from = xBytes + pixel * pixelBytes + (long) channelBegin * Float.BYTES;
                        at = copy(x, from, end - begin, channels, channelCount, to, at);
                        at = zero(to, at, (windowColumns - end) * channelCount);
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
