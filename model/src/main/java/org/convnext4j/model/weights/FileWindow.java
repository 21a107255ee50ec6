package org.convnext4j.model.weights;

import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Little-endian numbers at any place of a part of a file, through a buffer that follows the reader. So a header or a
 * directory takes no more memory than this, whatever size the file says it has. Not thread-safe.
 */
final class FileWindow {
    private static final int BYTES = 1 << 14;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final FileRange range;
    private final MemorySegment buffer;
    private long begin;
    private long end;

    FileWindow(FileRange range) {
        this.range = range;
        this.buffer = MemorySegment.ofArray(new byte[(int) Math.min(BYTES, range.byteSize())]);
    }

    /** How many bytes there are. */
    long byteSize() {
        return range.byteSize();
    }

    int u8(long at) {
        return Byte.toUnsignedInt(buffer.get(ValueLayout.JAVA_BYTE, place(at, Byte.BYTES)));
    }

    int u16(long at) {
        return Short.toUnsignedInt(buffer.get(SHORT, place(at, Short.BYTES)));
    }

    int i32(long at) {
        return buffer.get(INT, place(at, Integer.BYTES));
    }

    long u32(long at) {
        return Integer.toUnsignedLong(i32(at));
    }

    long i64(long at) {
        return buffer.get(LONG, place(at, Long.BYTES));
    }

    /** Some bytes; how many is the caller's to bound. */
    byte[] toArray(long at, int bytes) {
        if (bytes > buffer.byteSize()) {
            return range.toArray(at, bytes);
        }
        return buffer.asSlice(place(at, bytes), bytes).toArray(ValueLayout.JAVA_BYTE);
    }

    /** The bytes from the first on, one after the other. */
    InputStream stream() {
        return new InputStream() {
            private long at;

            @Override
            public int read() {
                return at == byteSize() ? -1 : u8(at++);
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                Objects.checkFromIndexSize(offset, length, target.length);
                int count = (int) Math.min(length, Math.min(buffer.byteSize(), byteSize() - at));
                if (length > 0 && count == 0) {
                    return -1;
                }
                MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, place(at, count), target, offset, count);
                at += count;
                return count;
            }
        };
    }

    /** Where in the buffer some bytes are, after reading them if need be. */
    private long place(long at, int bytes) {
        Objects.checkFromIndexSize(at, bytes, range.byteSize());
        if (at < begin || at + bytes > end) {
            // Some of what lies before, too: a directory is looked for from the end of the file backwards.
            long first = at < begin ? Math.max(0, at + bytes - buffer.byteSize()) : at;
            long count = Math.min(buffer.byteSize(), range.byteSize() - first);
            // Nothing is valid while it is filled, lest a failed read leave old bytes under a new place.
            end = begin;
            range.read(first, buffer.asSlice(0, count));
            begin = first;
            end = first + count;
        }
        return at - begin;
    }
}
