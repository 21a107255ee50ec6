package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.kernel.MaxPool.KERNEL;
import static org.convnext4j.engine.kernel.MaxPool.PADDING;
import static org.convnext4j.engine.kernel.MaxPool.STRIDE;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.convnext4j.engine.kernel.MaxPool;
import org.convnext4j.engine.kernel.gradient.MaxPoolGradient;

/**
 * The gradient of pooling window by window, one vector of channels at a time. A window's gradients go from pixel to pixel
 * until they meet one that has the maximum; there they are added, and what goes on is 0. Row by row what is left lies in
 * memory: kept in a register over two nested loops, it became an object. The pixels of a window that lie before the range
 * of rows are looked at and not added to.
 */
final class VectorMaxPoolGradient implements MaxPoolGradient {
    @Override
    public String name() {
        return "vector";
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
        long lineBytes = (long) width * channels * Float.BYTES;
        long outLineBytes = (long) outWidth * channels * Float.BYTES;
        if (rowBegin >= rowEnd) {
            return;
        }
        // The pictures that the range is in.
        int first = rowBegin / height;
        int images = (rowEnd - 1) / height + 1 - first;
        long maps = (long) images * height * width * channels;
        long outMaps = (long) images * outHeight * outWidth * channels;
        long in = Memory.address(x, xBytes + height * lineBytes * first, maps);
        long out = Memory.address(y, yBytes + outHeight * outLineBytes * first, outMaps);
        long from = Memory.address(gradY, gradYBytes + outHeight * outLineBytes * first, outMaps);
        long to = Memory.writable(
                gradX, gradXBytes + rowBegin * lineBytes, (rowEnd - rowBegin) * lineBytes / Float.BYTES);
        for (int row = rowBegin; row < rowEnd; ) {
            int image = row / height - first;
            int begin = row % height;
            int end = Math.min(height, begin + rowEnd - row);
            long shift = to + (row - rowBegin - begin) * lineBytes;
            for (int line = begin; line < end; line++) {
                Memory.zero(shift + line * lineBytes, width * channels);
            }
            // The windows that hold one of the rows.
            int lastWindow = Math.min(outHeight - 1, (end - 1 + PADDING) / STRIDE);
            for (int window = (begin + PADDING - KERNEL + STRIDE) / STRIDE; window <= lastWindow; window++) {
                long at = ((long) image * outHeight + window) * outLineBytes;
                windows(
                        height,
                        width,
                        channels,
                        window * STRIDE - PADDING,
                        begin,
                        end,
                        in + height * lineBytes * image,
                        out + at,
                        from + at,
                        shift);
            }
            row += end - begin;
        }
    }

    /** A row of windows, for the rows of one picture from {@code rowBegin} to {@code rowEnd}. */
    private static void windows(
            int height,
            int width,
            int channels,
            int top,
            int rowBegin,
            int rowEnd,
            long x,
            long y,
            long gradY,
            long gradX) {
        long pixelBytes = (long) channels * Float.BYTES;
        long lineBytes = width * pixelBytes;
        int line = Math.max(0, top);
        int lines = Math.min(rowEnd, Math.min(height, top + KERNEL)) - line;
        int skipped = Math.max(0, rowBegin - line);
        long rest = Scratch.address();
        for (int column = 0; column < (width + 1) / STRIDE; column++) {
            int left = column * STRIDE - PADDING;
            int begin = Math.max(0, left);
            int taps = Math.min(width, left + KERNEL) - begin;
            long pixel = line * lineBytes + begin * pixelBytes;
            long window = column * pixelBytes;
            for (int c = 0; c < channels; c += LANES) {
                int used = Math.min(LANES, channels - c);
                long at = (long) c * Float.BYTES;
                long in = pixel + at;
                long out = window + at;
                window(
                        used,
                        lines,
                        skipped,
                        taps,
                        lineBytes,
                        pixelBytes,
                        x + in,
                        y + out,
                        gradY + out,
                        gradX + in,
                        rest);
            }
        }
    }

    /** One window and one vector of channels, or the first lanes of one. */
    private static void window(
            int used,
            int rows,
            int skipped,
            int taps,
            long lineBytes,
            long pixelBytes,
            long x,
            long y,
            long gradY,
            long gradX,
            long left) {
        begin(used, gradY, left);
        for (int row = 0; row < rows; row++) {
            long at = row * lineBytes;
            if (row < skipped) {
                pass(used, taps, pixelBytes, x + at, y, left);
            } else if (used == LANES) {
                give(taps, pixelBytes, x + at, y, gradX + at, left);
            } else {
                giveFew(used, taps, pixelBytes, x + at, y, gradX + at, left);
            }
        }
    }

    /** The gradients that the window's pixels have left, at first all. */
    private static void begin(int used, long gradY, long left) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY, LITTLE_ENDIAN, mask)
                .intoMemorySegment(Memory.ALL, left, LITTLE_ENDIAN);
    }

    /** Pixels that take their gradients from those that are left, but not in this range of rows. */
    private static void pass(int used, int taps, long pixelBytes, long x, long y, long left) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector max = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y, LITTLE_ENDIAN, mask);
        FloatVector grad = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, left, LITTLE_ENDIAN);
        for (int tap = 0; tap < taps; tap++) {
            VectorMask<Float> missed = FloatVector.fromMemorySegment(
                            SPECIES, Memory.ALL, x + tap * pixelBytes, LITTLE_ENDIAN, mask)
                    .compare(VectorOperators.NE, max);
            grad = FloatVector.zero(SPECIES).blend(grad, missed);
        }
        grad.intoMemorySegment(Memory.ALL, left, LITTLE_ENDIAN);
    }

    private static void give(int taps, long pixelBytes, long x, long y, long gradX, long left) {
        FloatVector max = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y, LITTLE_ENDIAN);
        FloatVector grad = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, left, LITTLE_ENDIAN);
        for (int tap = 0; tap < taps; tap++) {
            long at = tap * pixelBytes;
            FloatVector in = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN);
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradX + at, LITTLE_ENDIAN)
                    .add(FloatVector.zero(SPECIES).blend(grad, in.compare(VectorOperators.EQ, max)))
                    .intoMemorySegment(Memory.ALL, gradX + at, LITTLE_ENDIAN);
            grad = FloatVector.zero(SPECIES).blend(grad, in.compare(VectorOperators.NE, max));
        }
        grad.intoMemorySegment(Memory.ALL, left, LITTLE_ENDIAN);
    }

    /** Channel by channel: under a mask, C2 made objects of the comparisons. */
    private static void giveFew(int used, int taps, long pixelBytes, long x, long y, long gradX, long left) {
        for (int lane = 0; lane < used; lane++) {
            long channel = (long) lane * Float.BYTES;
            float max = Memory.ALL.get(Lanes.FLOAT, y + channel);
            float grad = Memory.ALL.get(Lanes.FLOAT, left + channel);
            for (int tap = 0; tap < taps; tap++) {
                long at = tap * pixelBytes + channel;
                if (Memory.ALL.get(Lanes.FLOAT, x + at) == max) {
                    Memory.ALL.set(Lanes.FLOAT, gradX + at, Memory.ALL.get(Lanes.FLOAT, gradX + at) + grad);
                    grad = 0;
                }
            }
            Memory.ALL.set(Lanes.FLOAT, left + channel, grad);
        }
    }
}
