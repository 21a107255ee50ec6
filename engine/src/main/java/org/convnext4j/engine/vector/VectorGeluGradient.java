package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.INTS;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.convnext4j.engine.kernel.gradient.ActivationGradient;
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
        ActivationGradient.checkBackward(
                rows, columns, x, xBytes, xStride, gradY, gradYBytes, gradYStride, gradX, gradXBytes, gradXStride);
        // GELU itself is written where the gradient then takes its place.
        forwardAndBackward(
                rows,
                columns,
                x,
                xBytes,
                xStride,
                gradX,
                gradXBytes,
                gradXStride,
                gradY,
                gradYBytes,
                gradYStride,
                gradX,
                gradXBytes,
                gradXStride);
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
        ActivationGradient.checkForwardAndBackward(
                rows,
                columns,
                x,
                xBytes,
                xStride,
                y,
                yBytes,
                yStride,
                gradY,
                gradYBytes,
                gradYStride,
                gradX,
                gradXBytes,
                gradXStride);
        long in = Memory.address(x, xBytes, Memory.span(rows, xStride, columns));
        long out = Memory.writable(y, yBytes, Memory.span(rows, yStride, columns));
        long from = Memory.address(gradY, gradYBytes, Memory.span(rows, gradYStride, columns));
        long to = Memory.writable(gradX, gradXBytes, Memory.span(rows, gradXStride, columns));
        long xRow = (long) xStride * Float.BYTES;
        long yRow = (long) yStride * Float.BYTES;
        long gradYRow = (long) gradYStride * Float.BYTES;
        long gradXRow = (long) gradXStride * Float.BYTES;
        int whole = Lanes.wholeVectors(columns);
        int rest = columns - whole;
        long end = (long) whole * Float.BYTES;
        for (int row = 0; row < rows; row++) {
            long inRow = in + row * xRow;
            long outRow = out + row * yRow;
            long fromRow = from + row * gradYRow;
            long toRow = to + row * gradXRow;
            row(whole, inRow, outRow, fromRow, toRow);
            if (rest > 0) {
                rowEnd(rest, inRow + end, outRow + end, fromRow + end, toRow + end);
            }
        }
    }

    /** The columns beyond whole vectors, as one that is whole. */
    private static void rowEnd(int columns, long x, long y, long gradY, long gradX) {
        long scratch = Scratch.address();
        long grad = scratch + Lanes.BYTES;
        Moves.copy(1, columns, x, 0, scratch, 0);
        Moves.copy(1, columns, gradY, 0, grad, 0);
        row(LANES, scratch, scratch, grad, grad);
        Moves.copy(1, columns, scratch, 0, y, 0);
        Moves.copy(1, columns, grad, 0, gradX, 0);
    }

    /**
     * Whole vectors: the formulas of {@link GeluTail}. {@code y} may be {@code x} or {@code gradX}; then the gradient is what
     * stays.
     */
    private static void row(int whole, long x, long y, long gradY, long gradX) {
        for (int i = 0; i < whole; i += LANES) {
            long at = (long) i * Float.BYTES;
            FloatVector in = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN);
            IntVector bits = in.reinterpretAsInts();
            IntVector absolute = bits.lanewise(VectorOperators.AND, GeluTail.MAGNITUDE);
            FloatVector a =
                    absolute.min(IntVector.broadcast(INTS, GeluTail.END_BITS)).reinterpretAsFloats();
            FloatVector square = a.mul(a);
            FloatVector scale = FloatVector.broadcast(SPECIES, GeluTail.TO_EXPONENT);
            FloatVector round = FloatVector.broadcast(SPECIES, GeluTail.ROUND);
            FloatVector rounded = scale.fma(square, round);
            FloatVector f = scale.fma(square, round.sub(rounded));
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
            // The half added last is NaN where x is or is infinite, of which a knows no more.
            FloatVector derivative = a.fma(FloatVector.broadcast(SPECIES, GeluTail.DENSITY), ratio)
                    .neg()
                    .fma(exponential, half)
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.XOR, bits.lanewise(VectorOperators.AND, GeluTail.SIGN))
                    .reinterpretAsFloats()
                    .add(in.fma(FloatVector.zero(SPECIES), half));
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN);
            in.add(absolute.reinterpretAsFloats())
                    .fma(half, a.mul(exponential).mul(ratio).neg())
                    .intoMemorySegment(Memory.ALL, y + at, LITTLE_ENDIAN);
            derivative.mul(g).intoMemorySegment(Memory.ALL, gradX + at, LITTLE_ENDIAN);
        }
    }
}
