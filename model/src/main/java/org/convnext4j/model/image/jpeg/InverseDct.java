package org.convnext4j.model.image.jpeg;

/**
 * The inverse transform of a block, in the 13-bit fixed point of libjpeg's accurate integer method; sums that leave 16
 * bits in damaged files wrap and saturate as in libjpeg-turbo's vector code. Not thread-safe.
 */
final class InverseDct {
    private static final int CONSTANT_BITS = 13;
    private static final int FIRST_BITS = 2;
    private static final int FIRST_SHIFT = CONSTANT_BITS - FIRST_BITS;
    private static final int FIRST_HALF = 1 << (FIRST_SHIFT - 1);
    private static final int LAST_SHIFT = CONSTANT_BITS + FIRST_BITS + 3;
    private static final int LAST_HALF = 1 << (LAST_SHIFT - 1);

    // The rotations' sums of cosines, times 2^13.
    private static final int C0_298 = 2446;
    private static final int C0_390 = 3196;
    private static final int C0_541 = 4433;
    private static final int C0_765 = 6270;
    private static final int C0_899 = 7373;
    private static final int C1_175 = 9633;
    private static final int C1_501 = 12299;
    private static final int C1_847 = 15137;
    private static final int C1_961 = 16069;
    private static final int C2_053 = 16819;
    private static final int C2_562 = 20995;
    private static final int C3_072 = 25172;

    private final int[] between = new int[Component.BLOCK_SAMPLES];

    /**
     * Writes a block's samples.
     *
     * @param in 64 coefficients in natural order from {@code from} on
     * @param table 64 factors in natural order
     * @param out where the first sample goes is {@code to}, the next row {@code stride} further
     */
    void block(short[] in, int from, int[] table, byte[] out, int to, int stride) {
        if (isFlat(in, from)) {
            flat(in[from], table[0], out, to, stride);
            return;
        }
        for (int x = 0; x < Component.BLOCK; x++) {
            column(in, from, table, x);
        }
        for (int y = 0; y < Component.BLOCK; y++) {
            row(y * Component.BLOCK, out, to + y * stride);
        }
    }

    private static boolean isFlat(short[] in, int from) {
        return isZero(in, from, 1);
    }

    private static boolean hasOneRow(short[] in, int from) {
        return isZero(in, from, Component.BLOCK);
    }

