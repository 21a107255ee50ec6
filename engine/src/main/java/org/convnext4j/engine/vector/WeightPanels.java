package org.convnext4j.engine.vector;

import static org.convnext4j.engine.vector.Lanes.LANES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.convnext4j.bindings.CpuCaches;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The pointwise convolution in panels of outputs, laid out so that the innermost loop ({@link GemmTile})
 * reads its weights front to back.
 *
 * <p>The panels of one layer, in order of their outputs: wide ones (4 vectors; 3 where that divides the outputs and 4
 * does not; 2 with 16 registers or outputs for less than 3), then 1 vector each for what they leave, then less than one
 * under a mask: a tile of 1 vector has 6 sums under way, and two FMA units want 8. A panel is finished for all rows
 * before the next is begun, so that it stays in the second-level cache beside the rows' inputs for all but the first
 * tile.
 *
 * <p>Layers with many inputs are computed in blocks of them, so that this holds for them too: a panel of 64 outputs has
 * 0.8 MB of weights at 3072 inputs and 2.1 MB at 8192. The first block's sums start from the bias and go straight to their
 * place; those of the others start from zero and are added to it while they are in the first-level cache. The blocks
 * depend on the layer's shape alone, and so do the bits of the result.
 */
final class WeightPanels implements Gemm.Linear {
    /**
     * The most inputs of a block: 196 KB of a wide panel's weights with 16 lanes, and 0.6 MB of the inputs of 196 rows.
     * ConvNeXt-Large, one picture, two threads, 1 MiB of second-level cache: 168 ms without blocks, 169 with 1024, 158 to
     * 164 with 768, 167 with 640, 171 with 512, 170 with 384. Adding up costs less than a hundredth of such a block; done
     * after every 96 inputs it would cost a twentieth.
     */
    private static final int MAX_BLOCK_INPUTS = 768;

    /**
     * The rows whose tiles are computed before the epilogue goes over all of them, or the first multiple of a tile beyond.
     * After every tile it would each time wait for the end of GELU's chain of operations, and for the residual from the
     * third-level cache: Tiny, one picture, one thread, 0.97 to 0.99 of the time with 12 and with 24, none with 48 (Zen 3).
     */
    static final int GROUP_ROWS = 24;

    /**
     * Tiny, one picture, two threads whose cores are slowed now and then (Zen 3): 1.05 to 1.06 times as fast as ONNX Runtime
     * with 1 range for each thread, 1.11 to 1.15 times with 8; with 16 and with 48 0.98 of the time with 8.
     */
    private static final int RANGES_PER_THREAD = 16;

    /** Whether the weights come from beyond the second-level cache in every call. */
    private final boolean prefetch;

    private final int inputs;
    private final int outputs;
    private final GemmTile wide;
    private final GemmTile narrow = new GemmTile1();

    /** How many blocks the inputs are cut into. */
    private final int blocks;

    /**
     * (panels, blocks, 1 + inputs of the block, width of the panel): the biases, in all blocks but the first zeros, then
     * the weights; the last panel filled up with zeros.
     */
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
        blocks = (inputs + MAX_BLOCK_INPUTS - 1) / MAX_BLOCK_INPUTS;
        panels = arena.allocate(((long) inputs + blocks) * padded * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }

