package org.convnext4j.model.image.webp;

import java.io.EOFException;

/** The segments that macroblocks may belong to, each with a quantizer and a filter strength (RFC 6386, 9.3). */
final class Segmentation {
    static final int SEGMENTS = 4;

    private final boolean used;
    private final boolean mapped;
    private final boolean absolute;
    private final int[] quantizerIndices;
    private final int[] filterLevels;
    private final int[] treeProbabilities;

    private Segmentation(
            boolean used, boolean mapped, boolean absolute, int[] quantizers, int[] levels, int[] probabilities) {
        this.used = used;
        this.mapped = mapped;
        this.absolute = absolute;
        this.quantizerIndices = quantizers;
        this.filterLevels = levels;
        this.treeProbabilities = probabilities;
    }

    static Segmentation read(BoolDecoder bits) throws EOFException {
        int[] quantizers = new int[SEGMENTS];
        int[] levels = new int[SEGMENTS];
        int[] probabilities = {255, 255, 255};
        if (!bits.flag()) {
            return new Segmentation(false, false, true, quantizers, levels, probabilities);
        }
        boolean mapped = bits.flag();
        boolean absolute = true;
        if (bits.flag()) {
            absolute = bits.flag();
            for (int i = 0; i < SEGMENTS; i++) {
                quantizers[i] = bits.optionalSigned(7);
            }
            for (int i = 0; i < SEGMENTS; i++) {
                levels[i] = bits.optionalSigned(6);
            }
        }
        if (mapped) {
            for (int i = 0; i < probabilities.length; i++) {
                probabilities[i] = bits.flag() ? bits.number(8) : 255;
            }
        }
        return new Segmentation(true, mapped, absolute, quantizers, levels, probabilities);
    }

    /** The segment of the next macroblock. */
    int readSegment(BoolDecoder bits) throws EOFException {
        if (!mapped) {
            return 0;
        }
        return bits.bit(treeProbabilities[0]) == 0
                ? bits.bit(treeProbabilities[1])
                : 2 + bits.bit(treeProbabilities[2]);
    }

    /** The index of a segment's quantizer, not clamped, where the frame's is {@code base}. */
    int quantizerIndex(int segment, int base) {
        return of(quantizerIndices, segment, base);
    }

    /** The filter level of a segment, not clamped, where the frame's is {@code base}. */
    int filterLevel(int segment, int base) {
        return of(filterLevels, segment, base);
    }

    private int of(int[] values, int segment, int base) {
        if (!used) {
            return base;
        }
        return absolute ? values[segment] : base + values[segment];
    }
}
