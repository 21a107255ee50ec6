package org.convnext4j.model.image.webp;

import java.io.EOFException;
import java.util.Arrays;

/** Reads the coefficients of each macroblock, in raster order, and holds the last's. */
final class Residuals {
    private static final int LUMA_BLOCKS = 16;
    private static final int BLOCKS = LUMA_BLOCKS + 4 + 4;

    // where the numbers of each type of block begin: luma without its means, the means, chroma, whole luma
    private static final int AFTER_SECOND = 0;
    private static final int SECOND = TokenProbabilities.TYPE_STRIDE;
    private static final int CHROMA = 2 * TokenProbabilities.TYPE_STRIDE;
    private static final int WHOLE = 3 * TokenProbabilities.TYPE_STRIDE;

    private final BlockTokens tokens;
    // whether the last block in each of 4 luma, 2 U and 2 V columns or rows has coefficients, and the second-order
    // block
    private final int[] above;
    private final int[] left = new int[9];
    private final InverseTransform transform = new InverseTransform();
    // the last block is that of the luma blocks' means
    private final short[] coefficients = new short[16 * (BLOCKS + 1)];
    private final boolean[] isFull = new boolean[BLOCKS];
    private boolean any;

    Residuals(int[] probabilities, int macroblockColumns) {
        this.tokens = new BlockTokens(probabilities, coefficients);
        this.above = new int[9 * macroblockColumns];
    }

    void startRow() {
        Arrays.fill(left, 0);
    }

    /** A macroblock without coefficients in this column. */
    void skip(int column, boolean inSubblocks) {
        // the second-order block's context outlives macroblocks that have none
        int count = inSubblocks ? 8 : 9;
        Arrays.fill(above, 9 * column, 9 * column + count, 0);
        Arrays.fill(left, 0, count, 0);
        any = false;
    }

    /** Reads a macroblock in this column. */
    void read(BoolDecoder bits, int column, boolean inSubblocks, Quantizer quantizer) throws EOFException {
        Arrays.fill(coefficients, (short) 0);
        any = false;
        int top = 9 * column;
        int type = WHOLE;
        int first = 0;
        if (!inSubblocks) {
            readMeans(bits, top, quantizer);
            type = AFTER_SECOND;
            first = 1;
        }
        for (int block = 0; block < LUMA_BLOCKS; block++) {
            int x = top + (block & 3);
            int y = block >> 2;
            int context = above[x] + left[y];
            int end = tokens.read(bits, type, context, first, quantizer.lumaDc(), quantizer.lumaAc(), 16 * block);
            above[x] = left[y] = end > first ? 1 : 0;
            finish(block, end);
        }
        for (int block = LUMA_BLOCKS; block < BLOCKS; block++) {
            int plane = 4 + 2 * ((block - LUMA_BLOCKS) >> 2);
            int x = top + plane + (block & 1);
            int y = plane + (block >> 1 & 1);
            int context = above[x] + left[y];
            int end = tokens.read(bits, CHROMA, context, 0, quantizer.chromaDc(), quantizer.chromaAc(), 16 * block);
            above[x] = left[y] = end > 0 ? 1 : 0;
            finish(block, end);
        }
    }

    /** Whether any block of the macroblock has coefficients. */
    boolean any() {
        return any;
    }

    /**
     * Adds a block's residue to its prediction.
     *
     * @param block 0..15 luma, 16..19 U, 20..23 V, each in raster order
     */
    void add(int block, byte[] samples, int at, int stride) {
        if (!any) {
            return;
        }
        if (isFull[block]) {
            transform.add(coefficients, 16 * block, samples, at, stride);
        } else if (coefficients[16 * block] != 0) {
            InverseTransform.addConstant(coefficients[16 * block], samples, at, stride);
        }
    }

    private void readMeans(BoolDecoder bits, int top, Quantizer quantizer) throws EOFException {
        int context = above[top + 8] + left[8];
        int end = tokens.read(bits, SECOND, context, 0, quantizer.secondDc(), quantizer.secondAc(), 16 * BLOCKS);
        above[top + 8] = left[8] = end > 0 ? 1 : 0;
        transform.walshHadamard(coefficients, 16 * BLOCKS);
    }

    private void finish(int block, int end) {
        isFull[block] = end > 1;
        any |= end > 1 || coefficients[16 * block] != 0;
    }
}
