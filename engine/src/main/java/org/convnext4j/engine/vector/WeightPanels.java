package org.convnext4j.engine.vector;

import static org.convnext4j.engine.vector.Lanes.LANES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.CpuCaches;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The pointwise convolution in panels of outputs, laid out so that the innermost loop ({@link GemmTile})
 * reads its weights front to back.
 *
 * <p>The panels of one layer, in order of their outputs: wide ones (4 vectors; 3 where that divides the outputs and 4
 * does not; 2 with 16 registers), then 1 vector each for what they leave, then less than one under a mask. A panel is
 * finished for all rows before the next is begun, so that it stays in the second-level cache beside the rows' inputs for
 * all but the first tile.
 */
final class WeightPanels implements Gemm.Linear {
    /** Whether the weights come from beyond the second-level cache in every call. */
    private final boolean prefetch;

    private final int inputs;
    private final int outputs;
    private final GemmTile wide;
    private final GemmTile narrow = new GemmTile1();

    /** (panels, 1 + inputs, width of the panel): the biases, then the weights; the last one filled up with zeros. */
    private final MemorySegment panels;

    /** Panels without values. */
    WeightPanels(Arena arena, int inputs, int outputs) {
        this.inputs = inputs;
        this.outputs = outputs;
        wide = switch (wideVectors(outputs)) {
            case 2 -> new GemmTile2();
            case 3 -> new GemmTile3();
            default -> new GemmTile4();
        };
        long padded = (outputs + LANES - 1L) / LANES * LANES;
        prefetch = (long) inputs * outputs * Float.BYTES > CpuCaches.l2Bytes() / 2;
        panels = arena.allocate((inputs + 1L) * padded * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }

    /** The width of the wide panels, in vectors. */
    static int wideVectors(int outputs) {
        if (Lanes.REGISTERS < 32) {
            return 2;
        }
        return outputs % (4 * LANES) != 0 && outputs % (3 * LANES) == 0 ? 3 : 4;
    }

    /**
     * Lays out the weights of a range of outputs.
     *
     * @param weight (N, K), or, if transposed, (K, N)
     * @param bias (N), or none
     */
    void fill(int outputBegin, int outputEnd, Tensor weight, boolean transposed, @Nullable Tensor bias) {
        long from = Memory.address(weight.data(), 0, (long) inputs * outputs);
        for (int begin = outputBegin; begin < outputEnd; begin += width(begin)) {
            int width = width(begin);
            int used = Math.min(width, outputs - begin);
            long to = panels.address() + panelBytes(begin);
            if (bias != null) {
                long biases = Memory.address(bias.data(), (long) begin * Float.BYTES, used);
                Moves.copy(1, used, biases, used, to, width);
            }
            to += (long) width * Float.BYTES;
            if (transposed) {
                Moves.copy(inputs, used, from + (long) begin * Float.BYTES, outputs, to, width);
            } else {
                Moves.transpose(used, inputs, from + (long) begin * inputs * Float.BYTES, inputs, to, width);
            }
        }
    }

    /** Outputs of the panel that begins with output {@code begin}, counting the padding of the last one. */
    private int width(int begin) {
        return begin < outputs - outputs % panelOutputs() ? panelOutputs() : LANES;
    }

    private long panelBytes(int begin) {
        return begin * (inputs + 1L) * Float.BYTES;
    }

    @Override
    public int inputs() {
        return inputs;
    }

    @Override
    public int outputs() {
        return outputs;
    }

    @Override
    public int panelOutputs() {
        return wide.vectors() * LANES;
    }

    @Override
    public void forward(
            int rows,
            MemorySegment x,
            long xBytes,
            int xStride,
            int outputBegin,
            int outputEnd,
            Gemm.Epilogue epilogue,
            MemorySegment residual,
            MemorySegment y,
            long yBytes,
            int yStride) {
        long firstBytes = yBytes + (long) outputBegin * Float.BYTES;
        long span = Memory.span(rows, yStride, outputEnd - outputBegin);
        long yAddress = Memory.writable(y, firstBytes, span) - firstBytes;
        long residualAddress =
                epilogue == Gemm.Epilogue.ADD_RESIDUAL ? Memory.address(residual, firstBytes, span) - firstBytes : 0;
        for (int begin = outputBegin; begin < outputEnd; begin += width(begin)) {
            if (prefetch) {
                Prefetch.lines(panels.address() + panelBytes(begin), width(begin) * (inputs + 1L) * Float.BYTES);
            }
            long to = yBytes + (long) begin * Float.BYTES;
            panel(rows, begin, x, xBytes, xStride, epilogue, residualAddress, y, yAddress, to, yStride);
        }
    }

    /** All rows times one panel. {@code yBytes} is the offset of its first output in row 0. */
    private void panel(
            int rows,
            int begin,
            MemorySegment x,
            long xBytes,
            int xStride,
            Gemm.Epilogue epilogue,
            long residualAddress,
            MemorySegment y,
            long yAddress,
            long yBytes,
            int yStride) {
        int width = width(begin);
        int used = Math.min(width, outputs - begin);
        GemmTile tile = width == panelOutputs() ? wide : narrow;
        long panel = panelBytes(begin);
        long xStrideBytes = (long) xStride * Float.BYTES;
        long yStrideBytes = (long) yStride * Float.BYTES;
        int height;
        for (int row = 0; row < rows; row += height) {
            height = GemmTile.nextRows(rows - row);
            long from = xBytes + row * xStrideBytes;
            long to = yBytes + row * yStrideBytes;
            if (used == width) {
                tile.forward(height, inputs, x, from, xStrideBytes, panels, panel, y, to, yStrideBytes);
            } else {
                MemorySegment sums = GemmTile.sums();
                tile.forward(height, inputs, x, from, xStrideBytes, panels, panel, sums, 0, Lanes.BYTES);
                TileEnd.copy(height, used, sums.address(), Lanes.BYTES, yAddress + to, yStrideBytes);
            }
            if (epilogue == Gemm.Epilogue.GELU) {
                TileEnd.gelu(height, used, yAddress + to, yStrideBytes);
            } else if (epilogue == Gemm.Epilogue.ADD_RESIDUAL) {
                TileEnd.add(height, used, residualAddress + to, yStrideBytes, yAddress + to, yStrideBytes);
            }
        }
    }
}
