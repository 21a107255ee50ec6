package org.convnext4j.model.image.webp;

import java.io.EOFException;

/** A range of a file's bytes with unsigned little-endian numbers in it; places count from its start. */
final class Section {
    private final byte[] data;
    private final int from;
    private final int to;

    private Section(byte[] data, int from, int to) {
        this.data = data;
        this.from = from;
        this.to = to;
    }

    static Section of(byte[] data) {
        return new Section(data, 0, data.length);
    }

    /** The array that the bytes lie in, between {@link #from()} and {@link #to()}. */
    byte[] data() {
        return data;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    int size() {
        return to - from;
    }

    /**
     * A part of this section.
     *
     * @throws EOFException if it reaches beyond the end
     */
    Section part(int start, long bytes) throws EOFException {
        if (start > size() || bytes > size() - start) {
            throw new EOFException("the data end " + (start + bytes - size()) + " bytes too early");
        }
        return new Section(data, from + start, from + start + (int) bytes);
    }

    /** What follows this place. */
    Section rest(int start) throws EOFException {
        return part(start, Math.max(0, size() - start));
    }

    int byteAt(int place) throws EOFException {
        if (place >= size()) {
            throw new EOFException("the data end at byte " + to);
        }
        return data[from + place] & 0xff;
    }

    int shortAt(int place) throws EOFException {
        return byteAt(place) | byteAt(place + 1) << 8;
    }

    int threeBytesAt(int place) throws EOFException {
        return shortAt(place) | byteAt(place + 2) << 16;
    }

    /** Four bytes, 0..2^32 - 1. */
    long intAt(int place) throws EOFException {
        return shortAt(place) | (long) shortAt(place + 2) << 16;
    }

    /** Whether these four characters are at this place. */
    boolean isTag(int place, String tag) {
        for (int i = 0; i < tag.length(); i++) {
            if (place + i >= size() || data[from + place + i] != tag.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
