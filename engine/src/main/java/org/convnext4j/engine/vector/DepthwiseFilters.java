package org.convnext4j.engine.vector;

import static org.convnext4j.engine.vector.Lanes.LANES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Packed depthwise filters, applied one vector of channels at a time: each source line is copied once to scratch memory,
 * dense and with zeros on both sides, so that neither the edges of the map nor the channels beyond the last whole vector
 * need a path of their own, and a pixel's channels being far apart costs nothing.
 *
 * <p>The lines lie in a ring of K places, each of them twice, K places apart: whatever line a window begins with, it finds
 * its lines one after the other.
 *
 * <p>The same loop does the forward pass and the input gradient. Forward, output o takes the taps 0 to K - 1 of the inputs
 * from {@code o stride - K / 2} on. Backward, input i takes, of gradY, the taps {@code r, r + stride, ...} with
 * {@code r = (i + K / 2) mod stride}, turned; the filters of each remainder are packed on their own (compare
 * {@code InputConvolutions}).
 */
final class DepthwiseFilters {
    private final int channels;
    private final int kernel;
    private final int stride;
    private final boolean backward;

    /** (vectors of channels, 1 + K K, lanes): the bias, then the taps of each pair of remainders; zeros at the end. */
    private final MemorySegment packed;

    private final long vectorBytes;

    DepthwiseFilters(Arena arena, int stride, Tensor weight, @Nullable Tensor bias, boolean backward) {
        this.channels = weight.dim(0);
        this.kernel = weight.dim(2);
        this.stride = stride;
        this.backward = backward;
        this.vectorBytes = (1 + (long) kernel * kernel) * Lanes.BYTES;
        this.packed = arena.allocate((channels + LANES - 1) / LANES * vectorBytes, Tensor.ALIGNMENT_BYTES);
        for (int c = 0; c < channels; c++) {
            long to = c / LANES * vectorBytes + (long) (c % LANES) * Float.BYTES;
            packed.set(Lanes.FLOAT, to, bias == null ? 0 : bias.get(c));
            int place = 1;
            for (int a = 0; a < remainders(); a++) {
                for (int b = 0; b < remainders(); b++) {
                    for (int tap = 0; tap < taps(a) * taps(b); tap++) {
                        int ky = tap(a, tap / taps(b));
                        int kx = tap(b, tap % taps(b));
                        float value = weight.get(((long) c * kernel + ky) * kernel + kx);
                        packed.set(Lanes.FLOAT, to + place * Lanes.BYTES, value);
                        place++;
                    }
                }
            }
        }
    }

    int channels() {
        return channels;
    }

    int kernel() {
        return kernel;
    }

    int stride() {
        return stride;
    }

    /** Targets that differ by this many have the same filter. */
    private int remainders() {
        return backward ? stride : 1;
    }

    /** Source pixels from one target of a remainder to the next. */
    private int sourceStep() {
        return backward ? 1 : stride;
    }

    private int firstTap(int remainder) {
        return backward ? (remainder + kernel / 2) % stride : 0;
    }

    private int taps(int remainder) {
        return backward ? (kernel - firstTap(remainder) + stride - 1) / stride : kernel;
    }

    /** Where in the filter the given tap is. */
    private int tap(int remainder, int index) {
        return backward ? firstTap(remainder) + (taps(remainder) - 1 - index) * stride : index;
    }

    /** By how many source pixels the first target's window begins before the map. */
    private int lead(int remainder) {
        return backward ? taps(remainder) - 1 - (remainder + kernel / 2) / stride : kernel / 2;
    }

    /** How many of so many targets have the remainder. */
    private int count(int targets, int remainder) {
        return (targets - remainder + remainders() - 1) / remainders();
    }

    private int maxLead() {
        int most = 0;
        for (int remainder = 0; remainder < remainders(); remainder++) {
            most = Math.max(most, lead(remainder));
        }
        return most;
    }

    /** Pixels of a line: the zeros before, the map's, and as many as whole strips read beyond. */
    private int linePixels(int sourceWidth, int targetWidth) {
        int most = maxLead() + sourceWidth;
        for (int b = 0; b < remainders(); b++) {
            int covered = DepthwiseLines.covered(count(targetWidth, b));
            most = Math.max(most, maxLead() - lead(b) + (covered - 1) * sourceStep() + taps(b));
        }
        return most;
    }

    /** The lines, each twice, and the results of one strip. */
    long scratchFloats(int sourceWidth, int targetWidth) {
        return (2L * kernel * linePixels(sourceWidth, targetWidth) + DepthwiseLines.PIXELS) * LANES;
    }

