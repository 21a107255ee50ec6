package org.convnext4j.model.image;

import java.io.EOFException;

/** Finds the EXIF orientation of a JPEG (APP1), PNG (eXIf) or WebP (EXIF chunk). */
final class Exif {
    private static final int ORIENTATION = 0x0112;
    private static final int SHORT = 3;

    private Exif() {}

    /** The number of the orientation tag; 1 if there is none or the EXIF block is damaged. */
    static int orientation(ImageFormat format, byte[] data) {
        try {
            long tiff = start(format, data);
            return tiff < 0 ? 1 : fromTiff(data, tiff);
        } catch (EOFException e) {
            return 1;
        }
    }

    private static long start(ImageFormat format, byte[] data) throws EOFException {
        return switch (format) {
            case JPEG -> inJpeg(data);
            case PNG -> inChunks(data, 8, true);
            case WEBP -> inChunks(data, 12, false);
            case GIF, BMP -> -1;
        };
    }

    private static long inJpeg(byte[] data) throws EOFException {
        long at = 2;
        while (Bytes.at(data, at) == 0xff) {
            int marker = Bytes.at(data, at + 1);
            if (marker == 0xff) {
                at++;
                continue;
            }
            if (marker == 0xda || marker == 0xd9) {
                return -1;
            }
            if (marker == 0xe1 && Bytes.isText(data, at + 4, "Exif\0\0")) {
                return at + 10;
            }
            at += 2 + Math.max(2, Bytes.bigShort(data, at + 2));
        }
        return -1;
    }

    private static long inChunks(byte[] data, long first, boolean png) throws EOFException {
        long at = first;
        while (at + 8 <= data.length) {
            long size = (png ? Bytes.bigInt(data, at) : Bytes.littleInt(data, at + 4)) & 0xffffffffL;
            if (Bytes.isText(data, png ? at + 4 : at, png ? "eXIf" : "EXIF")) {
                return Bytes.isText(data, at + 8, "Exif\0\0") ? at + 14 : at + 8;
            }
            at += png ? size + 12 : 8 + size + (size & 1);
        }
        return -1;
    }

    private static int fromTiff(byte[] data, long tiff) throws EOFException {
        boolean big = Bytes.isText(data, tiff, "MM\0*");
        if (!big && !Bytes.isText(data, tiff, "II*\0")) {
            return 1;
        }
        long directory = tiff + ((big ? Bytes.bigInt(data, tiff + 4) : Bytes.littleInt(data, tiff + 4)) & 0xffffffffL);
        int entries = number(data, directory, big);
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + 12L * i;
            if (number(data, entry, big) == ORIENTATION) {
                return number(data, entry + 2, big) == SHORT ? number(data, entry + 8, big) : 1;
            }
        }
        return 1;
    }

    private static int number(byte[] data, long at, boolean big) throws EOFException {
        return big ? Bytes.bigShort(data, at) : Bytes.littleShort(data, at);
    }
}
