package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.INTS;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
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

    /**
     * {@link GeluTail}'s four methods written out: with calls in between, the loop is beyond C2's budget of nodes and its
     * vectors become objects.
     */
    private static void bothRow(int columns, long x, long y, long gradY, long gradX) {
        int whole = Lanes.wholeVectors(columns);
        for (int i = 0; i < whole; i += LANES) {
            long at = (long) i * Float.BYTES;
            FloatVector in = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN);
            IntVector bits = in.reinterpretAsInts();
            IntVector absolute = bits.lanewise(VectorOperators.AND, GeluTail.MAGNITUDE);
            FloatVector a =
                    absolute.min(IntVector.broadcast(INTS, GeluTail.END_BITS)).reinterpretAsFloats();
            FloatVector square = a.mul(a);
            FloatVector rounded = square.fma(
                    FloatVector.broadcast(SPECIES, GeluTail.TO_EXPONENT),
                    FloatVector.broadcast(SPECIES, GeluTail.ROUND));
            FloatVector f = square.fma(
                    FloatVector.broadcast(SPECIES, GeluTail.TO_EXPONENT),
                    FloatVector.broadcast(SPECIES, GeluTail.ROUND).sub(rounded));
            FloatVector exponential = FloatVector.broadcast(SPECIES, GeluTail.E5)
                    .fma(f, FloatVector.broadcast(SPECIES, GeluTail.E4))
                    .fma(f, FloatVector.broadcast(SPECIES, GeluTail.E3))
                    .fma(f, FloatVector.broadcast(SPECIES, GeluTail.E2))
                    .fma(f, FloatVector.broadcast(SPECIES, GeluTail.E1))
                    .fma(f, FloatVector.broadcast(SPECIES, GeluTail.E0))
                    .reinterpretAsInts()
                    .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, GeluTail.EXPONENT_SHIFT))
                    .reinterpretAsFloats();
            FloatVector ratio = FloatVector.broadcast(SPECIES, GeluTail.R11)
                    .fma(a, FloatVector.broadcast(SPECIES, GeluTail.R10))
                    .fma(a, FloatVector.broadcast(SPECIES, GeluTail.R9))
                    .fma(a, FloatVector.broadcast(SPECIES, GeluTail.R8))
                    .fma(a, FloatVector.broadcast(SPECIES, GeluTail.R7))
                    .fma(a, FloatVector.broadcast(SPECIES, GeluTail.R6))
                    .fma(a, FloatVector.broadcast(SPECIES, GeluTail.R5))
                    .fma(a, FloatVector.broadcast(SPECIES, GeluTail.R4))
                    .fma(a, FloatVector.broadcast(SPECIES, GeluTail.R3))
                    .fma(a, FloatVector.broadcast(SPECIES, GeluTail.R2))
                    .fma(a, FloatVector.broadcast(SPECIES, GeluTail.R1))
                    .fma(a, FloatVector.broadcast(SPECIES, GeluTail.R0));
            FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
            FloatVector derivative = a.fma(FloatVector.broadcast(SPECIES, GeluTail.DENSITY), ratio)
                    .neg()
                    .fma(exponential, half)
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.XOR, bits.lanewise(VectorOperators.AND, GeluTail.SIGN))
                    .reinterpretAsFloats()
                    .add(half);
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN);
            in.add(absolute.reinterpretAsFloats())
                    .fma(half, a.mul(exponential).mul(ratio).neg())
                    .intoMemorySegment(Memory.ALL, y + at, LITTLE_ENDIAN);
            derivative.mul(g).intoMemorySegment(Memory.ALL, gradX + at, LITTLE_ENDIAN);
        }
        if (whole < columns) {
            long at = (long) whole * Float.BYTES;
            // The gradient first, for y may be x.
            tail(columns - whole, x + at, gradY + at, gradX + at);
            geluTail(columns - whole, x + at, y + at);
        }
    }

    private static void geluTail(int used, long x, long y) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector in = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x, LITTLE_ENDIAN, mask);
        FloatVector magnitude = GeluTail.magnitude(in);
        GeluTail.gelu(in, magnitude, GeluTail.exponential(magnitude), GeluTail.ratio(magnitude))
                .intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN, mask);
    }
}
