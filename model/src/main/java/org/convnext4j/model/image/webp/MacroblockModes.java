package org.convnext4j.model.image.webp;

import static org.convnext4j.model.image.webp.PredictionMode.DC;
import static org.convnext4j.model.image.webp.PredictionMode.HORIZONTAL;
import static org.convnext4j.model.image.webp.PredictionMode.TRUE_MOTION;
import static org.convnext4j.model.image.webp.PredictionMode.VERTICAL;

import java.io.EOFException;
import java.util.Arrays;

/** Reads each macroblock's segment and prediction modes, in raster order (RFC 6386, 10 and 11), and holds the last's. */
final class MacroblockModes {
    private static final int[] TABLE = SubblockModeProbabilities.TABLE;

    private final BoolDecoder bits;
    private final Segmentation segmentation;
    private final int skipProbability;
    private final int[] modesAbove;
    private final int[] modesLeft = new int[4];
    private final int[] subblockModes = new int[16];
    private int segment;
    private boolean skipsCoefficients;
    private boolean inSubblocks;
    private int lumaMode;
    private int chromaMode;

    MacroblockModes(BoolDecoder bits, LossyHeader header, int macroblockColumns) {
        this.bits = bits;
        this.segmentation = header.segmentation();
        this.skipProbability = header.skipProbability();
        this.modesAbove = new int[4 * macroblockColumns];
    }

    void startRow() {
        Arrays.fill(modesLeft, DC);
    }

    /** Reads the modes of the macroblock in this column. */
    void read(int column) throws EOFException {
        segment = segmentation.readSegment(bits);
        skipsCoefficients = skipProbability >= 0 && bits.bit(skipProbability) != 0;
        inSubblocks = bits.bit(145) == 0;
        if (inSubblocks) {
            readSubblocks(4 * column);
        } else {
            lumaMode = readLuma();
            Arrays.fill(modesAbove, 4 * column, 4 * column + 4, lumaMode);
            Arrays.fill(modesLeft, lumaMode);
        }
        chromaMode = readChroma();
    }

    int segment() {
        return segment;
    }

    /** Whether the macroblock has no coefficients at all. */
    boolean skipsCoefficients() {
        return skipsCoefficients;
    }

    /** Whether luma is predicted in 4 x 4 blocks. */
    boolean inSubblocks() {
        return inSubblocks;
    }

    /** The mode of the whole luma block. */
    int lumaMode() {
        return lumaMode;
    }

    /** The mode of one of the 16 luma blocks, in raster order. */
    int subblockMode(int block) {
        return subblockModes[block];
    }

    int chromaMode() {
        return chromaMode;
    }

    private void readSubblocks(int above) throws EOFException {
        for (int y = 0; y < 4; y++) {
            int mode = modesLeft[y];
            for (int x = 0; x < 4; x++) {
                mode = readSubblock((modesAbove[above + x] * 10 + mode) * 9);
                modesAbove[above + x] = mode;
                subblockModes[4 * y + x] = mode;
            }
            modesLeft[y] = mode;
        }
    }

    private int readSubblock(int at) throws EOFException {
        if (bits.bit(TABLE[at]) == 0) {
            return DC;
        }
        if (bits.bit(TABLE[at + 1]) == 0) {
            return TRUE_MOTION;
        }
        if (bits.bit(TABLE[at + 2]) == 0) {
            return VERTICAL;
        }
        if (bits.bit(TABLE[at + 3]) == 0) {
            if (bits.bit(TABLE[at + 4]) == 0) {
                return HORIZONTAL;
            }
            return bits.bit(TABLE[at + 5]) == 0 ? PredictionMode.RIGHT_DOWN : PredictionMode.VERTICAL_RIGHT;
        }
        if (bits.bit(TABLE[at + 6]) == 0) {
            return PredictionMode.LEFT_DOWN;
        }
        if (bits.bit(TABLE[at + 7]) == 0) {
            return PredictionMode.VERTICAL_LEFT;
        }
        return bits.bit(TABLE[at + 8]) == 0 ? PredictionMode.HORIZONTAL_DOWN : PredictionMode.HORIZONTAL_UP;
    }

    private int readLuma() throws EOFException {
        if (bits.bit(156) == 0) {
            return bits.bit(163) == 0 ? DC : VERTICAL;
        }
        return bits.bit(128) == 0 ? HORIZONTAL : TRUE_MOTION;
    }

    private int readChroma() throws EOFException {
        if (bits.bit(142) == 0) {
            return DC;
        }
        if (bits.bit(114) == 0) {
            return VERTICAL;
        }
        return bits.bit(183) == 0 ? HORIZONTAL : TRUE_MOTION;
    }
}
