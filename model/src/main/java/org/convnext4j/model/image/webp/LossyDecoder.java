package org.convnext4j.model.image.webp;

import java.io.EOFException;
import java.io.IOException;

/** Decodes one VP8 key frame. Used once, by one thread. */
final class LossyDecoder {
    /** Fewer than a macroblock's prediction modes can take: the cheapest way through their trees costs 3.38 bits. */
    private static final int LEAST_BITS_PER_MACROBLOCK = 3;

    private final LossyHeader header;
    private final int columns;
    private final int rows;
    private final MacroblockModes modes;
    private final Residuals residuals;
    private final LoopFilter filter;
    private final Planes planes;
    private final SubblockPredictor subblocks = new SubblockPredictor();
    private final byte[] aboveRight = new byte[4];

    private LossyDecoder(FrameTag tag, Section firstPartition, Section rest) throws EOFException {
        BoolDecoder bits = new BoolDecoder(firstPartition);
        header = new LossyHeader(bits, rest);
        columns = tag.macroblockColumns();
        rows = tag.macroblockRows();
        modes = new MacroblockModes(bits, header, columns);
        residuals = new Residuals(header.tokenProbabilities(), columns);
        filter = new LoopFilter(header, columns, rows);
        planes = Planes.of(columns, rows);
    }

    /**
     * Decodes a frame.
     *
     * @return its planes, in whole macroblocks
     * @throws EOFException if the data end too early; found before the planes are allocated if they are far too few
     * @throws IOException if they are damaged
     */
    static Planes decode(Section image) throws IOException {
        FrameTag tag = FrameTag.parse(image);
        Section body = image.rest(FrameTag.BYTES);
        Section firstPartition = body.part(0, tag.firstPartitionBytes());
        long macroblocks = (long) tag.macroblockColumns() * tag.macroblockRows();
        if (macroblocks * LEAST_BITS_PER_MACROBLOCK > 8L * firstPartition.size()) {
            throw new EOFException("too few data for " + tag.width() + " x " + tag.height() + " pixels");
        }
        LossyDecoder decoder = new LossyDecoder(tag, firstPartition, body.rest(firstPartition.size()));
        for (int row = 0; row < decoder.rows; row++) {
            decoder.decodeRow(row);
        }
        decoder.filter.apply(decoder.planes);
        return decoder.planes;
    }

    private void decodeRow(int row) throws EOFException {
        BoolDecoder tokens = header.tokens(row);
        modes.startRow();
        residuals.startRow();
        for (int column = 0; column < columns; column++) {
            modes.read(column);
            if (modes.skipsCoefficients()) {
                residuals.skip(column, modes.inSubblocks());
            } else {
                residuals.read(tokens, column, modes.inSubblocks(), header.quantizer(modes.segment()));
            }
            filter.set(row, column, modes, residuals.any());
            if (modes.inSubblocks()) {
                reconstructSubblocks(row, column);
            } else {
                reconstructLuma(row, column);
            }
            reconstructChroma(planes.u(), 16, row, column);
            reconstructChroma(planes.v(), 20, row, column);
        }
    }

    private void reconstructLuma(int row, int column) {
        Plane plane = planes.y();
        BlockPredictor.predict(modes.lumaMode(), 16, plane, plane.index(16 * row, 16 * column), row > 0, column > 0);
        for (int block = 0; block < 16; block++) {
            int at = plane.index(16 * row + 4 * (block >> 2), 16 * column + 4 * (block & 3));
            residuals.add(block, plane.samples(), at, plane.stride());
        }
    }

    private void reconstructSubblocks(int row, int column) {
        Plane plane = planes.y();
        byte[] samples = plane.samples();
        findAboveRight(row, column);
        for (int block = 0; block < 16; block++) {
            int at = plane.index(16 * row + 4 * (block >> 2), 16 * column + 4 * (block & 3));
            // the macroblock on the right is not decoded yet: all four rows take the samples above it
            boolean rightmost = (block & 3) == 3;
            subblocks.predict(
                    modes.subblockMode(block),
                    plane,
                    at,
                    rightmost ? aboveRight : samples,
                    rightmost ? 0 : at - plane.stride() + 4);
            residuals.add(block, samples, at, plane.stride());
        }
    }

    // The four samples above the macroblock on the right; libwebp repeats the last one at the frame's edge.
    private void findAboveRight(int row, int column) {
        byte[] samples = planes.y().samples();
        int last = planes.y().index(16 * row - 1, 16 * column + 15);
        boolean repeats = row == 0 || column == columns - 1;
        for (int i = 0; i < aboveRight.length; i++) {
            aboveRight[i] = samples[repeats ? last : last + 1 + i];
        }
    }

    private void reconstructChroma(Plane plane, int firstBlock, int row, int column) {
        BlockPredictor.predict(modes.chromaMode(), 8, plane, plane.index(8 * row, 8 * column), row > 0, column > 0);
        for (int i = 0; i < 4; i++) {
            int at = plane.index(8 * row + 4 * (i >> 1), 8 * column + 4 * (i & 1));
            residuals.add(firstBlock + i, plane.samples(), at, plane.stride());
        }
    }
}
