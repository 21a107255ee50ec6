package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.INTS;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.convnext4j.engine.kernel.Activation;
import org.convnext4j.engine.kernel.ActivationKind;

/**
 * The two activations that are x times a sigmoid: {@code x s(u)} with u = x for SiLU and
 * {@code u = 2 sqrt(2 / pi) (x + 0.044715 x^3)} for GELU's tanh approximation.
 *
 * <p>With {@code e = exp(-|u|)}, which is at most 1, the sigmoid is {@code 1 / (1 + e)} for u from 0 on and
 * {@code e / (1 + e)} below, so that nothing overflows or cancels. The exponential is {@code 2^n 2^f} with the polynomial
 * of {@link GeluTail}; |u| is taken as 86 beyond it, where e is below 1e-37. The largest error is 3e-7 of |x|.
 */
final class VectorSigmoidGate implements Activation {
    private static final float END = 86f;
    static final int END_BITS = Float.floatToRawIntBits(END);

    /** {@code -1 / ln 2}: from |u| to the exponent of 2. */
    static final float TO_EXPONENT = -1.442695f;

    /** e at the end and beyond, taken off so that it is 0 there: 4e-38 of 3e38 would be 12. */
    static final float LEAST = exponential(END);

    static final float SLOPE = 1.5957692f;
    static final float CUBE = 0.07135481f;

    private final boolean silu;

    /** {@link ActivationKind#GELU_TANH} or {@link ActivationKind#SILU}. */
    VectorSigmoidGate(ActivationKind kind) {
        if (kind == ActivationKind.GELU) {
            throw new IllegalArgumentException("GELU with erf is no sigmoid; take VectorGelu");
        }
        this.silu = kind == ActivationKind.SILU;
    }

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public void forward(
            int rows,
            int columns,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        Activation.checkForward(rows, columns, x, xBytes, xStride, y, yBytes, yStride);
        long from = Memory.address(x, xBytes, Memory.span(rows, xStride, columns));
        long to = Memory.writable(y, yBytes, Memory.span(rows, yStride, columns));
        // u = x (slope + cube x^2)
        float slope = silu ? 1 : SLOPE;
        float cube = silu ? 0 : CUBE;
        long xRow = (long) xStride * Float.BYTES;
        long yRow = (long) yStride * Float.BYTES;
        int whole = Lanes.wholeVectors(columns);
        int rest = columns - whole;
        long atBytes = (long) whole * Float.BYTES;
        long scratch = Scratch.address();
        for (int row = 0; row < rows; row++) {
            row(whole, slope, cube, from + row * xRow, to + row * yRow);
            if (rest > 0) {
                Moves.copy(1, rest, from + row * xRow + atBytes, 0, scratch, 0);
                row(LANES, slope, cube, scratch, scratch);
                Moves.copy(1, rest, scratch, 0, to + row * yRow + atBytes, 0);
            }
        }
    }

    /** exp(-a), operation by operation as in {@link #row}. */
    private static float exponential(float a) {
        float rounded = Math.fma(TO_EXPONENT, a, GeluTail.ROUND);
        float f = Math.fma(TO_EXPONENT, a, GeluTail.ROUND - rounded);
        float e = Math.fma(GeluTail.E5, f, GeluTail.E4);
        e = Math.fma(e, f, GeluTail.E3);
        e = Math.fma(e, f, GeluTail.E2);
        e = Math.fma(e, f, GeluTail.E1);
        e = Math.fma(e, f, GeluTail.E0);
        return Float.intBitsToFloat(
                Float.floatToRawIntBits(e) + (Float.floatToRawIntBits(rounded) << GeluTail.EXPONENT_SHIFT));
    }

    /** Whole vectors. */
    private static void row(int columns, float slope, float cube, long x, long y) {
        for (int i = 0; i < columns; i += LANES) {
            long at = (long) i * Float.BYTES;
            FloatVector in = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN);
            // In this order, for the square alone may overflow where the factor before it is 0.
            FloatVector u =
                    in.mul(cube).fma(in, FloatVector.broadcast(SPECIES, slope)).mul(in);
            FloatVector a = u.reinterpretAsInts()
                    .lanewise(VectorOperators.AND, GeluTail.MAGNITUDE)
                    .min(IntVector.broadcast(INTS, END_BITS))
                    .reinterpretAsFloats();
            FloatVector round = FloatVector.broadcast(SPECIES, GeluTail.ROUND);
            FloatVector scale = FloatVector.broadcast(SPECIES, TO_EXPONENT);
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
                    .sub(LEAST);
            FloatVector one = FloatVector.broadcast(SPECIES, 1f);
            FloatVector numerator = one.blend(e, u.compare(VectorOperators.LT, 0f));
            in.mul(numerator.div(one.add(e))).intoMemorySegment(Memory.ALL, y + at, LITTLE_ENDIAN);
        }
    }
}
