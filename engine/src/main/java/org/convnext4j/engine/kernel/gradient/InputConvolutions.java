package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.kernel.ConvShape;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.WindowGather;
import org.convnext4j.engine.kernel.Windows;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The input gradient of a convolution with stride s as s s convolutions of gradY with stride 1.
 *
 * <p>Input row i meets the taps {@code ky = i + padding - s o} of the output rows o: those with
 * {@code ky mod s = (i + padding) mod s}, and no others. So the input rows of one remainder, a, all see the same taps
 * {@code r, r + s, r + 2 s, ...} with {@code r = (a + padding) mod s}, and from one of these rows to the next the output
 * rows move on by one; the same holds for columns. Each pair of remainders, a {@link Phase}, is a convolution with its
 * own share of the turned filters, so that no product is with a zero that the stride left and no sum is scattered. A pair
 * without a tap has gradient 0.
 *
 * @param shape the measures of the forward pass
 * @param phases one for each pair of remainders
 * @param gather copies the windows
 */
record InputConvolutions(ConvShape shape, List<Phase> phases, WindowGather gather)
        implements ConvGradient.InputFilters {
    /**
     * The input pixels {@code (a + s i, b + s j)}.
     *
     * @param a remainder of the row
     * @param b remainder of the column
     * @param windows what pixel (i, j) sees of gradY
     * @param groups each group's weights (C / G, T U N / G) for windows of T x U; none where there is no tap
     */
    record Phase(int a, int b, Windows windows, List<Gemm.Linear> groups) {
        /** How many of so many rows, or columns, have the remainder. */
        static int count(int size, int remainder, int stride) {
            return (size - remainder + stride - 1) / stride;
        }
    }

    static InputConvolutions pack(Arena arena, Gemm gemm, WindowGather gather, ConvShape shape, Tensor weight) {
        shape.requireWeight(weight);
        List<Phase> phases = new ArrayList<>();
        for (int a = 0; a < shape.stride(); a++) {
            for (int b = 0; b < shape.stride(); b++) {
                int rows = taps(shape, a);
                int columns = taps(shape, b);
                Windows windows = new Windows(rows, columns, 1, lead(shape, a), lead(shape, b));
                List<Gemm.Linear> groups = new ArrayList<>();
                for (int group = 0; group < shape.groups() && rows > 0 && columns > 0; group++) {
                    groups.add(pack(arena, gemm, shape, weight, a, b, group));
                }
                phases.add(new Phase(a, b, windows, List.copyOf(groups)));
            }
        }
        return new InputConvolutions(shape, List.copyOf(phases), gather);
    }

    /** The first tap that inputs of this remainder see. */
    private static int firstTap(ConvShape shape, int remainder) {
        return (remainder + shape.padding()) % shape.stride();
    }

    private static int taps(ConvShape shape, int remainder) {
        return (shape.kernel() - firstTap(shape, remainder) + shape.stride() - 1) / shape.stride();
    }

    /** By how many outputs the first input's window begins before the map. */
    private static int lead(ConvShape shape, int remainder) {
        return taps(shape, remainder) - 1 - (remainder + shape.padding()) / shape.stride();
    }

    /** One group's weights of one phase, the filters turned: (C / G, T U N / G). */
    private static Gemm.Linear pack(Arena arena, Gemm gemm, ConvShape shape, Tensor weight, int a, int b, int group) {
        int rows = taps(shape, a);
        int columns = taps(shape, b);
        int kernel = shape.kernel();
        int channels = shape.groupInputs();
        int outputs = shape.groupOutputs();
        try (Arena scratch = Arena.ofConfined()) {
            Tensor turned = Tensor.allocate(scratch, channels, rows * columns * outputs);
            for (int c = 0; c < channels; c++) {
                for (int tap = 0; tap < rows * columns; tap++) {
                    int ky = firstTap(shape, a) + (rows - 1 - tap / columns) * shape.stride();
                    int kx = firstTap(shape, b) + (columns - 1 - tap % columns) * shape.stride();
                    for (int n = 0; n < outputs; n++) {
                        long filter = ((long) group * outputs + n) * channels + c;
                        turned.set(
                                ((long) c * rows * columns + tap) * outputs + n,
                                weight.get((filter * kernel + ky) * kernel + kx));
                    }
                }
            }
            return gemm.pack(arena, turned, Tensor.allocate(scratch, channels));
        }
    }

    @Override
    public long scratchFloats(int height, int width) {
        long most = 0;
        for (Phase phase : phases) {
            int columns = Phase.count(width, phase.b, shape.stride());
            if (columns > 0 && !phase.groups.isEmpty()) {
                int windowFloats = windowFloats(phase);
                long results = shape.stride() == 1 ? 0 : resultFloats(windowFloats, columns);
                most = Math.max(most, results + WindowGather.tileFloats(windowFloats, columns));
            }
        }
        return most;
    }

    private int windowFloats(Phase phase) {
        return phase.windows.taps() * shape.groupOutputs();
    }

    /** A tile's results before they go to their places, rounded up so that what follows is on a cache line again. */
    private long resultFloats(int windowFloats, int columns) {
        long line = Tensor.ALIGNMENT_BYTES / Float.BYTES;
        long floats = (long) WindowGather.tileRows(windowFloats, columns) * columns * shape.inputs();
        return (floats + line - 1) / line * line;
    }

    @Override
    public void inputGradient(
            MemorySegment gradY,
            long gradYBytes,
            int height,
            int width,
            int rowBegin,
            int rowEnd,
            MemorySegment scratch,
            long scratchBytes,
            MemorySegment gradX,
            long gradXBytes) {
        Maps maps = new Maps(shape, gradY, gradYBytes, height, width, scratch, scratchBytes, gradX, gradXBytes);
        for (Phase phase : phases) {
            int rows = Phase.count(height, phase.a, shape.stride());
            int columns = Phase.count(width, phase.b, shape.stride());
            if (rows < 1 || columns < 1) {
                continue;
            }
            int begin = maps.phaseRow(phase, rows, rowBegin);
            int end = maps.phaseRow(phase, rows, rowEnd);
            int step = phase.groups.isEmpty() ? end : WindowGather.tileRows(windowFloats(phase), columns);
            for (int row = begin; row < end; row += step) {
                int tileEnd = Math.min(end, row + step);
                if (phase.groups.isEmpty()) {
                    maps.clear(phase, rows, columns, row, tileEnd);
                } else if (shape.stride() == 1) {
                    long to = gradXBytes + (long) row * width * shape.inputs() * Float.BYTES;
                    multiply(maps, phase, rows, columns, row, tileEnd, scratchBytes, gradX, to);
                } else {
                    long windowsBytes = scratchBytes + resultFloats(windowFloats(phase), columns) * Float.BYTES;
                    multiply(maps, phase, rows, columns, row, tileEnd, windowsBytes, scratch, scratchBytes);
                    maps.scatter(phase, rows, columns, row, tileEnd);
                }
            }
        }
    }

    /** A tile of one phase, (pixels, C), with the windows gathered at {@code windowsBytes} of the scratch memory. */
    private void multiply(
            Maps maps,
            Phase phase,
            int rows,
            int columns,
            int rowBegin,
            int rowEnd,
            long windowsBytes,
            MemorySegment to,
            long toBytes) {
        int outHeight = shape.outputSize(maps.height);
        int outWidth = shape.outputSize(maps.width);
        int outputs = shape.groupOutputs();
        boolean asTheyLie = phase.windows.pixels() && rows == outHeight && columns == outWidth;
        for (int group = 0; group < shape.groups(); group++) {
            MemorySegment x = maps.scratch;
            long xBytes = windowsBytes;
            int xStride = windowFloats(phase);
            if (asTheyLie) {
                x = maps.gradY;
                long pixel = (long) rowBegin * columns;
                xBytes = maps.gradYBytes + (pixel * shape.outputs() + (long) group * outputs) * Float.BYTES;
                xStride = shape.outputs();
            } else {
                gather.gather(
                        phase.windows,
                        shape.outputs(),
                        group * outputs,
                        outputs,
                        outHeight,
                        outWidth,
                        rows,
                        columns,
                        rowBegin,
                        rowEnd,
                        maps.gradY,
                        maps.gradYBytes,
                        maps.scratch,
                        windowsBytes);
            }
            Gemm.Linear linear = phase.groups.get(group);
            linear.forward(
                    (rowEnd - rowBegin) * columns,
                    x,
                    xBytes,
                    xStride,
                    0,
                    linear.outputs(),
                    Gemm.Epilogue.NONE,
                    to,
                    to,
                    toBytes + (long) group * shape.groupInputs() * Float.BYTES,
                    shape.inputs());
        }
    }

    /** The operands. */
    private record Maps(
            ConvShape shape,
            MemorySegment gradY,
            long gradYBytes,
            int height,
            int width,
            MemorySegment scratch,
            long scratchBytes,
            MemorySegment gradX,
            long gradXBytes) {
        /** How many rows of a phase, counted through all pictures, come before a row of gradX. */
        int phaseRow(Phase phase, int rows, int row) {
            int before = row % height - phase.a;
            return row / height * rows + (before <= 0 ? 0 : Phase.count(before, 0, shape.stride()));
        }

        /** The offset of the first pixel of a phase's row in gradX. */
        private long line(Phase phase, int rows, int row) {
            long y = (long) row / rows * height + phase.a + (long) row % rows * shape.stride();
            return gradXBytes + (y * width + phase.b) * shape.inputs() * Float.BYTES;
        }

        /** The results of some rows from the beginning of the scratch memory to their places. */
        void scatter(Phase phase, int rows, int columns, int rowBegin, int rowEnd) {
            long pixelBytes = (long) shape.inputs() * Float.BYTES;
            long from = scratchBytes;
            for (int row = rowBegin; row < rowEnd; row++) {
                long to = line(phase, rows, row);
                for (int column = 0; column < columns; column++) {
                    MemorySegment.copy(
                            scratch, from, gradX, to + (long) column * shape.stride() * pixelBytes, pixelBytes);
                    from += pixelBytes;
                }
            }
        }

        /** Sets the pixels of some rows to 0. */
        void clear(Phase phase, int rows, int columns, int rowBegin, int rowEnd) {
            int channels = shape.inputs();
            for (int row = rowBegin; row < rowEnd; row++) {
                long to = line(phase, rows, row);
                for (int column = 0; column < columns; column++) {
                    long pixel = to + (long) column * shape.stride() * channels * Float.BYTES;
                    for (int c = 0; c < channels; c++) {
                        gradX.set(Tensor.FLOAT, pixel + (long) c * Float.BYTES, 0f);
                    }
                }
            }
        }
    }
}
