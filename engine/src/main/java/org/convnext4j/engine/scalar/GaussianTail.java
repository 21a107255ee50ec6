package org.convnext4j.engine.scalar;

/**
 * The upper tail of the standard normal distribution, {@code Q(x) = erfc(x / sqrt 2) / 2}, to about 15 digits of the
 * tail itself, not only of {@code 1 - Q}.
 *
 * <p>{@code G(x) = (1 + x) exp(x^2 / 2) Q(x)} is smooth from 0 to infinity and stays between 0.39 and 0.56, so one
 * Chebyshev series in {@code t = (x - 5) / (x + 5)}, which maps the half line to [-1, 1], covers all of it. The
 * coefficients are a discrete cosine transform of G at 64 Chebyshev nodes, computed with 40 digits; the first one left
 * out is 3e-18. For a float x the square is exact in double, so the exponential brings no error of its own.
 */
final class GaussianTail {
    /** Where the series is split between "near" and "far"; 4 to 6 need the fewest terms. */
    private static final double CENTRE = 5;

    /** Beyond this, Q(x) is below 1e-340 and underflows; also keeps infinities out of t. */
    private static final double UNDERFLOW = 40;

    private static final double[] CHEBYSHEV = {
        0.4619742120721857,
        -0.06516520239491264,
        -0.005458781501136567,
        0.01229619904556344,
        -0.006470872915703688,
        0.0022407355224168305,
        -0.0005638623774651974,
        9.984031082925812e-05,
        -9.849514843168493e-06,
        -4.032494233045217e-07,
        2.99023962013034e-07,
        -3.032070748442814e-08,
        -4.617665713929027e-09,
        1.3298288008382692e-09,
        3.007242719019045e-11,
        -4.4299537255328156e-11,
        1.3999857147018152e-12,
        1.4718957028912571e-12,
        -9.325953119165372e-14,
        -5.294681169067695e-14,
        3.958188414414517e-15,
        2.1048214642963194e-15,
        -1.345671286136144e-16,
        -9.097614914495833e-17
    };

    private GaussianTail() {}

    /**
     * {@code Q(x)}.
     *
     * @param x 0 or more, or NaN, and a float's value
     */
    static double upper(double x) {
        if (x > UNDERFLOW) {
            return 0;
        }
        double t = (x - CENTRE) / (x + CENTRE);
        return series(t) * Math.exp(-0.5 * x * x) / (1 + x);
    }

    /** Clenshaw's recurrence: the sum of c[k] T_k(t). */
    private static double series(double t) {
        double next = 0;
        double afterNext = 0;
        for (int k = CHEBYSHEV.length - 1; k > 0; k--) {
            double current = CHEBYSHEV[k] + 2 * t * next - afterNext;
            afterNext = next;
            next = current;
        }
        return CHEBYSHEV[0] + t * next - afterNext;
    }
}