    /**
     * Some rows of the targets, counted through all pictures.
     *
     * @param x (pictures, sourceHeight, sourceWidth, C)
     * @param y (pictures, targetHeight, targetWidth, C), of which only the range is written
     */
    void run(
            MemorySegment x,
            long xBytes,
            int sourceHeight,
            int sourceWidth,
            int targetHeight,
            int targetWidth,
            int rowBegin,
            int rowEnd,
            MemorySegment scratch,
            long scratchBytes,
            MemorySegment y,
            long yBytes) {
        if (rowBegin >= rowEnd) {
            return;
        }
        long pixelBytes = (long) channels * Float.BYTES;
        long mapBytes = (long) sourceHeight * sourceWidth * pixelBytes;
        long rowBytes = targetWidth * pixelBytes;
        int first = rowBegin / targetHeight;
        int images = (rowEnd - 1) / targetHeight + 1 - first;
        long from = Memory.address(x, xBytes + first * mapBytes, images * mapBytes / Float.BYTES);
        long to = Memory.writable(y, yBytes + rowBegin * rowBytes, (rowEnd - rowBegin) * rowBytes / Float.BYTES);
        long lines = Memory.writable(scratch, scratchBytes, scratchFloats(sourceWidth, targetWidth));
        Memory.requireAlive(packed);
        clearSides(sourceWidth, linePixels(sourceWidth, targetWidth), lines);
        for (int channel = 0; channel < channels; channel += LANES) {
            int used = Math.min(LANES, channels - channel);
            long at = (long) channel * Float.BYTES;
            long filters = packed.address() + channel / LANES * vectorBytes;
            for (int row = rowBegin; row < rowEnd; ) {
                int image = row / targetHeight - first;
                int begin = row % targetHeight;
                int end = Math.min(targetHeight, begin + rowEnd - row);
                long target = to + (row - rowBegin) * rowBytes + at;
                long map = from + image * mapBytes + at;
                picture(used, sourceHeight, sourceWidth, targetWidth, begin, end, map, filters, lines, target);
                row += end - begin;
            }
        }
    }

    /** The sides of the lines stay 0; between them each line is written before it is read. */
    private void clearSides(int sourceWidth, int linePixels, long lines) {
        int before = maxLead();
        int after = linePixels - before - sourceWidth;
        for (int line = 0; line < 2 * kernel; line++) {
            long at = lines + (long) line * linePixels * Lanes.BYTES;
            Memory.zero(at, before * LANES);
            Memory.zero(at + (before + sourceWidth) * Lanes.BYTES, after * LANES);
        }
    }

    /** Some rows of one picture, for one vector of channels. */
    private void picture(
            int used,
            int sourceHeight,
            int sourceWidth,
            int targetWidth,
            int rowBegin,
            int rowEnd,
            long x,
            long filters,
            long lines,
            long y) {
        long pixelBytes = (long) channels * Float.BYTES;
        long lineBytes = linePixels(sourceWidth, targetWidth) * Lanes.BYTES;
        long inside = lines + maxLead() * Lanes.BYTES;
        int copied = 0;
        for (int row = rowBegin; row < rowEnd; row++) {
            int a = row % remainders();
            int top = row / remainders() * sourceStep() - lead(a);
            int begin = Math.max(0, top);
            int end = Math.min(sourceHeight, top + taps(a));
            copied = Math.max(copied, begin);
            for (; copied < end; copied++) {
                long from = x + copied * (sourceWidth * pixelBytes);
                long place = inside + copied % kernel * lineBytes;
                DepthwiseLines.copyIn(used, sourceWidth, pixelBytes, from, place);
                DepthwiseLines.copyIn(used, sourceWidth, pixelBytes, from, place + kernel * lineBytes);
            }
            long window = lines + begin % kernel * lineBytes;
            long target = y + (row - rowBegin) * (targetWidth * pixelBytes);
            row(used, a, begin - top, end - begin, targetWidth, lineBytes, window, filters, lines, target);
        }
    }

    /** One row of targets: those of each remainder in turn. */
    private void row(
            int used,
            int a,
            int firstRow,
            int rows,
            int targetWidth,
            long lineBytes,
            long window,
            long filters,
            long lines,
            long y) {
        long pixelBytes = (long) channels * Float.BYTES;
        long filter = filters + Lanes.BYTES;
        for (int before = 0; before < a; before++) {
            filter += taps(before) * (long) kernel * Lanes.BYTES;
        }
        for (int b = 0; b < remainders(); b++) {
            long filterBytes = taps(b) * Lanes.BYTES;
            strips(
                    used,
                    rows,
                    taps(b),
                    lineBytes,
                    count(targetWidth, b),
                    window + (maxLead() - lead(b)) * Lanes.BYTES,
                    filter + firstRow * filterBytes,
                    filters,
                    lines + 2L * kernel * lineBytes,
                    remainders() * pixelBytes,
                    y + b * pixelBytes);
            filter += taps(a) * filterBytes;
        }
    }

    /** Strip after strip; one that does not fit goes by way of {@code buffer}. */
    private void strips(
            int used,
            int rows,
            int taps,
            long lineBytes,
            int count,
            long x,
            long weight,
            long bias,
            long buffer,
            long pixelBytes,
            long y) {
        long filterBytes = taps * Lanes.BYTES;
        long stepBytes = sourceStep() * Lanes.BYTES;
        for (int column = 0; column < count; column += DepthwiseLines.PIXELS) {
            long from = x + column * stepBytes;
            long to = y + column * pixelBytes;
            int pixels = Math.min(DepthwiseLines.PIXELS, count - column);
            if (used == LANES && pixels == DepthwiseLines.PIXELS) {
                DepthwiseLines.strip(rows, taps, filterBytes, lineBytes, stepBytes, from, weight, bias, pixelBytes, to);
            } else {
                DepthwiseLines.strip(
                        rows, taps, filterBytes, lineBytes, stepBytes, from, weight, bias, Lanes.BYTES, buffer);
                DepthwiseLines.copyOut(used, pixels, pixelBytes, buffer, to);
            }
        }
    }
}
