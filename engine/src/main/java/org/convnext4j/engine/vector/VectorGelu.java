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
import org.convnext4j.engine.kernel.Gelu;

/**
 * GELU with erf as a polynomial: {@code gelu(x) = max(x, 0) - g(|x|)} with {@code g(a) = a (1 - Phi(a))}, a bump that
 * is at most 0.17 high and below 2.4e-7 from 5.35 on.
 *
 * <p>g is a polynomial of degree 16 in {@code s = 2 a / 5.35 - 1}, fitted for the least largest error (Lawson's
 * iteration on Chebyshev polynomials; 7.1e-8 before rounding). Taking the bump from the ramp, instead of multiplying x by
 * Phi, keeps large x exact, up to half of the largest float; beyond, {@code x + |x|} is infinite. The largest error is
 * 2.4e-7 relative to max(1, |gelu|). 22 operations a vector; degree 14 would save two and cost a factor of three in
 * accuracy.
 *
 * <p>The even and the odd powers are summed by themselves, by Horner's rule in the square of s: one more operation, but two
 * chains of half the length, of which a core can have more under way. Tiny, one picture: 0.98 to 0.99 of the time (Zen 3);
 * and no less exact.
 */
final class VectorGelu implements Gelu {
    /** Where g is 0 for all that float32 sees. */
    private static final float END = 5.35f;

    private static final float SCALE = 0.37383178f;
    private static final float G16 = 0.012020857f;
    private static final float G15 = -0.0032803603f;
    private static final float G14 = -0.073996335f;
    private static final float G13 = 0.04908454f;
    private static final float G12 = 0.18221499f;
    private static final float G11 = -0.22640829f;
    private static final float G10 = -0.15430202f;
    private static final float G9 = 0.4710407f;
    private static final float G8 = -0.23063965f;
    private static final float G7 = -0.3375681f;
    private static final float G6 = 0.60199213f;
    private static final float G5 = -0.32270154f;
    private static final float G4 = -0.12171822f;
    private static final float G3 = 0.30007645f;
    private static final float G2 = -0.20557679f;
    private static final float G1 = 0.06975657f;
    private static final float G0 = -0.009995069f;

    /** Everything but the sign. */
    private static final int MAGNITUDE = 0x7fffffff;

    /** Non-negative floats are ordered as their bits are, and an int minimum is one instruction, a float one is six. */
    private static final int END_BITS = Float.floatToRawIntBits(END);

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
        rows(rows, columns, from, (long) xStride * Float.BYTES, to, (long) yStride * Float.BYTES);
    }

    /** From one address to another, which may be the same; strides in bytes. */
    static void rows(int rows, int columns, long x, long xStride, long y, long yStride) {
        int vectors = columns / LANES;
        wholeVectors(rows, vectors, x, xStride, y, yStride);
        int rest = columns % LANES;
        if (rest > 0) {
            long atBytes = vectors * Lanes.BYTES;
            long scratch = Scratch.address();
            for (int row = 0; row < rows; row++) {
                Moves.copy(1, rest, x + row * xStride + atBytes, 0, scratch, 0);
                wholeVectors(1, 1, scratch, 0, scratch, 0);
                Moves.copy(1, rest, scratch, 0, y + row * yStride + atBytes, 0);
            }
        }
    }

    /**
     * One loop over all rows. A row of a tile has 4 vectors, and a loop for each would set up its 20 constants anew and
     * wait for the end of the chain of 21 operations: Tiny's batch of 8 179 and 186 ms, with one loop 176 and 180.
     */
    private static void wholeVectors(int rows, int vectors, long x, long xStride, long y, long yStride) {
        long from = x;
        long to = y;
        int left = vectors;
        for (int i = 0; i < rows * vectors; i++) {
            FloatVector in = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, Memory.at(from), LITTLE_ENDIAN);
            IntVector magnitude = in.reinterpretAsInts().lanewise(VectorOperators.AND, MAGNITUDE);
            FloatVector s = magnitude
                    .min(IntVector.broadcast(INTS, END_BITS))
                    .reinterpretAsFloats()
                    .fma(FloatVector.broadcast(SPECIES, SCALE), FloatVector.broadcast(SPECIES, -1f));
            FloatVector s2 = s.mul(s);
            FloatVector odd = FloatVector.broadcast(SPECIES, G15)
                    .fma(s2, FloatVector.broadcast(SPECIES, G13))
                    .fma(s2, FloatVector.broadcast(SPECIES, G11))
                    .fma(s2, FloatVector.broadcast(SPECIES, G9))
                    .fma(s2, FloatVector.broadcast(SPECIES, G7))
                    .fma(s2, FloatVector.broadcast(SPECIES, G5))
                    .fma(s2, FloatVector.broadcast(SPECIES, G3))
                    .fma(s2, FloatVector.broadcast(SPECIES, G1));
            FloatVector even = FloatVector.broadcast(SPECIES, G16)
                    .fma(s2, FloatVector.broadcast(SPECIES, G14))
                    .fma(s2, FloatVector.broadcast(SPECIES, G12))
                    .fma(s2, FloatVector.broadcast(SPECIES, G10))
                    .fma(s2, FloatVector.broadcast(SPECIES, G8))
                    .fma(s2, FloatVector.broadcast(SPECIES, G6))
                    .fma(s2, FloatVector.broadcast(SPECIES, G4))
                    .fma(s2, FloatVector.broadcast(SPECIES, G2))
                    .fma(s2, FloatVector.broadcast(SPECIES, G0));
            FloatVector g = odd.fma(s, even);
            in.add(magnitude.reinterpretAsFloats())
                    .fma(FloatVector.broadcast(SPECIES, 0.5f), g)
                    .intoMemorySegment(Memory.ALL, Memory.at(to), LITTLE_ENDIAN);
            from += Lanes.BYTES;
            to += Lanes.BYTES;
            left--;
            if (left == 0) {
                left = vectors;
                from += xStride - vectors * Lanes.BYTES;
                to += yStride - vectors * Lanes.BYTES;
            }
        }
    }
}
