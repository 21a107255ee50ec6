package org.convnext4j.model.weights;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The bytes of a pickle, read one after the other; nothing is read beyond their end. */
final class PickleInput {
    /** The longest integer a pickle may hold; torch's own magic number has ten bytes. */
    private static final int MAX_INTEGER_BYTES = 64;

    private static final int MAX_LINE_BYTES = 1024;

    /** Of all strings together: a state dict has some hundred kilobytes, and a sparse file has any number. */
    private static final long MAX_BLOB_BYTES = 64 << 20;

    private final Path path;
    private final FileWindow bytes;
    private long position;
    private long blobBytes;

    PickleInput(Path path, FileRange bytes) {
        this.path = path;
        this.bytes = new FileWindow(bytes);
    }

    /** The next byte's index. */
    long position() {
        return position;
    }

    int u8() {
        return bytes.u8(advance(1));
    }

    int u16() {
        return bytes.u16(advance(Short.BYTES));
    }

    int i32() {
        return bytes.i32(advance(Integer.BYTES));
    }

    long u32() {
        return Integer.toUnsignedLong(i32());
    }

    /** A length of eight bytes. */
    long u64() {
        long length = bytes.i64(advance(Long.BYTES));
        if (length < 0) {
            throw fail("a length of " + Long.toUnsignedString(length) + " bytes");
        }
        return length;
    }

    double f64() {
        return Double.longBitsToDouble(Long.reverseBytes(bytes.i64(advance(Double.BYTES))));
    }

    /** A two's complement integer of {@code length} bytes. */
    Object integer(long length) {
        if (length > MAX_INTEGER_BYTES) {
            throw fail("an integer of " + length + " bytes");
        }
        byte[] little = blob(length);
        if (little.length == 0) {
            return 0L;
        }
        byte[] big = new byte[little.length];
        for (int i = 0; i < big.length; i++) {
            big[i] = little[little.length - 1 - i];
        }
        BigInteger value = new BigInteger(big);
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    byte[] blob(long length) {
        long start = advance(length);
        blobBytes += length;
        if (blobBytes > MAX_BLOB_BYTES) {
            throw fail("more than " + MAX_BLOB_BYTES + " bytes of text");
        }
        return bytes.toArray(start, (int) length);
    }

    String utf8(long length) {
        byte[] blob = blob(length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(blob))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CheckpointException(path, "its pickle has a string that is not UTF-8", e);
        }
    }

    /** A string of Python 2, whose encoding nobody knows; names are ASCII. */
    String latin1(long length) {
        return new String(blob(length), StandardCharsets.ISO_8859_1);
    }

    /** Text up to a line feed, which is skipped. */
    String line() {
        long start = position;
        while (u8() != '\n') {
            if (position - start > MAX_LINE_BYTES) {
                throw fail("a name of more than " + MAX_LINE_BYTES + " bytes");
            }
        }
        return new String(bytes.toArray(start, (int) (position - 1 - start)), StandardCharsets.UTF_8);
    }

    CheckpointException fail(String reason) {
        return new CheckpointException(path, "its pickle is damaged or hostile: " + reason + " at byte " + position);
    }

    private long advance(long count) {
        if (count > bytes.byteSize() - position) {
            throw fail("it ends within a value");
        }
        long start = position;
        position += count;
        return start;
    }
}