    /** The width of the wide panels, in vectors. */
    static int wideVectors(int outputs) {
        if (Lanes.REGISTERS < 32 || outputs < 3 * LANES) {
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
        checkOutputs(outputBegin, outputEnd);
        long from = Memory.address(weight.data(), 0, (long) inputs * outputs);
        Memory.requireAlive(panels);
        for (int begin = outputBegin; begin < outputEnd; begin += width(begin)) {
            int width = width(begin);
            int used = Math.min(width, outputs - begin);
            if (bias != null) {
                long biases = Memory.address(bias.data(), (long) begin * Float.BYTES, used);
                Moves.copy(1, used, biases, used, panels.address() + blockBytes(begin, 0), width);
            }
            for (int block = 0; block < blocks; block++) {
                int first = firstInput(block);
                int count = firstInput(block + 1) - first;
                long to = panels.address() + blockBytes(begin, block) + (long) width * Float.BYTES;
                if (transposed) {
                    Moves.copy(count, used, from + ((long) first * outputs + begin) * Float.BYTES, outputs, to, width);
                } else {
                    Moves.transpose(
                            used, count, from + ((long) begin * inputs + first) * Float.BYTES, inputs, to, width);
                }
            }
        }
    }

    /** The first input of a block. */
    private int firstInput(int block) {
        return (int) ((long) inputs * block / blocks);
    }

    /** Outputs of the panel that begins with output {@code begin}, counting the padding of the last one. */
    private int width(int begin) {
        return begin < outputs - outputs % panelOutputs() ? panelOutputs() : LANES;
    }

    /** Where the panel that begins with output {@code begin} has a block. */
    private long blockBytes(int begin, int block) {
        return ((long) begin * (inputs + blocks) + (long) width(begin) * (firstInput(block) + block)) * Float.BYTES;
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
    public int rangesPerThread() {
        return RANGES_PER_THREAD;
    }

    @Override
    public float[] weights(int output) {
        Objects.checkIndex(output, outputs);
        int begin = panelOf(output);
        float[] row = new float[inputs];
        for (int block = 0; block < blocks; block++) {
            int first = firstInput(block);
            int count = firstInput(block + 1) - first;
            long at = blockBytes(begin, block) / Float.BYTES + output - begin;
            for (int k = 0; k < count; k++) {
                row[first + k] = panels.getAtIndex(Tensor.FLOAT, at + (1L + k) * width(begin));
            }
        }
        return row;
    }

    @Override
    public float bias(int output) {
        Objects.checkIndex(output, outputs);
        int begin = panelOf(output);
        return panels.getAtIndex(Tensor.FLOAT, blockBytes(begin, 0) / Float.BYTES + output - begin);
    }

    /** The first output of the panel that an output is in: narrow panels follow the wide ones. */
    private int panelOf(int output) {
        int wideEnd = outputs - outputs % panelOutputs();
        return output < wideEnd ? output - output % panelOutputs() : output - (output - wideEnd) % LANES;
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
        checkForward(rows, x, xBytes, xStride, outputBegin, outputEnd, epilogue, residual, y, yBytes, yStride);
        Memory.address(x, xBytes, Memory.span(rows, xStride, inputs)); // the tiles check nothing
        Memory.requireAlive(panels);
        long firstBytes = yBytes + (long) outputBegin * Float.BYTES;
        long span = Memory.span(rows, yStride, outputEnd - outputBegin);
        long yAddress = Memory.writable(y, firstBytes, span) - firstBytes;
        long residualAddress =
                epilogue == Gemm.Epilogue.ADD_RESIDUAL ? Memory.address(residual, firstBytes, span) - firstBytes : 0;
        for (int block = 0; block < blocks; block++) {
            // Nothing but the product happens before the last block.
            Gemm.Epilogue now = block == blocks - 1 ? epilogue : Gemm.Epilogue.NONE;
            for (int begin = outputBegin; begin < outputEnd; begin += width(begin)) {
                if (prefetch) {
                    long blockFloats = width(begin) * (1L + firstInput(block + 1) - firstInput(block));
                    Prefetch.lines(panels.address() + blockBytes(begin, block), blockFloats * Float.BYTES);
                }
                long to = yBytes + (long) begin * Float.BYTES;
                panel(rows, begin, block, x, xBytes, xStride, now, residualAddress, y, yAddress, to, yStride);
            }
        }
    }

    /** All rows times one block of one panel. {@code yBytes} is the offset of its first output in row 0. */
    private void panel(
            int rows,
            int begin,
            int block,
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
        int first = firstInput(block);
        int count = firstInput(block + 1) - first;
        long panel = blockBytes(begin, block);
        long xFirst = xBytes + (long) first * Float.BYTES;
        long xStrideBytes = (long) xStride * Float.BYTES;
        long yStrideBytes = (long) yStride * Float.BYTES;
        // Where the tiles' sums go: to their place, or to the scratch memory if they must be added up or cut there.
        boolean direct = block == 0 && used == width;
        MemorySegment c = direct ? y : Scratch.segment();
        long cStrideBytes = direct ? yStrideBytes : (long) width * Float.BYTES;
        for (int row = 0, end; row < rows; row = end) {
            long to = yBytes + row * yStrideBytes;
            end = group(tile, row, rows, count, x, xFirst, xStrideBytes, panel, c, direct ? to : 0, cStrideBytes);
            if (!direct) {
                finish(block, end - row, used, c.address(), cStrideBytes, yAddress + to, yStrideBytes);
            }
            if (epilogue == Gemm.Epilogue.GELU) {
                TileEnd.gelu(end - row, used, yAddress + to, yStrideBytes);
            } else if (epilogue == Gemm.Epilogue.ADD_RESIDUAL) {
                TileEnd.add(end - row, used, residualAddress + to, yStrideBytes, yAddress + to, yStrideBytes);
            }
        }
    }

    /** The tiles of {@link #GROUP_ROWS} rows or a few more; the first one's sums go to {@code cBytes}. Where they end. */
    private int group(
            GemmTile tile,
            int begin,
            int rows,
            int count,
            MemorySegment x,
            long xBytes,
            long xStrideBytes,
            long panel,
            MemorySegment c,
            long cBytes,
            long cStrideBytes) {
        int row = begin;
        while (row < rows && row - begin < GROUP_ROWS) {
            int height = GemmTile.nextRows(rows - row);
            long from = xBytes + row * xStrideBytes;
            long to = cBytes + (row - begin) * cStrideBytes;
            tile.forward(height, count, x, from, xStrideBytes, panels, panel, c, to, cStrideBytes);
            row += height;
        }
        return row;
    }

    /** Brings sums to their place. */
    private static void finish(int block, int rows, int used, long sums, long stride, long y, long yStride) {
        if (block == 0) {
            TileEnd.copy(rows, used, sums, stride, y, yStride);
        } else {
            TileEnd.add(rows, used, sums, stride, y, yStride);
        }
    }
}
