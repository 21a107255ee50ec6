package org.convnext4j.model.image;

import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Arrays;

/**
 * The logical screen of a GIF and where its first frame lies on it.
 *
 * @param canvasWidth W of the screen, enlarged to hold the frame
 * @param canvasHeight H of the screen, enlarged to hold the frame
 * @param left the frame's first column
 * @param top the frame's first row
 * @param background the index that fills the rest of the screen: the transparent one, or 0
 * @param frameFlagsAt where the file has the frame's flags
 * @param reordered whether the frame is interlaced and so low that some of its passes have no row
 * @param hasPalette whether the frame or the file has a colour table; without one an index is a grey value
 */
record GifHeader(
        int canvasWidth,
        int canvasHeight,
        int left,
        int top,
        int background,
        int frameFlagsAt,
        boolean reordered,
        boolean hasPalette) {
    private static final int INTERLACED = 0x40;
    /** The second pass begins with the row after these. */
    private static final int LOW = 4;

    static GifHeader parse(byte[] data) throws IOException {
        int flags = Bytes.at(data, 10);
        boolean global = (flags & 0x80) != 0;
        long at = 13 + (global ? 3L << ((flags & 7) + 1) : 0);
        int transparent = 0;
        while (true) {
            int introducer = Bytes.at(data, at++);
            if (introducer == 0x2c) {
                int left = Bytes.littleShort(data, at);
                int top = Bytes.littleShort(data, at + 2);
                int right = left + Bytes.littleShort(data, at + 4);
                int bottom = top + Bytes.littleShort(data, at + 6);
                int frameFlags = Bytes.at(data, at + 8);
                boolean local = (frameFlags & 0x80) != 0;
                int rows = bottom - top;
                return new GifHeader(
                        Math.max(right, Bytes.littleShort(data, 6)),
                        Math.max(bottom, Bytes.littleShort(data, 8)),
                        left,
                        top,
                        transparent,
                        Math.toIntExact(at + 8),
                        (frameFlags & INTERLACED) != 0 && rows <= LOW,
                        global || local);
            } else if (introducer == 0x21) {
                int label = Bytes.at(data, at++);
                if (label == 0xf9 && Bytes.at(data, at) >= 4) {
                    transparent = (Bytes.at(data, at + 1) & 1) != 0 ? Bytes.at(data, at + 4) : 0;
                }
                at = skipBlocks(data, at);
            } else if (introducer != 0) {
                throw new IOException("no frame in the GIF");
            }
        }
    }

    /** The file, without the mark of interlacing where the platform's reader takes passes without a row for others. */
    byte[] forReader(byte[] data) {
        if (!reordered) {
            return data;
        }
        byte[] copy = data.clone();
        copy[frameFlagsAt] &= (byte) ~INTERLACED;
        return copy;
    }

    /** Which row that was read is row y of a frame of so many: of 3 or 4 rows, row 2 is the second in the file. */
    private int stored(int y, int rows) {
        if (!reordered || rows < 3 || y == 0) {
            return y;
        }
        return y == 2 ? 1 : y == 1 ? 2 : y;
    }

    /** The frame's colours on the screen. */
    RgbImage onCanvas(Raster frame, ColorModel colors) throws IOException {
        if (!(colors instanceof IndexColorModel table)) {
            throw new IOException("a GIF frame without a palette");
        }
        byte[][] palette = hasPalette ? RasterConverter.palette(table) : greys();
        int rows = frame.getHeight();
        int columns = frame.getWidth();
        if (left + columns > canvasWidth || top + rows > canvasHeight) {
            throw new IOException("a GIF frame beyond its screen");
        }
        byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(canvasWidth, canvasHeight), 3)];
        int[] row = new int[canvasWidth];
        for (int y = 0; y < canvasHeight; y++) {
            Arrays.fill(row, background);
            if (y >= top && y < top + rows) {
                int from = frame.getMinY() + stored(y - top, rows);
                int[] line = frame.getSamples(frame.getMinX(), from, columns, 1, 0, (int[]) null);
                System.arraycopy(line, 0, row, left, columns);
            }
            for (int x = 0; x < canvasWidth; x++) {
                int to = (y * canvasWidth + x) * 3;
                out[to] = palette[0][row[x]];
                out[to + 1] = palette[1][row[x]];
                out[to + 2] = palette[2][row[x]];
            }
        }
        return new RgbImage(canvasHeight, canvasWidth, out);
    }

    private static byte[][] greys() {
        byte[] ramp = new byte[256];
        for (int i = 0; i < 256; i++) {
            ramp[i] = (byte) i;
        }
        return new byte[][] {ramp, ramp, ramp};
    }

    private static long skipBlocks(byte[] data, long from) throws IOException {
        long at = from;
        int size = Bytes.at(data, at);
        while (size != 0) {
            at += size + 1;
            size = Bytes.at(data, at);
        }
        return at + 1;
    }
}
