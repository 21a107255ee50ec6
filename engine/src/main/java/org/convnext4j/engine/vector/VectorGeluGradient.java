package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.convnext4j.engine.kernel.gradient.GeluGradient;

/** The gradient of GELU by {@link GeluTail}: the derivative is within 2e-7 of the exact one, at any x. */
final class VectorGeluGradient implements GeluGradient {
    @Override
    public String name() {
        return "vector";
    }

    @Override
    public void backward(
            int rows,
            int columns,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment gradX,
            long gradXBytes,
            int gradXStride) {
        long in = Memory.address(x, xBytes, Memory.span(rows, xStride, columns));
        long from = Memory.address(gradY, gradYBytes, Memory.span(rows, gradYStride, columns));
        long to = Memory.writable(gradX, gradXBytes, Memory.span(rows, gradXStride, columns));
        for (int row = 0; row < rows; row++) {
            row(
                    columns,
                    in + (long) row * xStride * Float.BYTES,
                    from + (long) row * gradYStride * Float.BYTES,
                    to + (long) row * gradXStride * Float.BYTES);
        }
    }

    @Override
    public void forwardAndBackward(
            int rows,
            int columns,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment gradX,
            long gradXBytes,
            int gradXStride) {
        long in = Memory.address(x, xBytes, Memory.span(rows, xStride, columns));
        long out = Memory.writable(y, yBytes, Memory.span(rows, yStride, columns));
        long from = Memory.address(gradY, gradYBytes, Memory.span(rows, gradYStride, columns));
        long to = Memory.writable(gradX, gradXBytes, Memory.span(rows, gradXStride, columns));
        for (int row = 0; row < rows; row++) {
            bothRow(
                    columns,
                    in + (long) row * xStride * Float.BYTES,
                    out + (long) row * yStride * Float.BYTES,
                    from + (long) row * gradYStride * Float.BYTES,
                    to + (long) row * gradXStride * Float.BYTES);
        }
    }

    private static void row(int columns, long x, long gradY, long gradX) {
        int whole = Lanes.wholeVectors(columns);
        for (int i = 0; i < whole; i += LANES) {
            long at = (long) i * Float.BYTES;
            FloatVector in = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN);
            FloatVector magnitude = GeluTail.magnitude(in);
            GeluTail.derivative(in, magnitude, GeluTail.exponential(magnitude), GeluTail.ratio(magnitude))
                    .mul(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN))
                    .intoMemorySegment(Memory.ALL, gradX + at, LITTLE_ENDIAN);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            tail(columns - whole, x + at, gradY + at, gradX + at);
        }
    }

    /** A method of its own, as in {@link VectorGelu}. */
    private static void tail(int used, long x, long gradY, long gradX) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector in = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x, LITTLE_ENDIAN, mask);
        FloatVector magnitude = GeluTail.magnitude(in);
        GeluTail.derivative(in, magnitude, GeluTail.exponential(magnitude), GeluTail.ratio(magnitude))
                .mul(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY, LITTLE_ENDIAN, mask))
                .intoMemorySegment(Memory.ALL, gradX, LITTLE_ENDIAN, mask);
    }

    private static void bothRow(int columns, long x, long y, long gradY, long gradX) {
        int whole = Lanes.wholeVectors(columns);
        for (int i = 0; i < whole; i += LANES) {
            long at = (long) i * Float.BYTES;
            FloatVector in = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN);
            FloatVector magnitude = GeluTail.magnitude(in);
            FloatVector exponential = GeluTail.exponential(magnitude);
            FloatVector ratio = GeluTail.ratio(magnitude);
            FloatVector derivative = GeluTail.derivative(in, magnitude, exponential, ratio);
            GeluTail.gelu(in, magnitude, exponential, ratio).intoMemorySegment(Memory.ALL, y + at, LITTLE_ENDIAN);
            derivative
                    .mul(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN))
                    .intoMemorySegment(Memory.ALL, gradX + at, LITTLE_ENDIAN);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            bothTail(columns - whole, x + at, y + at, gradY + at, gradX + at);
        }
    }

    private static void bothTail(int used, long x, long y, long gradY, long gradX) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector in = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x, LITTLE_ENDIAN, mask);
        FloatVector magnitude = GeluTail.magnitude(in);
        FloatVector exponential = GeluTail.exponential(magnitude);
        FloatVector ratio = GeluTail.ratio(magnitude);
        FloatVector derivative = GeluTail.derivative(in, magnitude, exponential, ratio);
        GeluTail.gelu(in, magnitude, exponential, ratio).intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN, mask);
        derivative
                .mul(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY, LITTLE_ENDIAN, mask))
                .intoMemorySegment(Memory.ALL, gradX, LITTLE_ENDIAN, mask);
    }
}
