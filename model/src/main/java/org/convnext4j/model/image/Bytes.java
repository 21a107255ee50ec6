package org.convnext4j.model.image;

import java.io.EOFException;

/** Unsigned numbers at places in a byte array; outside it an {@link EOFException}. */
final class Bytes {
    private Bytes() {}

    static int at(byte[] data, long index) throws EOFException {
        if (index < 0 || index >= data.length) {
            throw new EOFException("the data end at byte " + data.length);
        }
        return data[(int) index] & 0xff;
    }

    static int bigShort(byte[] data, long index) throws EOFException {
        return at(data, index) << 8 | at(data, index + 1);
    }

    static int littleShort(byte[] data, long index) throws EOFException {
        return at(data, index) | at(data, index + 1) << 8;
    }

    static int bigInt(byte[] data, long index) throws EOFException {
        return bigShort(data, index) << 16 | bigShort(data, index + 2);
    }

    static int littleInt(byte[] data, long index) throws EOFException {
        return littleShort(data, index) | littleShort(data, index + 2) << 16;
    }

    /** Whether the data have this text at a place; false beyond their end. */
    static boolean isText(byte[] data, long at, String text) {
        if (at < 0 || at + text.length() > data.length) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (data[(int) at + i] != (byte) text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
