package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.INTS;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.convnext4j.engine.kernel.ActivationKind;

/**
 * The gradient of the two activations {@code x s(u)} with the sigmoid s, by the exponential e of {@link VectorSigmoidGate}:
 * {@code s + x s (1 - s) u'}, where {@code s (1 - s) = e / (1 + e)^2} does not cancel and u' is
 * {@code slope + 3 cube x^2}. |x| is taken as 86 beyond it, where e is 0 and the second term would be infinity times that.
 */
final class VectorSigmoidGateGradient extends VectorActivationGradient {
    private final float slope;
    private final float cube;

    /** {@link ActivationKind#GELU_TANH} or {@link ActivationKind#SILU}. */
    VectorSigmoidGateGradient(ActivationKind kind) {
        if (kind == ActivationKind.GELU) {
            throw new IllegalArgumentException("GELU with erf is no sigmoid; take VectorGeluGradient");
        }
        boolean silu = kind == ActivationKind.SILU;
        this.slope = silu ? 1 : VectorSigmoidGate.SLOPE;
        this.cube = silu ? 0 : VectorSigmoidGate.CUBE;
    }

    @Override
    void row(int whole, long x, long y, long gradY, long gradX) {
        row(whole, slope, cube, x, y, gradY, gradX);
    }

    private static void row(int whole, float slope, float cube, long x, long y, long gradY, long gradX) {
        for (int i = 0; i < whole; i += LANES) {
            long at = (long) i * Float.BYTES;
            FloatVector in = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN);
            IntVector bits = in.reinterpretAsInts();
            IntVector end = IntVector.broadcast(INTS, VectorSigmoidGate.END_BITS);
            FloatVector absolute = bits.lanewise(VectorOperators.AND, GeluTail.MAGNITUDE)
                    .min(end)
                    .reinterpretAsFloats();
            FloatVector square = absolute.mul(cube).mul(absolute);
            // |u|
            FloatVector a =
                    square.add(slope).mul(absolute).reinterpretAsInts().min(end).reinterpretAsFloats();
            FloatVector round = FloatVector.broadcast(SPECIES, GeluTail.ROUND);
            FloatVector scale = FloatVector.broadcast(SPECIES, VectorSigmoidGate.TO_EXPONENT);
            FloatVector rounded = scale.fma(a, round);
            FloatVector f = scale.fma(a, round.sub(rounded));
            // exp(-a)
            FloatVector e = FloatVector.broadcast(SPECIES, GeluTail.E5)
                    .fma(f, FloatVector.broadcast(SPECIES, GeluTail.E4))
                    .fma(f, FloatVector.broadcast(SPECIES, GeluTail.E3))
                    .fma(f, FloatVector.broadcast(SPECIES, GeluTail.E2))
                    .fma(f, FloatVector.broadcast(SPECIES, GeluTail.E1))
                    .fma(f, FloatVector.broadcast(SPECIES, GeluTail.E0))
                    .reinterpretAsInts()
                    .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, GeluTail.EXPONENT_SHIFT))
                    .reinterpretAsFloats()
                    .sub(VectorSigmoidGate.LEAST);
            FloatVector one = FloatVector.broadcast(SPECIES, 1f);
            FloatVector inverse = one.div(one.add(e));
            FloatVector sigmoid =
                    one.blend(e, in.compare(VectorOperators.LT, 0f)).mul(inverse);
            FloatVector rise = square.fma(FloatVector.broadcast(SPECIES, 3f), FloatVector.broadcast(SPECIES, slope))
                    .mul(absolute);
            FloatVector derivative = e.mul(inverse)
                    .mul(inverse)
                    .mul(rise)
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.XOR, bits.lanewise(VectorOperators.AND, GeluTail.SIGN))
                    .reinterpretAsFloats()
                    .add(sigmoid);
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN);
            in.mul(sigmoid).intoMemorySegment(Memory.ALL, y + at, LITTLE_ENDIAN);
            derivative.mul(g).intoMemorySegment(Memory.ALL, gradX + at, LITTLE_ENDIAN);
        }
    }
}
