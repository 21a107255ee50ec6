package org.convnext4j.model.image.jpeg;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One component of a frame: its sampling, its decoded blocks and where a scan is with it. Not thread-safe. */
final class Component {
    static final int BLOCK = 8;
    static final int BLOCK_SAMPLES = BLOCK * BLOCK;

    final int id;
    final int horizontal;
    final int vertical;
    final int tableNumber;
    /** W in samples. */
    final int width;
    /** H in samples. */
    final int height;
    /** Blocks that hold the samples, which a scan of this component alone has. */
    final int blockColumns;

    final int blockRows;
    /** Blocks with those that fill up the last MCUs. */
    final int paddedBlockColumns;

    final int paddedBlockRows;

    /** Samples from one row to the next. */
    final int stride;

    /** In natural order; from the first scan on. */
    int @Nullable [] quantisation;
    /** Samples, (paddedBlockRows * 8, stride); empty before {@link #allocate}. */
    byte[] plane = {};
    /** Of progressive frames: (paddedBlockRows, paddedBlockColumns, 64), natural order. */
    short[] coefficients = {};

    /** Of progressive frames: by zigzag index, the bit that the scans got to, -1 without a scan. */
    final int[] knownBits = new int[BlockSmoothing.COEFFICIENTS];

    // Of the current scan.
    @Nullable
    HuffmanTable dc;

    @Nullable
    HuffmanTable ac;

    int predictor;

    Component(int id, int horizontal, int vertical, int tableNumber, FrameSize size) {
        this.id = id;
        this.horizontal = horizontal;
        this.vertical = vertical;
        this.tableNumber = tableNumber;
        this.width = ceil((long) size.width() * horizontal, size.maxHorizontal());
        this.height = ceil((long) size.height() * vertical, size.maxVertical());
        this.blockColumns = ceil((long) size.width() * horizontal, (long) size.maxHorizontal() * BLOCK);
        this.blockRows = ceil((long) size.height() * vertical, (long) size.maxVertical() * BLOCK);
        this.paddedBlockColumns = size.mcuColumns() * horizontal;
        this.paddedBlockRows = size.mcuRows() * vertical;
        this.stride = paddedBlockColumns * BLOCK;
        Arrays.fill(knownBits, -1);
    }

    /** Samples with those that fill up the last MCUs; exceeds an int for frames that no array holds. */
    long paddedSamples() {
        return (long) paddedBlockColumns * paddedBlockRows * BLOCK_SAMPLES;
    }

    void allocate(boolean progressive) {
        if (progressive) {
            coefficients = new short[Math.toIntExact(paddedSamples())];
        } else {
            plane = new byte[Math.toIntExact(paddedSamples())];
        }
    }

    /** Turns all coefficients into samples, smoothed or as they are, and lets go of them. */
    void transformAll(boolean smooth) {
        int[] table = quantisation;
        if (table == null || coefficients.length == 0) {
            return;
        }
        plane = new byte[coefficients.length];
        InverseDct transform = new InverseDct();
        BlockSmoothing smoothing = smooth ? new BlockSmoothing(this, table) : null;
        int from = 0;
        for (int row = 0; row < paddedBlockRows; row++) {
            for (int column = 0; column < paddedBlockColumns; column++, from += BLOCK_SAMPLES) {
                int to = (row * stride + column) * BLOCK;
                if (smoothing != null && row < blockRows && column < blockColumns) {
                    transform.block(smoothing.block(row, column), 0, table, plane, to, stride);
                } else {
                    transform.block(coefficients, from, table, plane, to, stride);
                }
            }
        }
        coefficients = new short[0];
    }

    /** Notes that a scan of these coefficients, in zigzag order, gets to a bit. */
    void noteScan(int first, int last, int bit) {
        for (int k = first; k <= Math.min(last, knownBits.length - 1); k++) {
            knownBits[k] = bit;
        }
    }

    private static int ceil(long value, long divisor) {
        return Math.toIntExact((value + divisor - 1) / divisor);
    }
}
