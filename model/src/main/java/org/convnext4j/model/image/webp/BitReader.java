package org.convnext4j.model.image.webp;

import java.io.EOFException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads bits from the lowest of each byte up. */
final class BitReader {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] data;
    private final int end;
    private int position;
    private long window;
    /** How many bits of the window are data; above them it is zero. */
    private int available;

    BitReader(Section section) {
        data = section.data();
        position = section.from();
        end = section.to();
    }

    /** The next bits, 0..32 of them, not consumed; zeros stand for what lies beyond the end. */
    int peek(int bits) {
        if (available < bits) {
            load();
        }
        return (int) (window & ((1L << bits) - 1));
    }

    /**
     * Passes over bits that were peeked at.
     *
     * @throws EOFException if the data end before
     */
    void skip(int bits) throws EOFException {
        available -= bits;
        window >>>= bits;
        if (available < 0) {
            throw new EOFException("the data end before the last pixel");
        }
    }

    /** The next bits, 0..32 of them, as a number. */
    int read(int bits) throws EOFException {
        int value = peek(bits);
        skip(bits);
        return value;
    }

    boolean flag() throws EOFException {
        return read(1) != 0;
    }

    private void load() {
        if (end - position >= 8) {
            int bytes = (63 - available) >> 3;
            window |= ((long) LONGS.get(data, position) & ((1L << (8 * bytes)) - 1)) << available;
            position += bytes;
            available += 8 * bytes;
            return;
        }
        while (available <= 48 && position < end) {
            window |= (data[position++] & 0xffL) << available;
            available += 8;
        }
    }
}
