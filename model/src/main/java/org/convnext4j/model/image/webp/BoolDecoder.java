package org.convnext4j.model.image.webp;

import java.io.EOFException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads the bits of an arithmetically coded partition (RFC 6386, 7). */
final class BoolDecoder {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] data;
    private final int end;
    private int position;
    /** The coder's window: what lies above the lowest {@link #spareBits} bits is compared with the split. */
    private long window;
    /** How many loaded bits lie below the eight that are being compared; negative when more must be loaded. */
    private int spareBits = -8;
    /** The coder's range, less one. */
    private int range = 254;

    BoolDecoder(Section partition) {
        data = partition.data();
        position = partition.from();
        end = partition.to();
    }

    /**
     * The next bit.
     *
     * @param probability of a zero, in 256ths
     * @throws EOFException if the partition has ended
     */
    int bit(int probability) throws EOFException {
        if (spareBits < 0) {
            load();
        }
        int split = (range * probability) >> 8;
        int left;
        int bit;
        if ((int) (window >>> spareBits) > split) {
            window -= (long) (split + 1) << spareBits;
            left = range - split;
            bit = 1;
        } else {
            left = split + 1;
            bit = 0;
        }
        int shift = Integer.numberOfLeadingZeros(left) - 24;
        spareBits -= shift;
        range = (left << shift) - 1;
        return bit;
    }

    /** A bit that is as often 1 as 0. */
    int bit() throws EOFException {
        return bit(128);
    }

    boolean flag() throws EOFException {
        return bit(128) != 0;
    }

    /** An unsigned number of so many bits, the highest first. */
    int number(int bits) throws EOFException {
        int value = 0;
        for (int i = 0; i < bits; i++) {
            value = value << 1 | bit(128);
        }
        return value;
    }

    /** A magnitude of so many bits, and then its sign. */
    int signedNumber(int bits) throws EOFException {
        int magnitude = number(bits);
        return flag() ? -magnitude : magnitude;
    }

    /** As {@link #signedNumber} if a flag before it says that there is one, otherwise 0. */
    int optionalSigned(int bits) throws EOFException {
        return flag() ? signedNumber(bits) : 0;
    }

    private void load() throws EOFException {
        if (end - position >= 8) {
            window = window << 56 | (long) LONGS.get(data, position) >>> 8;
            position += 7;
            spareBits += 56;
        } else if (position < end) {
            window = window << 8 | (data[position++] & 0xff);
            spareBits += 8;
        } else {
            throw new EOFException("a partition ends too early");
        }
    }
}
