package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
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
 * finished for all rows before the next is begun, so that it is read from the first-level cache for all but the first
 * tile; the rows' inputs come from the second level.
 */
final class VectorGemm implements Gemm {
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
        private final MemorySegment panels;
        private final GemmTile wide;
        private final GemmTile narrow = new GemmTile1();
        private final GemmTile tail;

        Panels(Arena arena, Tensor weight, Tensor bias) {
            outputs = weight.dim(0);
            inputs = weight.dim(1);
            wide = switch (wideVectors(outputs)) {
                case 2 -> new GemmTile2();
                case 3 -> new GemmTile3();
                default -> new GemmTile4();
            };
            tail = new GemmTileTail(outputs % LANES);
            int padded = (outputs + LANES - 1) / LANES * LANES;
            prefetch = weight.elements() * Float.BYTES > CpuCaches.l2Bytes() / 2;
            panels = arena.allocate((inputs + 1L) * padded * Float.BYTES, Tensor.ALIGNMENT_BYTES);
            for (int begin = 0; begin < outputs; begin += width(begin)) {
                packPanel(weight, bias, begin, Math.min(width(begin), outputs - begin));
            }
        }

        private void packPanel(Tensor weight, Tensor bias, int begin, int used) {
            long to = panelBytes(begin);
            int width = width(begin);
            for (int j = 0; j < used; j++) {
                panels.set(Lanes.FLOAT, to + (long) j * Float.BYTES, bias.get(begin + j));
            }
            long step = (long) width * Float.BYTES;
            for (int j = 0; j < used; j++) {
                long from = (long) (begin + j) * inputs;
                long at = to + step + (long) j * Float.BYTES;
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
            return (long) begin * (inputs + 1) * Float.BYTES;
        }

        private GemmTile tile(int begin) {
            if (width(begin) == panelOutputs()) {
                return wide;
            }
            return outputs - begin >= LANES ? narrow : tail;
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
            long xStrideBytes = (long) xStride * Float.BYTES;
            long yStrideBytes = (long) yStride * Float.BYTES;
            long firstBytes = yBytes + (long) outputBegin * Float.BYTES;
            long span = Memory.span(rows, yStride, outputEnd - outputBegin);
            long yAddress = Memory.writable(y, firstBytes, span) - firstBytes;
            long residualAddress =
                    epilogue == Epilogue.ADD_RESIDUAL ? Memory.address(residual, firstBytes, span) - firstBytes : 0;
            for (int begin = outputBegin; begin < outputEnd; begin += width(begin)) {
                GemmTile tile = tile(begin);
                int used = Math.min(width(begin), outputs - begin);
                long panel = panelBytes(begin);
                if (prefetch) {
                    Prefetch.lines(panels.address() + panel, (long) used * (inputs + 1) * Float.BYTES);
                }
                int height;
                for (int row = 0; row < rows; row += height) {
                    height = GemmTile.nextRows(rows - row);
                    long from = xBytes + row * xStrideBytes;
                    long to = yBytes + row * yStrideBytes + (long) begin * Float.BYTES;
                    tile.forward(height, inputs, x, from, xStrideBytes, panels, panel, y, to, yStrideBytes);
                    for (int r = 0; epilogue != Epilogue.NONE && r < height; r++) {
                        long at = to + r * yStrideBytes;
                        if (epilogue == Epilogue.GELU) {
                            VectorGelu.row(used, yAddress + at, yAddress + at);
                        } else {
                            add(used, residualAddress + at, yAddress + at);
                        }
                    }
                }
            }
        }
    }

    /** {@code y += x} over one row. */
    private static void add(int columns, long x, long y) {
        int whole = Lanes.wholeVectors(columns);
        for (int i = 0; i < whole; i += LANES) {
            long at = (long) i * Float.BYTES;
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y + at, LITTLE_ENDIAN)
                    .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN))
                    .intoMemorySegment(Memory.ALL, y + at, LITTLE_ENDIAN);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            VectorMask<Float> mask = SPECIES.indexInRange(whole, columns);
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y + at, LITTLE_ENDIAN, mask)
                    .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN, mask))
                    .intoMemorySegment(Memory.ALL, y + at, LITTLE_ENDIAN, mask);
        }
    }
}
