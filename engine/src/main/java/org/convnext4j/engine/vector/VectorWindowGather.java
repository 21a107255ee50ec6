package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.convnext4j.engine.kernel.WindowGather;

/**
 * Windows copied row by row. The rows are short, a few pixels of a layer's channels, so that a call of the library's copy
 * for each would take longer than the copying; a row ends with the vector of its last floats, which may overlap the one
 * before.
 */
final class VectorWindowGather implements WindowGather {
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
        if (rowBegin >= rowEnd) {
            return;
        }
        long mapFloats = (long) height * width * channels;
        int first = rowBegin / outHeight;
        int images = (rowEnd - 1) / outHeight + 1 - first;
        long begin = (long) channelBegin * Float.BYTES;
        long from = Memory.address(x, xBytes + first * mapFloats * Float.BYTES, images * mapFloats) + begin;
        long windowFloats = (long) windowRows * windowColumns * channelCount;
        long at = Memory.writable(to, toBytes, (long) (rowEnd - rowBegin) * outWidth * windowFloats);
        for (int row = rowBegin; row < rowEnd; row++) {
            long map = from + (row / outHeight - first) * mapFloats * Float.BYTES;
            int line = row % outHeight * stride - top;
            row(
                    windowRows,
                    windowColumns,
                    stride,
                    left,
                    channels,
                    channelCount,
                    height,
                    width,
                    outWidth,
                    line,
                    map,
                    at);
            at += outWidth * windowFloats * Float.BYTES;
        }
    }

    /** The windows of one row of the output, whose first row is {@code firstLine}. */
    private static void row(
            int windowRows,
            int windowColumns,
            int stride,
            int left,
            int channels,
            int count,
            int height,
            int width,
            int outWidth,
            int firstLine,
            long map,
            long to) {
        long pixelBytes = (long) channels * Float.BYTES;
        long countBytes = (long) count * Float.BYTES;
        long at = to;
        for (int window = 0; window < outWidth; window++) {
            int firstColumn = window * stride - left;
            int begin = Math.min(windowColumns, Math.max(0, -firstColumn));
            int end = Math.max(begin, Math.min(windowColumns, width - firstColumn));
            for (int line = firstLine; line < firstLine + windowRows; line++) {
                if (line < 0 || line >= height || begin == end) {
                    Memory.zero(at, windowColumns * count);
                } else {
                    Memory.zero(at, begin * count);
                    long pixel = map + ((long) line * width + firstColumn + begin) * pixelBytes;
                    copy(end - begin, channels, count, pixel, at + begin * countBytes);
                    Memory.zero(at + end * countBytes, (windowColumns - end) * count);
                }
                at += windowColumns * countBytes;
            }
        }
    }

    /** The channels of adjacent pixels, which are one run if they are all channels. */
    private static void copy(int pixels, int channels, int count, long from, long to) {
        int run = count == channels ? pixels * count : count;
        for (int p = 0; p < pixels * count; p += run) {
            long x = from + (long) (p / count) * channels * Float.BYTES;
            long y = to + (long) p * Float.BYTES;
            if (run < LANES) {
                few(run, x, y);
            } else {
                run(run, x, y);
            }
        }
    }

    private static void run(int floats, long from, long to) {
        int last = floats - LANES;
        for (int i = 0; i < last; i += LANES) {
            long at = (long) i * Float.BYTES;
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + at, LITTLE_ENDIAN)
                    .intoMemorySegment(Memory.ALL, to + at, LITTLE_ENDIAN);
        }
        long at = (long) last * Float.BYTES;
        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + at, LITTLE_ENDIAN)
                .intoMemorySegment(Memory.ALL, to + at, LITTLE_ENDIAN);
    }

    private static void few(int floats, long from, long to) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, floats);
        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from, LITTLE_ENDIAN, mask)
                .intoMemorySegment(Memory.ALL, to, LITTLE_ENDIAN, mask);
    }
}
