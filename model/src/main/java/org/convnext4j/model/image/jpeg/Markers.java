package org.convnext4j.model.image.jpeg;

import java.io.EOFException;
import java.io.IOException;

/** A file's markers, one after the other. Not thread-safe. */
final class Markers {
    static final int SOI = 0xd8;
    static final int EOI = 0xd9;
    static final int SOS = 0xda;
    static final int DQT = 0xdb;
    static final int DHT = 0xc4;
    static final int DAC = 0xcc;
    static final int DRI = 0xdd;
    static final int RST0 = 0xd0;

    private static final int TEM = 0x01;

    private final byte[] data;
    private int at;
    private int end;

    Markers(byte[] data) {
        this.data = data;
    }

    /** The place of the next byte. */
    int position() {
        return at;
    }

    void moveTo(int position) {
        at = position;
    }

    /** The bytes of the file after this place. */
    byte[] data() {
        return data;
    }

    /** Passes what is no marker, and the next marker too; gives its code. */
    int next() throws EOFException {
        while (true) {
            while (unsigned() != 0xff) {
                // damaged data, or what an encoder left after a scan
            }
            int code = unsigned();
            while (code == 0xff) {
                code = unsigned();
            }
            if (code != 0) {
                return code;
            }
        }
    }

    /** Whether nothing follows the marker that belongs to it. */
    static boolean isAlone(int code) {
        return code == TEM || isRestart(code);
    }

    static boolean isRestart(int code) {
        return code >= RST0 && code < RST0 + 8;
    }

    static boolean isFrame(int code) {
        return code >= 0xc0 && code <= 0xcf && code != DHT && code != 0xc8 && code != DAC;
    }

    static boolean isSkipped(int code) {
        return (code >= 0xe0 && code <= 0xef) || code == 0xfe || code == 0xdc || code == DAC;
    }

    /** Reads a segment's length; afterwards {@link #left} counts its bytes. */
    void openSegment() throws IOException {
        int length = unsignedShort();
        if (length < 2) {
            throw new IOException("a segment of " + length + " bytes");
        }
        end = at + length - 2;
        if (end > data.length) {
            throw new EOFException();
        }
    }

    /** How many bytes of the segment were not read. */
    int left() {
        return end - at;
    }

    void closeSegment() {
        at = end;
    }

    /** A byte of a segment or a marker. */
    int unsigned() throws EOFException {
        if (at >= data.length) {
            throw new EOFException();
        }
        return data[at++] & 0xff;
    }

    int unsignedShort() throws EOFException {
        return unsigned() << 8 | unsigned();
    }

    /** Throws unless so many bytes of the segment are left. */
    void require(int bytes) throws IOException {
        if (left() < bytes) {
            throw new IOException("a segment is too short for what it holds");
        }
    }

    /** Whether the segment goes on with this text. */
    boolean startsWith(String text) {
        if (left() < text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (data[at + i] != (byte) text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
