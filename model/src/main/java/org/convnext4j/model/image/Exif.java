package org.convnext4j.model.image;

import java.io.EOFException;

/** Finds the EXIF orientation of a JPEG (APP1), PNG (eXIf) or WebP (EXIF chunk). */
final class Exif {
    private static final int ORIENTATION = 0x0112;
    private static final int SHORT = 3;
    private static final int SIGNED_BYTE = 6;
    private static final int SIGNED_SHORT = 8;
    private static final int FLOAT = 11;

    /** Bytes of a value by TIFF's type number: SHORT, LONG, their signed kin, FLOAT and IFD; 0 for what is no number. */
    private static final int[] TYPE_BYTES = {0, 0, 0, 2, 4, 0, 1, 0, 2, 4, 0, 4, 0, 4};

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
        long directory = tiff + (integer(data, tiff + 4, big) & 0xffffffffL);
        int entries = number(data, directory, big);
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + 12L * i;
            if (number(data, entry, big) == ORIENTATION) {
                return value(data, tiff, entry, big);
            }
        }
        return 1;
    }

    // The standard says SHORT, but writers use other numbers too, and Pillow reads them. Of many values, the first.
    private static int value(byte[] data, long tiff, long entry, boolean big) throws EOFException {
        int type = number(data, entry + 2, big);
        long count = integer(data, entry + 4, big) & 0xffffffffL;
        if (type >= TYPE_BYTES.length || TYPE_BYTES[type] == 0 || count == 0) {
            return 1;
        }
        boolean here = TYPE_BYTES[type] * count <= Integer.BYTES;
        long at = here ? entry + 8 : tiff + (integer(data, entry + 8, big) & 0xffffffffL);
        return switch (type) {
            case SIGNED_BYTE -> Bytes.at(data, at);
            case SHORT, SIGNED_SHORT -> number(data, at, big);
            case FLOAT -> whole(Float.intBitsToFloat(integer(data, at, big)));
            default -> integer(data, at, big);
        };
    }

    private static int whole(float value) {
        return value == (int) value ? (int) value : 1;
    }

    private static int integer(byte[] data, long at, boolean big) throws EOFException {
        return big ? Bytes.bigInt(data, at) : Bytes.littleInt(data, at);
    }

    private static int number(byte[] data, long at, boolean big) throws EOFException {
        return big ? Bytes.bigShort(data, at) : Bytes.littleShort(data, at);
    }
}
