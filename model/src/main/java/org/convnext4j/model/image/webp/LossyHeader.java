package org.convnext4j.model.image.webp;

import java.io.EOFException;

/** The header of a VP8 key frame (RFC 6386, 9.2 to 9.11). */
final class LossyHeader {
    private final Segmentation segmentation;
    private final FilterHeader filter;
    private final BoolDecoder[] tokenPartitions;
    private final Quantizer[] quantizers;
    private final int[] tokenProbabilities;
    private final int skipProbability;

    /**
     * Reads the header.
     *
     * @param bits the first partition, at its start
     * @param rest what follows the first partition
     */
    LossyHeader(BoolDecoder bits, Section rest) throws EOFException {
        // the colour space and whether clamping is needed: of no effect on the pixels of a WebP
        bits.number(2);
        segmentation = Segmentation.read(bits);
        filter = FilterHeader.read(bits);
        tokenPartitions = partitions(1 << bits.number(2), rest);
        quantizers = Quantizer.read(bits, segmentation);
        // whether later frames keep the probabilities; there are none
        bits.flag();
        tokenProbabilities = TokenProbabilities.read(bits);
        skipProbability = bits.flag() ? bits.number(8) : -1;
    }

    Segmentation segmentation() {
        return segmentation;
    }

    FilterHeader filter() {
        return filter;
    }

    /** The coefficients of a row of macroblocks; rows take turns among 1, 2, 4 or 8 partitions. */
    BoolDecoder tokens(int macroblockRow) {
        return tokenPartitions[macroblockRow & (tokenPartitions.length - 1)];
    }

    Quantizer quantizer(int segment) {
        return quantizers[segment];
    }

    /** Laid out as {@link DefaultTokenProbabilities#TABLE}. */
    int[] tokenProbabilities() {
        return tokenProbabilities;
    }

    /** The probability that a macroblock has coefficients, in 256ths; -1 if all have. */
    int skipProbability() {
        return skipProbability;
    }

    private static BoolDecoder[] partitions(int count, Section rest) throws EOFException {
        BoolDecoder[] partitions = new BoolDecoder[count];
        int at = 3 * (count - 1);
        for (int i = 0; i < count; i++) {
            int left = rest.rest(at).size();
            if (i == count - 1 && left == 0) {
                throw new EOFException("no coefficients");
            }
            // one that is cut off is met when its last bits are read
            int bytes = i == count - 1 ? left : Math.min(left, rest.threeBytesAt(3 * i));
            partitions[i] = new BoolDecoder(rest.part(at, bytes));
            at += bytes;
        }
        return partitions;
    }
}
