package org.convnext4j.model.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.convnext4j.engine.tensor.Tensor;

/** Little-endian floats of every width to and from float32. */
final class FloatConversion {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int MAGNITUDE = 0x7fffffff;
    private static final int INFINITY = 0x7f800000;
    private static final int BF16_SHIFT = 16;
    private static final int BF16_QUIET = 0x40;

    /** Elements per call of an inner loop, so that it is compiled early. */
    private static final int BLOCK = 1 << 14;

    private FloatConversion() {}

    /** Widens (or, from F64, rounds) all of {@code from} into the floats {@code to}. */
    static void toFloat32(DType type, MemorySegment from, MemorySegment to) {
        long elements = from.byteSize() / type.bytes();
        for (long start = 0; start < elements; start += BLOCK) {
            int count = (int) Math.min(BLOCK, elements - start);
            MemorySegment source = from.asSlice(start * type.bytes(), (long) count * type.bytes());
            MemorySegment target = to.asSlice(start * Float.BYTES, (long) count * Float.BYTES);
            switch (type) {
                case F64 -> ofDoubles(source, target, count);
                case F32 -> target.copyFrom(source);
                case F16 -> ofHalves(source, target, count);
                case BF16 -> ofBrains(source, target, count);
                default -> throw new IllegalArgumentException(type + " is no type of weights");
            }
        }
    }

    private static void ofDoubles(MemorySegment from, MemorySegment to, int count) {
        for (int i = 0; i < count; i++) {
            to.setAtIndex(Tensor.FLOAT, i, (float) from.getAtIndex(DOUBLE, i));
        }
    }

    private static void ofHalves(MemorySegment from, MemorySegment to, int count) {
        for (int i = 0; i < count; i++) {
            to.setAtIndex(Tensor.FLOAT, i, Float.float16ToFloat(from.getAtIndex(SHORT, i)));
        }
    }

    private static void ofBrains(MemorySegment from, MemorySegment to, int count) {
        for (int i = 0; i < count; i++) {
            to.setAtIndex(INT, i, from.getAtIndex(SHORT, i) << BF16_SHIFT);
        }
    }

    /**
     * Rounds the floats {@code from}, to nearest and ties to even, into {@code to}.
     *
     * @return the index of the first finite float that became infinite, or -1
     */
    static long ofFloat32(MemorySegment from, DType type, MemorySegment to) {
        long elements = from.byteSize() / Float.BYTES;
        long overflow = -1;
        for (long i = elements - 1; i >= 0; i--) {
            float value = from.getAtIndex(Tensor.FLOAT, i);
            boolean infinite = switch (type) {
                case F32 -> {
                    to.setAtIndex(Tensor.FLOAT, i, value);
                    yield false;
                }
                case F16 -> {
                    short half = Float.floatToFloat16(value);
                    to.setAtIndex(SHORT, i, half);
                    yield (half & 0x7fff) == 0x7c00;
                }
                case BF16 -> {
                    short brain = toBFloat16(value);
                    to.setAtIndex(SHORT, i, brain);
                    yield (brain & 0x7fff) == 0x7f80;
                }
                default -> throw new IllegalArgumentException(type + " cannot be written");
            };
            if (infinite && Float.isFinite(value)) {
                overflow = i;
            }
        }
        return overflow;
    }

    /** The bfloat16 nearest to a float, ties to even; a NaN stays a NaN. */
    static short toBFloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> BF16_SHIFT) | BF16_QUIET);
        }
        int odd = (bits >>> BF16_SHIFT) & 1;
        return (short) ((bits + 0x7fff + odd) >>> BF16_SHIFT);
    }

    /** The index of the first NaN or infinity, or -1. */
    static long firstNonFinite(Tensor tensor) {
        MemorySegment data = tensor.data();
        long elements = tensor.elements();
        int[] bits = new int[(int) Math.min(BLOCK, elements)];
        for (long start = 0; start < elements; start += BLOCK) {
            long end = Math.min(start + BLOCK, elements);
            MemorySegment.copy(data, INT, start * Integer.BYTES, bits, 0, (int) (end - start));
            if (largestMagnitude(bits, (int) (end - start)) >= INFINITY) {
                for (long i = start; i < end; i++) {
                    if (!Float.isFinite(tensor.get(i))) {
                        return i;
                    }
                }
            }
        }
        return -1;
    }

    /** The largest bit pattern without its sign, which grows with the magnitude and is largest for a NaN. */
    private static int largestMagnitude(int[] bits, int count) {
        int largest = 0;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, bits[i] & MAGNITUDE);
        }
        return largest;
    }
}
