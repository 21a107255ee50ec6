package org.convnext4j.engine.vector;

import static org.convnext4j.engine.vector.Lanes.LANES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.CpuCaches;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.KernelChecks;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The pointwise convolution in panels of outputs, packed once at load so that the innermost loop ({@link GemmTile})
 * reads its weights front to back.
 *
 * <p>The panels of one layer, in order of their outputs: wide ones (4 vectors; 3 where that divides the outputs and 4
 * does not; 2 with 16 registers), then 1 vector each for what they leave, then less than one under a mask. A panel is
 * finished for all rows before the next is begun. One with very many inputs is taken in blocks of them, each for all rows
 * before the next, so that it stays in the second-level cache beside the rows' inputs for all but the first tile.
 */
final class VectorGemm implements Gemm {
    /**
     * The most weights of a block of inputs: a sixteenth of the second-level cache. ConvNeXt-XLarge, whose panels have up to
     * 2 MiB, took 1104 ms with 128 KiB on one thread of a CPU with 2 MiB, 1127 with 256 and 1200 with whole panels; Tiny
     * 569, 600 and 590 for 8 pictures. Blocks for the first-level cache (32 KiB) do gain in the loop itself, but lose twice
     * as much around it: 658.
     */
    private static final long BLOCK_BYTES = Math.max(CpuCaches.l2Bytes() / 16, 32 << 10);

    private static final int LINE_FLOATS = 16;

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public Linear pack(Arena arena, Tensor weight, Tensor bias) {
        KernelChecks.requireShape("weight", weight, -1, -1);
        KernelChecks.requireShape("bias", bias, weight.dim(0));
        return new Panels(arena, weight, bias);
    }

    /** The width of the wide panels, in vectors. */
    static int wideVectors(int outputs) {
        if (Lanes.REGISTERS < 32) {
            return 2;
        }
        return outputs % (4 * LANES) != 0 && outputs % (3 * LANES) == 0 ? 3 : 4;
    }

    private static final class Panels implements Linear {
        /** Whether the weights come from beyond the second-level cache in every call. */
        private final boolean prefetch;

        private final int inputs;
        private final int outputs;
        private final GemmTile wide;
        private final GemmTile narrow = new GemmTile1();

        /** (panels, inputs, width of the panel), the last panel filled up with zeros. */
        private final MemorySegment panels;

        /** (outputs), filled up like the panels. */
        private final MemorySegment biases;

        Panels(Arena arena, Tensor weight, Tensor bias) {
            outputs = weight.dim(0);
            inputs = weight.dim(1);
            wide = switch (wideVectors(outputs)) {
                case 2 -> new GemmTile2();
                case 3 -> new GemmTile3();
                default -> new GemmTile4();
            };
            long padded = (outputs + LANES - 1L) / LANES * LANES;
            prefetch = weight.elements() * Float.BYTES > CpuCaches.l2Bytes() / 2;
            biases = arena.allocate(padded * Float.BYTES, Tensor.ALIGNMENT_BYTES);
            for (int j = 0; j < outputs; j++) {
                biases.setAtIndex(Lanes.FLOAT, j, bias.get(j));
            }
            panels = arena.allocate(inputs * padded * Float.BYTES, Tensor.ALIGNMENT_BYTES);
            for (int begin = 0; begin < outputs; begin += width(begin)) {
                packPanel(weight, begin, Math.min(width(begin), outputs - begin));
            }
        }

        private void packPanel(Tensor weight, int begin, int used) {
            long step = (long) width(begin) * Float.BYTES;
            for (int j = 0; j < used; j++) {
                long from = (long) (begin + j) * inputs;
                long at = panelBytes(begin) + (long) j * Float.BYTES;
                for (int p = 0; p < inputs; p++) {
                    panels.set(Lanes.FLOAT, at + p * step, weight.get(from + p));
                }
            }
        }

        /** Outputs of the panel that begins with output {@code begin}, counting the padding of the last one. */
        private int width(int begin) {
            return begin < outputs - outputs % panelOutputs() ? panelOutputs() : LANES;
        }

        private long panelBytes(int begin) {
            return (long) begin * inputs * Float.BYTES;
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
                Epilogue epilogue,
                MemorySegment residual,
                MemorySegment y,
                long yBytes,
                int yStride) {
            long firstBytes = yBytes + (long) outputBegin * Float.BYTES;
            long span = Memory.span(rows, yStride, outputEnd - outputBegin);
            long yAddress = Memory.writable(y, firstBytes, span) - firstBytes + yBytes;
            long residualAddress = epilogue == Epilogue.ADD_RESIDUAL
                    ? Memory.address(residual, firstBytes, span) - firstBytes + yBytes
                    : 0;
            MemorySegment sums = GemmTile.sums();
            for (int begin = outputBegin; begin < outputEnd; begin += width(begin)) {
                int width = width(begin);
                GemmTile tile = width == panelOutputs() ? wide : narrow;
                int depth = blockInputs(inputs, width);
                for (int input = 0; input < inputs; input += depth) {
                    int k = Math.min(depth, inputs - input);
                    long weightsBytes = panelBytes(begin) + (long) input * width * Float.BYTES;
                    if (prefetch) {
                        Prefetch.lines(panels.address() + weightsBytes, (long) k * width * Float.BYTES);
                    }
                    long from = xBytes + (long) input * Float.BYTES;
                    long to = (long) begin * Float.BYTES;
                    Epilogue end = input + k == inputs ? epilogue : Epilogue.NONE;
                    int used = Math.min(width, outputs - begin);
                    int height;
                    for (int row = 0; row < rows; row += height) {
                        height = GemmTile.nextRows(rows - row);
                        long rowBytes = from + (long) row * xStride * Float.BYTES;
                        tile.forward(height, k, x, rowBytes, (long) xStride * Float.BYTES, panels, weightsBytes, sums);
                        for (int r = 0; r < height; r++) {
                            long at = to + (long) (row + r) * yStride * Float.BYTES;
                            long base = input == 0 ? biases.address() + to : yAddress + at;
                            long tileRow = sums.address() + (long) r * width * Float.BYTES;
                            end(end, used, tileRow, base, residualAddress + at, yAddress + at);
                        }
                    }
                }
            }
        }

        private static void end(Epilogue epilogue, int columns, long sums, long base, long residual, long y) {
            if (epilogue == Epilogue.ADD_RESIDUAL) {
                TileEnd.add(columns, sums, base, residual, y);
                return;
            }
            TileEnd.add(columns, sums, base, y);
            if (epilogue == Epilogue.GELU) {
                VectorGelu.row(columns, y, y);
            }
        }
    }

    /** How many inputs a block has, so that blocks are about equal and none has more than {@link #BLOCK_BYTES} of weights. */
    static int blockInputs(int inputs, int width) {
        int most = Math.toIntExact(BLOCK_BYTES / ((long) width * Float.BYTES) / LINE_FLOATS * LINE_FLOATS);
        int blocks = (inputs + most - 1) / most;
        int depth = (inputs + blocks - 1) / blocks;
        return (depth + LINE_FLOATS - 1) / LINE_FLOATS * LINE_FLOATS;
    }
}
