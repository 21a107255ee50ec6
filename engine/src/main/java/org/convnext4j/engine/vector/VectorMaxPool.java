package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.convnext4j.engine.kernel.MaxPool;

/**
 * Pooling window by window, one vector of channels at a time. Channels beyond whole vectors are taken with the last vector
 * of them, which overlaps the one before.
 */
final class VectorMaxPool implements MaxPool {
    @Override
    public String name() {
        return "vector";
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
        long pixelBytes = (long) channels * Float.BYTES;
        long mapBytes = (long) height * width * pixelBytes;
        long outRowBytes = outWidth * pixelBytes;
        if (rowBegin >= rowEnd) {
            return;
        }
        // The pictures that the range is in.
        int first = rowBegin / outHeight;
        int images = (rowEnd - 1) / outHeight + 1 - first;
        long from = Memory.address(x, xBytes + first * mapBytes, images * mapBytes / Float.BYTES);
        long to = Memory.writable(y, yBytes + rowBegin * outRowBytes, (rowEnd - rowBegin) * outRowBytes / Float.BYTES);
        for (int row = rowBegin; row < rowEnd; row++) {
            long map = from + (row / outHeight - first) * mapBytes;
            int top = row % outHeight * STRIDE - PADDING;
            int begin = Math.max(0, top);
            int rows = Math.min(height, top + KERNEL) - begin;
            row(width, outWidth, channels, rows, map + begin * (width * pixelBytes), to);
            to += outRowBytes;
        }
    }

    private static void row(int width, int outWidth, int channels, int rows, long x, long y) {
        long pixelBytes = (long) channels * Float.BYTES;
        long lineBytes = width * pixelBytes;
        for (int column = 0; column < outWidth; column++) {
            int left = column * STRIDE - PADDING;
            int begin = Math.max(0, left);
            int taps = Math.min(width, left + KERNEL) - begin;
            long from = x + begin * pixelBytes;
            long to = y + column * pixelBytes;
            if (channels < LANES) {
                few(channels, rows, taps, lineBytes, pixelBytes, from, to);
                continue;
            }
            for (int channel = 0; channel < channels; channel += LANES) {
                long at = (long) Math.min(channel, channels - LANES) * Float.BYTES;
                window(rows, taps, lineBytes, pixelBytes, from + at, to + at);
            }
        }
    }

    private static void window(int rows, int taps, long lineBytes, long pixelBytes, long x, long y) {
        FloatVector max = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x, LITTLE_ENDIAN);
        for (int row = 0; row < rows; row++) {
            for (int tap = 0; tap < taps; tap++) {
                long at = x + row * lineBytes + tap * pixelBytes;
                max = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, LITTLE_ENDIAN)
                        .max(max);
            }
        }
        max.intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN);
    }

    /** Fewer channels than a vector has lanes. */
    private static void few(int channels, int rows, int taps, long lineBytes, long pixelBytes, long x, long y) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, channels);
        FloatVector max = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x, LITTLE_ENDIAN, mask);
        for (int row = 0; row < rows; row++) {
            for (int tap = 0; tap < taps; tap++) {
                long at = x + row * lineBytes + tap * pixelBytes;
                max = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, LITTLE_ENDIAN, mask)
                        .max(max);
            }
        }
        max.intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN, mask);
    }
}
