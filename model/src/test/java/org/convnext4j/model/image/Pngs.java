package org.convnext4j.model.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Makes and changes PNGs. */
final class Pngs {
    private static final int SIGNATURE_BYTES = 8;
    private static final int HEADER_BYTES = 13;

    private Pngs() {}

    /** Gives a changed header its right checksum. */
    static void seal(byte[] png) {
        int from = SIGNATURE_BYTES + 4;
        ByteBuffer.wrap(png).putInt(from + 4 + HEADER_BYTES, checksum(png, from, 4 + HEADER_BYTES));
    }

    /** Where the body of the first chunk of this type starts. */
    static int body(byte[] png, String type) {
        int at = SIGNATURE_BYTES;
        while (!new String(png, at + 4, 4, StandardCharsets.ISO_8859_1).equals(type)) {
            at += ByteBuffer.wrap(png).getInt(at) + 12;
        }
        return at + 8;
    }

    /** Where the first chunk of this type ends, its checksum too. */
    static int end(byte[] png, String type) {
        int body = body(png, type);
        return body + ByteBuffer.wrap(png).getInt(body - 8) + 4;
    }

    /** A black picture of 1 bit a pixel. */
    static byte[] black(int width, int height) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        byte[] size = ByteBuffer.allocate(HEADER_BYTES)
                .putInt(width)
                .putInt(height)
                .put((byte) 1)
                .array();
        write(out, "IHDR", size);
        write(out, "IDAT", deflatedZeros((1 + (width + 7L) / 8) * height));
        write(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static byte[] deflatedZeros(long count) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] zeros = new byte[1 << 16];
        byte[] buffer = new byte[1 << 12];
        Deflater deflater = new Deflater();
        for (long left = count; !deflater.finished(); ) {
            if (deflater.needsInput()) {
                deflater.setInput(zeros, 0, (int) Math.min(left, zeros.length));
                left -= Math.min(left, zeros.length);
                if (left == 0) {
                    deflater.finish();
                }
            }
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, String type, byte[] body) {
        byte[] chunk = ByteBuffer.allocate(body.length + 12)
                .putInt(body.length)
                .put(type.getBytes(StandardCharsets.ISO_8859_1))
                .put(body)
                .array();
        ByteBuffer.wrap(chunk).putInt(body.length + 8, checksum(chunk, 4, body.length + 4));
        out.writeBytes(chunk);
    }

    private static int checksum(byte[] data, int from, int length) {
        CRC32 sum = new CRC32();
        sum.update(data, from, length);
        return (int) sum.getValue();
    }
}
