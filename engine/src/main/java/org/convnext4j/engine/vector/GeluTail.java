package org.convnext4j.engine.vector;

/**
 * GELU and its derivative from one exponential and one polynomial. For {@code a = |x|} the upper tail of the normal
 * distribution is {@code Q(a) = E(a) R(a)} with {@code E(a) = exp(-a a / 2)} and Mills' ratio {@code R}, here divided by
 * {@code sqrt(2 pi)}, which falls smoothly from 1/2 to 0. Then
 *
 * <pre>{@code
 * gelu(x)  = max(x, 0) - a E R
 * gelu'(a) = 1 - d, gelu'(-a) = d   with d = E (R - a / sqrt(2 pi))
 * }</pre>
 *
 * <p>A polynomial for gelu' itself would need degree 18, with coefficients that sum to 13 and so lose a digit. R is a
 * polynomial of degree 11 in a up to 6.5, fitted for the least largest error of gelu and gelu' (Lawson's iteration with
 * the weight {@code E max(1, a)}; 3.5e-8 before rounding), with a constant of exactly 1/2. Beyond 6.5, where d is below
 * 2e-9, a is taken as 6.5. The exponential is {@code 2^n 2^f} with a polynomial of degree 5 in f from -1/2 to 1/2 (9.2e-8
 * of its value). In a sweep from -8 to 8 the largest errors are 1.6e-7 for the derivative and 1.2e-7 of max(1, |gelu|)
 * for GELU. Both are exact at 0.
 */
final class GeluTail {
    static final float END = 6.5f;

    static final float R11 = -2.5099934e-07f;
    static final float R10 = 6.4360243e-06f;
    static final float R9 = -7.4158954e-05f;
    static final float R8 = 0.0005147717f;
    static final float R7 = -0.0024537246f;
    static final float R6 = 0.008766289f;
    static final float R5 = -0.025214888f;
    static final float R4 = 0.06175817f;
    static final float R3 = -0.13274743f;
    static final float R2 = 0.24996337f;
    static final float R1 = -0.3989403f;
    static final float R0 = 0.5f;

    static final float E5 = 0.0013264727f;
    static final float E4 = 0.009671513f;
    static final float E3 = 0.055507336f;
    static final float E2 = 0.24022242f;
    static final float E1 = 0.693147f;
    static final float E0 = 1f;

    /** {@code -1 / (2 ln 2)}: from the square to the exponent of 2. */
    static final float TO_EXPONENT = -0.7213475f;

    /** {@code -1 / sqrt(2 pi)}. */
    static final float DENSITY = -0.3989423f;

    /** Added to a small number and taken off again, it rounds that to an integer, which its last bits hold between. */
    static final float ROUND = 0x1.8p23f;

    static final int EXPONENT_SHIFT = 23;
    static final int SIGN = 0x80000000;
    static final int MAGNITUDE = 0x7fffffff;

    /** As in {@link VectorGelu}: an int minimum is one instruction, a float one is six. */
    static final int END_BITS = Float.floatToRawIntBits(END);

    private GeluTail() {}
}
