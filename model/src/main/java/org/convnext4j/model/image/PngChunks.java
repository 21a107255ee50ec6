package org.convnext4j.model.image;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * The chunks of a PNG that say what its samples are. The others (profiles, gamma, texts, transparency) change nothing in
 * the picture, but the platform's reader unpacks them and stumbles over damaged ones. Header and palette must have the
 * right checksum; that of the samples is not looked at, as in Pillow, since zlib's own holds them.
 */
final class PngChunks {
    private static final int SIGNATURE_BYTES = 8;
    private static final int FRAME_BYTES = 12;
    private static final int BIT_DEPTH_AT = 24;
    private static final int COLOR_TYPE_AT = 25;
    private static final int PALETTE_TYPE = 3;

    private PngChunks() {}

    /**
     * A PNG of the same samples without the chunks that do not matter; a palette has all colours that indices can name,
     * grey beyond the file's own, as in Pillow.
     *
     * @throws IOException if the header or the palette is damaged; an {@link EOFException} if it is cut off
     */
    static byte[] essential(byte[] data) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(data.length + 1024);
        out.write(data, 0, SIGNATURE_BYTES);
        boolean indexed = Bytes.at(data, COLOR_TYPE_AT) == PALETTE_TYPE;
        byte[] colors = ramp(1 << Math.min(Byte.SIZE, Bytes.at(data, BIT_DEPTH_AT)));
        boolean begun = false;
        long at = SIGNATURE_BYTES;
        while (at + SIGNATURE_BYTES <= data.length) {
            long size = Bytes.bigInt(data, at) & 0xffffffffL;
            int length = (int) Math.min(size + FRAME_BYTES, data.length - at);
            if (!begun && Bytes.isText(data, at + 4, "PLTE")) {
                requireChecksum(data, at, size, "palette");
                System.arraycopy(data, (int) at + SIGNATURE_BYTES, colors, 0, (int) Math.min(colors.length, size));
            } else if (Bytes.isText(data, at + 4, "IDAT")) {
                if (!begun && indexed) {
                    writePalette(out, colors);
                }
                begun = true;
                out.write(data, (int) at, length);
            } else if (Bytes.isText(data, at + 4, "IHDR")) {
                requireChecksum(data, at, size, "header");
                out.write(data, (int) at, length);
            } else if (Bytes.isText(data, at + 4, "IEND")) {
                out.write(data, (int) at, length);
            }
            at += size + FRAME_BYTES;
        }
        return out.toByteArray();
    }

    private static void requireChecksum(byte[] data, long at, long size, String chunk) throws IOException {
        int sum = Bytes.bigInt(data, at + SIGNATURE_BYTES + size);
        if (sum != checksum(data, (int) at + 4, (int) size + 4)) {
            throw new IOException("the " + chunk + "'s checksum is wrong");
        }
    }

    private static int checksum(byte[] data, int from, int length) {
        CRC32 sum = new CRC32();
        sum.update(data, from, length);
        return (int) sum.getValue();
    }

    private static byte[] ramp(int entries) {
        byte[] colors = new byte[3 * entries];
        for (int i = 0; i < colors.length; i++) {
            colors[i] = (byte) (i / 3);
        }
        return colors;
    }

    private static void writePalette(ByteArrayOutputStream out, byte[] colors) {
        writeInt(out, colors.length);
        byte[] type = {'P', 'L', 'T', 'E'};
        byte[] body = Arrays.copyOf(type, type.length + colors.length);
        System.arraycopy(colors, 0, body, type.length, colors.length);
        out.writeBytes(body);
        writeInt(out, checksum(body, 0, body.length));
    }

    private static void writeInt(ByteArrayOutputStream out, int value) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            out.write(value >>> shift);
        }
    }
}
