package org.convnext4j.engine.matrix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.kernel.ConvShape;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.WindowGather;
import org.convnext4j.engine.kernel.gradient.ConvGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The input gradient of a convolution with stride s as s s convolutions of gradY with stride 1.
 *
 * <p>Input row i meets the taps {@code ky = i + padding - s o} of the output rows o: those with
 * {@code ky mod s = (i + padding) mod s}, and no others. So the input rows of one remainder, a, all see the same taps
 * {@code r, r + s, r + 2 s, ...} with {@code r = (a + padding) mod s}, and from one of these rows to the next the output
 * rows move on by one; the same holds for columns. Each pair of remainders, an {@link InputPhase}, is a convolution with
 * its own share of the turned filters, so that no product is with a zero that the stride left and no sum is scattered.
 *
 * @param shape the measures of the forward pass
 * @param phases one for each pair of remainders
 * @param gather copies the windows
 */
record InputConvolutions(ConvShape shape, List<InputPhase> phases, WindowGather gather)
        implements ConvGradient.InputFilters {
    static InputConvolutions pack(Arena arena, Gemm gemm, WindowGather gather, ConvShape shape, Tensor weight) {
        shape.requireWeight(weight);
        List<InputPhase> phases = new ArrayList<>();
        for (int a = 0; a < shape.stride(); a++) {
            for (int b = 0; b < shape.stride(); b++) {
                phases.add(InputPhase.pack(arena, gemm, shape, weight, a, b));
            }
        }
        return new InputConvolutions(shape, List.copyOf(phases), gather);
    }

    @Override
    public long scratchFloats(int height, int width) {
        long most = 0;
        for (int p = 0; p < phases.size(); p++) { // every call comes by here, and an iterator is an object
            InputPhase phase = phases.get(p);
            int columns = InputPhase.count(width, phase.b(), shape.stride());
            if (columns > 0 && !phase.empty()) {
                long windows = WindowGather.tileFloats(phase.windowFloats(), columns);
                most = Math.max(most, resultFloats(phase, columns) + windows);
            }
        }
        return most;
    }

    /** A tile's results before they go to their places, rounded up so that what follows is on a cache line again. */
    private long resultFloats(InputPhase phase, int columns) {
        if (shape.stride() == 1) {
            return 0; // they are computed in place
        }
        long line = Tensor.ALIGNMENT_BYTES / Float.BYTES;
        long floats = (long) WindowGather.tileRows(phase.windowFloats(), columns) * columns * shape.inputs();
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
        checkInputGradient(
                gradY, gradYBytes, height, width, rowBegin, rowEnd, scratch, scratchBytes, gradX, gradXBytes);
        int stride = shape.stride();
        for (int p = 0; p < phases.size(); p++) {
            InputPhase phase = phases.get(p);
            int rows = InputPhase.count(height, phase.a(), stride);
            int columns = InputPhase.count(width, phase.b(), stride);
            if (rows < 1 || columns < 1) {
                continue;
            }
            int begin = phase.rowsBefore(rowBegin, height);
            int end = phase.rowsBefore(rowEnd, height);
            if (phase.empty()) {
                place(phase, height, width, rows, columns, begin, end, null, 0, gradX, gradXBytes);
                continue;
            }
            int tileRows = WindowGather.tileRows(phase.windowFloats(), columns);
            long windowsBytes = scratchBytes + resultFloats(phase, columns) * Float.BYTES;
            for (int row = begin; row < end; row += tileRows) {
                int tileEnd = Math.min(end, row + tileRows);
                boolean inPlace = stride == 1;
                multiply(
                        phase,
                        height,
                        width,
                        row,
                        tileEnd,
                        gradY,
                        gradYBytes,
                        scratch,
                        windowsBytes,
                        inPlace ? gradX : scratch,
                        inPlace ? gradXBytes + (long) row * width * shape.inputs() * Float.BYTES : scratchBytes);
                if (!inPlace) {
                    place(phase, height, width, rows, columns, row, tileEnd, scratch, scratchBytes, gradX, gradXBytes);
                }
            }
        }
    }

    /** A tile of one phase, (pixels, C), with the windows gathered at {@code windowsBytes} of the scratch memory. */
    private void multiply(
            InputPhase phase,
            int height,
            int width,
            int rowBegin,
            int rowEnd,
            MemorySegment gradY,
            long gradYBytes,
            MemorySegment scratch,
            long windowsBytes,
            MemorySegment to,
            long toBytes) {
        int rows = InputPhase.count(height, phase.a(), shape.stride());
        int columns = InputPhase.count(width, phase.b(), shape.stride());
        int outHeight = shape.outputSize(height);
        int outWidth = shape.outputSize(width);
        int outputs = shape.groupOutputs();
        boolean asTheyLie = phase.pixels() && rows == outHeight && columns == outWidth;
        for (int group = 0; group < shape.groups(); group++) {
            MemorySegment windows = scratch;
            long from = windowsBytes;
            int windowStride = phase.windowFloats();
            if (asTheyLie) {
                windows = gradY;
                long first = (long) rowBegin * columns * shape.outputs() + (long) group * outputs;
                from = gradYBytes + first * Float.BYTES;
                windowStride = shape.outputs();
            } else {
                gather.gather(
                        phase.rowTaps(),
                        phase.columnTaps(),
                        1,
                        phase.top(),
                        phase.left(),
                        shape.outputs(),
                        group * outputs,
                        outputs,
                        outHeight,
                        outWidth,
                        rows,
                        columns,
                        rowBegin,
                        rowEnd,
                        gradY,
                        gradYBytes,
                        scratch,
                        windowsBytes);
            }
            Gemm.Linear linear = phase.groups().get(group);
            linear.forward(
                    (rowEnd - rowBegin) * columns,
                    windows,
                    from,
                    windowStride,
                    0,
                    linear.outputs(),
                    Gemm.Epilogue.NONE,
                    to,
                    to,
                    toBytes + (long) group * shape.groupInputs() * Float.BYTES,
                    shape.inputs());
        }
    }

    /** Copies the results of some rows of a phase to their places, or sets these to 0 if there are none. */
    private void place(
            InputPhase phase,
            int height,
            int width,
            int rows,
            int columns,
            int rowBegin,
            int rowEnd,
            @Nullable MemorySegment results,
            long resultsBytes,
            MemorySegment gradX,
            long gradXBytes) {
        long pixelBytes = (long) shape.inputs() * Float.BYTES;
        long from = resultsBytes;
        for (int row = rowBegin; row < rowEnd; row++) {
            long line = (long) row / rows * height + phase.a() + (long) row % rows * shape.stride();
            long first = gradXBytes + (line * width + phase.b()) * pixelBytes;
            for (int column = 0; column < columns; column++) {
                long to = first + (long) column * shape.stride() * pixelBytes;
                if (results == null) {
                    clear(gradX, to);
                } else {
                    MemorySegment.copy(results, from, gradX, to, pixelBytes);
                    from += pixelBytes;
                }
            }
        }
    }

    private void clear(MemorySegment gradX, long pixel) {
        for (int c = 0; c < shape.inputs(); c++) {
            gradX.set(Tensor.FLOAT, pixel + (long) c * Float.BYTES, 0f);
        }
    }
}
