package org.convnext4j.model.image;

import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;

/** Stored samples to RGB bytes, without any colour conversion. */
final class RasterConverter {
    /** So many pixels are converted at once: a whole strip would take four times the memory of the picture. */
    private static final int MAX_PIXELS = 1 << 14;

    private RasterConverter() {}

    /**
     * The picture in a raster.
     *
     * @param colors asked only for a palette
     * @param clip whether 16-bit samples are clipped to 0..255 rather than cut to their high byte
     * @throws IOException if the samples are of an unknown kind
     */
    static RgbImage toRgb(Raster raster, ColorModel colors, boolean clip) throws IOException {
        int width = raster.getWidth();
        int height = raster.getHeight();
        int bands = raster.getNumBands();
        byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
        byte[][] maps = colors instanceof IndexColorModel table ? palette(table) : samples(raster, clip);
        int green = bands >= 3 ? 1 : 0;
        int blue = bands >= 3 ? 2 : 0;
        // A call of the raster for a row of a tall strip, a pixel wide, would take longer than to decode it.
        int columns = Math.min(width, MAX_PIXELS);
        int rows = Math.min(height, MAX_PIXELS / columns);
        int[] part = new int[columns * rows * bands];
        int to = 0;
        for (int y = 0; y < height; y += rows) {
            int below = Math.min(rows, height - y);
            for (int x = 0; x < width; x += columns) {
                int across = Math.min(columns, width - x);
                raster.getPixels(raster.getMinX() + x, raster.getMinY() + y, across, below, part);
                for (int from = 0; from < across * below * bands; from += bands) {
                    out[to++] = maps[0][part[from]];
                    out[to++] = maps[1][part[from + green]];
                    out[to++] = maps[2][part[from + blue]];
                }
            }
        }
        return new RgbImage(height, width, out);
    }

    /** Red, green and blue of every index from 0 to 65535, black beyond the palette. */
    static byte[][] palette(IndexColorModel colors) {
        byte[][] maps = new byte[3][1 << 16];
        for (int i = 0; i < colors.getMapSize(); i++) {
            maps[0][i] = (byte) colors.getRed(i);
            maps[1][i] = (byte) colors.getGreen(i);
            maps[2][i] = (byte) colors.getBlue(i);
        }
        return maps;
    }

    private static byte[][] samples(Raster raster, boolean clip) throws IOException {
        byte[][] maps = new byte[3][];
        for (int channel = 0; channel < 3; channel++) {
            int band = raster.getNumBands() >= 3 ? channel : 0;
            int bits = raster.getSampleModel().getSampleSize(band);
            if (bits < 1 || bits > 16) {
                throw new IOException("samples of " + bits + " bits");
            }
            maps[channel] = toEightBits(bits, clip);
        }
        return maps;
    }

    private static byte[] toEightBits(int bits, boolean clip) {
        byte[] map = new byte[1 << bits];
        for (int i = 0; i < map.length; i++) {
            if (bits > 8) {
                map[i] = (byte) (clip ? Math.min(i, 255) : i >> (bits - 8));
            } else {
                map[i] = (byte) (i * 255 / (map.length - 1));
            }
        }
        return map;
    }
}
