package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.INTS;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.convnext4j.engine.kernel.gradient.GeluGradient;

/** The gradient of GELU by {@link GeluTail}: the derivative is within 2e-7 of the exact one, at any x. */
final class VectorGeluGradient extends VectorActivationGradient implements GeluGradient {
    @Override
    void row(int whole, long x, long y, long gradY, long gradX) {
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
