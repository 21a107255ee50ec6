package org.convnext4j.model.image.webp;

/** Smooths the samples on both sides of an edge (RFC 6386, 15). */
final class EdgeFilter {
    private EdgeFilter() {}

    /**
     * The simple filter.
     *
     * @param at the first sample after the edge
     * @param across the distance between samples across the edge
     * @param along the distance between samples along it
     * @param count how many samples there are along it
     * @param limit the most that the two sides may differ
     */
    static void simple(byte[] samples, int at, int across, int along, int count, int limit) {
        int twice = 2 * limit + 1;
        for (int i = 0, q = at; i < count; i++, q += along) {
            if (isWithin(samples, q, across, twice)) {
                smoothTwo(samples, q, across);
            }
        }
    }

    /** The normal filter at the edge of a macroblock; {@code limit} is that of this kind of edge. */
    static void outer(byte[] samples, int at, int across, int along, int count, int limit, FilterStrength strength) {
        int twice = 2 * limit + 1;
        for (int i = 0, q = at; i < count; i++, q += along) {
            if (isWithin(samples, q, across, twice) && isFlat(samples, q, across, strength.interiorLimit())) {
                if (isDetailed(samples, q, across, strength.varianceThreshold())) {
                    smoothTwo(samples, q, across);
                } else {
                    smoothSix(samples, q, across);
                }
            }
        }
    }

    /** The normal filter at an edge inside a macroblock. */
    static void inner(byte[] samples, int at, int across, int along, int count, FilterStrength strength) {
        int twice = 2 * strength.edgeLimit() + 1;
        for (int i = 0, q = at; i < count; i++, q += along) {
            if (isWithin(samples, q, across, twice) && isFlat(samples, q, across, strength.interiorLimit())) {
                if (isDetailed(samples, q, across, strength.varianceThreshold())) {
                    smoothTwo(samples, q, across);
                } else {
                    smoothFour(samples, q, across);
                }
            }
        }
    }

    private static boolean isWithin(byte[] s, int q, int step, int twice) {
        return 4 * distance(s, q - step, q) + distance(s, q - 2 * step, q + step) <= twice;
    }

    private static boolean isFlat(byte[] s, int q, int step, int limit) {
        return distance(s, q - 4 * step, q - 3 * step) <= limit
                && distance(s, q - 3 * step, q - 2 * step) <= limit
                && distance(s, q - 2 * step, q - step) <= limit
                && distance(s, q + 3 * step, q + 2 * step) <= limit
                && distance(s, q + 2 * step, q + step) <= limit
                && distance(s, q + step, q) <= limit;
    }

    private static boolean isDetailed(byte[] s, int q, int step, int threshold) {
        return distance(s, q - 2 * step, q - step) > threshold || distance(s, q + step, q) > threshold;
    }

    private static void smoothTwo(byte[] s, int q, int step) {
        int p0 = s[q - step] & 0xff;
        int q0 = s[q] & 0xff;
        int a = 3 * (q0 - p0) + toSigned((s[q - 2 * step] & 0xff) - (s[q + step] & 0xff));
        s[q - step] = Samples.clamp(p0 + rounded(a + 3));
        s[q] = Samples.clamp(q0 - rounded(a + 4));
    }

    private static void smoothFour(byte[] s, int q, int step) {
        int p1 = s[q - 2 * step] & 0xff;
        int p0 = s[q - step] & 0xff;
        int q0 = s[q] & 0xff;
        int q1 = s[q + step] & 0xff;
        int a = 3 * (q0 - p0);
        int near = rounded(a + 4);
        int far = (near + 1) >> 1;
        s[q - 2 * step] = Samples.clamp(p1 + far);
        s[q - step] = Samples.clamp(p0 + rounded(a + 3));
        s[q] = Samples.clamp(q0 - near);
        s[q + step] = Samples.clamp(q1 - far);
    }

    private static void smoothSix(byte[] s, int q, int step) {
        int p2 = s[q - 3 * step] & 0xff;
        int p1 = s[q - 2 * step] & 0xff;
        int p0 = s[q - step] & 0xff;
        int q0 = s[q] & 0xff;
        int q1 = s[q + step] & 0xff;
        int q2 = s[q + 2 * step] & 0xff;
        int a = toSigned(3 * (q0 - p0) + toSigned(p1 - q1));
        int near = (27 * a + 63) >> 7;
        int middle = (18 * a + 63) >> 7;
        int far = (9 * a + 63) >> 7;
        s[q - 3 * step] = Samples.clamp(p2 + far);
        s[q - 2 * step] = Samples.clamp(p1 + middle);
        s[q - step] = Samples.clamp(p0 + near);
        s[q] = Samples.clamp(q0 - near);
        s[q + step] = Samples.clamp(q1 - middle);
        s[q + 2 * step] = Samples.clamp(q2 - far);
    }

    private static int distance(byte[] s, int a, int b) {
        return Math.abs((s[a] & 0xff) - (s[b] & 0xff));
    }

    private static int toSigned(int value) {
        return Math.clamp(value, -128, 127);
    }

    private static int rounded(int eighths) {
        return Math.clamp(eighths >> 3, -16, 15);
    }
}