    private static boolean isZero(short[] in, int from, int first) {
        for (int i = first; i < Component.BLOCK_SAMPLES; i++) {
            if (in[from + i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** The same for a block that has only its first coefficient. */
    static void flat(short first, int factor, byte[] out, int to, int stride) {
        int level = (short) ((first * factor) << FIRST_BITS);
        byte sample = sample((level + (1 << (FIRST_BITS + 2))) >> (FIRST_BITS + 3));
        for (int y = 0; y < Component.BLOCK; y++) {
            int start = to + y * stride;
            for (int x = 0; x < Component.BLOCK; x++) {
                out[start + x] = sample;
            }
        }
    }

    private void column(short[] in, int from, int[] table, int x) {
        int[] w = between;
        int at = from + x;
        if ((in[at + 8] | in[at + 16] | in[at + 24] | in[at + 32] | in[at + 40] | in[at + 48] | in[at + 56]) == 0) {
            int level = (short) (in[at] * table[x]) << FIRST_BITS;
            if (level != (short) level) {
                level = hasOneRow(in, from) ? (short) level : saturated(level);
            }
            for (int i = x; i < Component.BLOCK_SAMPLES; i += Component.BLOCK) {
                w[i] = level;
            }
            return;
        }
        int in2 = (short) (in[at + 16] * table[x + 16]);
        int in6 = (short) (in[at + 48] * table[x + 48]);
        int in0 = (short) (in[at] * table[x]);
        int in4 = (short) (in[at + 32] * table[x + 32]);
        int turned = (in2 + in6) * C0_541;
        int even2 = turned - in6 * C1_847;
        int even3 = turned + in2 * C0_765;
        int even0 = (short) (in0 + in4) << CONSTANT_BITS;
        int even1 = (short) (in0 - in4) << CONSTANT_BITS;
        int a0 = even0 + even3 + FIRST_HALF;
        int a3 = even0 - even3 + FIRST_HALF;
        int a1 = even1 + even2 + FIRST_HALF;
        int a2 = even1 - even2 + FIRST_HALF;

        int in7 = (short) (in[at + 56] * table[x + 56]);
        int in5 = (short) (in[at + 40] * table[x + 40]);
        int in3 = (short) (in[at + 24] * table[x + 24]);
        int in1 = (short) (in[at + 8] * table[x + 8]);
        int z1 = (in7 + in1) * -C0_899;
        int z2 = (in5 + in3) * -C2_562;
        int s3 = (short) (in7 + in3);
        int s4 = (short) (in5 + in1);
        int z5 = (s3 + s4) * C1_175;
        int z3 = z5 - s3 * C1_961;
        int z4 = z5 - s4 * C0_390;
        int odd0 = in7 * C0_298 + z1 + z3;
        int odd1 = in5 * C2_053 + z2 + z4;
        int odd2 = in3 * C3_072 + z2 + z3;
        int odd3 = in1 * C1_501 + z1 + z4;

        w[x] = saturated((a0 + odd3) >> FIRST_SHIFT);
        w[x + 56] = saturated((a0 - odd3) >> FIRST_SHIFT);
        w[x + 8] = saturated((a1 + odd2) >> FIRST_SHIFT);
        w[x + 48] = saturated((a1 - odd2) >> FIRST_SHIFT);
        w[x + 16] = saturated((a2 + odd1) >> FIRST_SHIFT);
        w[x + 40] = saturated((a2 - odd1) >> FIRST_SHIFT);
        w[x + 24] = saturated((a3 + odd0) >> FIRST_SHIFT);
        w[x + 32] = saturated((a3 - odd0) >> FIRST_SHIFT);
    }

    private void row(int at, byte[] out, int to) {
        int[] w = between;
        int in2 = w[at + 2];
        int in6 = w[at + 6];
        int turned = (in2 + in6) * C0_541;
        int even2 = turned - in6 * C1_847;
        int even3 = turned + in2 * C0_765;
        int even0 = (short) (w[at] + w[at + 4]) << CONSTANT_BITS;
        int even1 = (short) (w[at] - w[at + 4]) << CONSTANT_BITS;
        int a0 = even0 + even3 + LAST_HALF;
        int a3 = even0 - even3 + LAST_HALF;
        int a1 = even1 + even2 + LAST_HALF;
        int a2 = even1 - even2 + LAST_HALF;

        int in7 = w[at + 7];
        int in5 = w[at + 5];
        int in3 = w[at + 3];
        int in1 = w[at + 1];
        int z1 = (in7 + in1) * -C0_899;
        int z2 = (in5 + in3) * -C2_562;
        int s3 = (short) (in7 + in3);
        int s4 = (short) (in5 + in1);
        int z5 = (s3 + s4) * C1_175;
        int z3 = z5 - s3 * C1_961;
        int z4 = z5 - s4 * C0_390;
        int odd0 = in7 * C0_298 + z1 + z3;
        int odd1 = in5 * C2_053 + z2 + z4;
        int odd2 = in3 * C3_072 + z2 + z3;
        int odd3 = in1 * C1_501 + z1 + z4;

        out[to] = sample((a0 + odd3) >> LAST_SHIFT);
        out[to + 7] = sample((a0 - odd3) >> LAST_SHIFT);
        out[to + 1] = sample((a1 + odd2) >> LAST_SHIFT);
        out[to + 6] = sample((a1 - odd2) >> LAST_SHIFT);
        out[to + 2] = sample((a2 + odd1) >> LAST_SHIFT);
        out[to + 5] = sample((a2 - odd1) >> LAST_SHIFT);
        out[to + 3] = sample((a3 + odd0) >> LAST_SHIFT);
        out[to + 4] = sample((a3 - odd0) >> LAST_SHIFT);
    }

    private static int saturated(int value) {
        return Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, value));
    }

    private static byte sample(int centred) {
        return (byte) (Math.max(-128, Math.min(127, centred)) + 128);
    }
}
