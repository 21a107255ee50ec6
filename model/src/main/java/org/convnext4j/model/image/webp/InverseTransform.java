package org.convnext4j.model.image.webp;

/** The inverse transforms of blocks of 4 x 4 coefficients (RFC 6386, 14.3 and 14.4). Not thread-safe. */
final class InverseTransform {
    /** The block after its columns are transformed. */
    private final int[] columns = new int[16];

    /**
     * Spreads the second-order block over the luma blocks.
     *
     * @param blocks coefficients of blocks, of which the first 16 take theirs
     * @param from where the second-order block lies
     */
    void walshHadamard(short[] blocks, int from) {
        for (int i = 0; i < 4; i++) {
            int outer = blocks[from + i] + blocks[from + 12 + i];
            int inner = blocks[from + 4 + i] + blocks[from + 8 + i];
            int innerDifference = blocks[from + 4 + i] - blocks[from + 8 + i];
            int outerDifference = blocks[from + i] - blocks[from + 12 + i];
            columns[i] = outer + inner;
            columns[4 + i] = outerDifference + innerDifference;
            columns[8 + i] = outer - inner;
            columns[12 + i] = outerDifference - innerDifference;
        }
        for (int i = 0; i < 16; i += 4) {
            int first = columns[i] + 3;
            int outer = first + columns[i + 3];
            int inner = columns[i + 1] + columns[i + 2];
            int innerDifference = columns[i + 1] - columns[i + 2];
            int outerDifference = first - columns[i + 3];
            int to = 16 * i;
            blocks[to] = (short) ((outer + inner) >> 3);
            blocks[to + 16] = (short) ((outerDifference + innerDifference) >> 3);
            blocks[to + 32] = (short) ((outer - inner) >> 3);
            blocks[to + 48] = (short) ((outerDifference - innerDifference) >> 3);
        }
    }

    /** Adds the inverse DCT of the coefficients at {@code from} to a block of samples. */
    void add(short[] in, int from, byte[] samples, int at, int stride) {
        for (int i = 0; i < 4; i++) {
            int c0 = in[from + i];
            int c1 = in[from + 4 + i];
            int c2 = in[from + 8 + i];
            int c3 = in[from + 12 + i];
            int a = c0 + c2;
            int b = c0 - c2;
            int c = sine(c1) - cosine(c3);
            int d = cosine(c1) + sine(c3);
            columns[4 * i] = a + d;
            columns[4 * i + 1] = b + c;
            columns[4 * i + 2] = b - c;
            columns[4 * i + 3] = a - d;
        }
        for (int y = 0; y < 4; y++) {
            int c0 = columns[y] + 4;
            int c1 = columns[4 + y];
            int c2 = columns[8 + y];
            int c3 = columns[12 + y];
            int a = c0 + c2;
            int b = c0 - c2;
            int c = sine(c1) - cosine(c3);
            int d = cosine(c1) + sine(c3);
            int to = at + y * stride;
            samples[to] = Samples.clamp((samples[to] & 0xff) + ((a + d) >> 3));
            samples[to + 1] = Samples.clamp((samples[to + 1] & 0xff) + ((b + c) >> 3));
            samples[to + 2] = Samples.clamp((samples[to + 2] & 0xff) + ((b - c) >> 3));
            samples[to + 3] = Samples.clamp((samples[to + 3] & 0xff) + ((a - d) >> 3));
        }
    }

    /** Adds the inverse DCT of a block whose first coefficient alone is not 0. */
    static void addConstant(int coefficient, byte[] samples, int at, int stride) {
        int constant = (coefficient + 4) >> 3;
        for (int y = 0; y < 4; y++) {
            int row = at + y * stride;
            for (int x = row; x < row + 4; x++) {
                samples[x] = Samples.clamp((samples[x] & 0xff) + constant);
            }
        }
    }

    // sqrt(2) * cos(pi / 8) in 65536ths
    private static int cosine(int value) {
        return value + ((value * 20091) >> 16);
    }

    // sqrt(2) * sin(pi / 8)
    private static int sine(int value) {
        return (value * 35468) >> 16;
    }
}
