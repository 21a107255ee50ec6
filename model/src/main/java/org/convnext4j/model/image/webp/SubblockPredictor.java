package org.convnext4j.model.image.webp;

/** Predicts luma blocks of 4 x 4 (RFC 6386, 12.3). Not thread-safe. */
final class SubblockPredictor {
    private static final int CORNER = 4;

    /**
     * The samples around the block: the left ones from the bottom (0..3), the corner (4), those above from the left
     * (5..8), those above on the right (9..12), the last of which is repeated (13).
     */
    private final int[] edge = new int[14];

    private byte[] samples = {};
    private int at;
    private int stride;

    /**
     * Predicts a block.
     *
     * @param at where its first sample lies
     * @param aboveRight where the four samples above on the right are
     * @param aboveRightAt their place
     */
    void predict(int mode, Plane plane, int at, byte[] aboveRight, int aboveRightAt) {
        this.samples = plane.samples();
        this.stride = plane.stride();
        this.at = at;
        for (int i = 0; i < 4; i++) {
            edge[i] = samples[at + (3 - i) * stride - 1] & 0xff;
            edge[CORNER + 1 + i] = samples[at - stride + i] & 0xff;
            edge[CORNER + 5 + i] = aboveRight[aboveRightAt + i] & 0xff;
        }
        edge[CORNER] = samples[at - stride - 1] & 0xff;
        edge[13] = edge[12];
        switch (mode) {
            case PredictionMode.DC -> dc();
            case PredictionMode.TRUE_MOTION -> trueMotion();
            case PredictionMode.VERTICAL -> vertical();
            case PredictionMode.HORIZONTAL -> horizontal();
            case PredictionMode.RIGHT_DOWN -> diagonal(CORNER, 1, -1);
            case PredictionMode.LEFT_DOWN -> diagonal(CORNER + 2, 1, 1);
            case PredictionMode.VERTICAL_RIGHT -> verticalRight();
            case PredictionMode.VERTICAL_LEFT -> verticalLeft();
            case PredictionMode.HORIZONTAL_DOWN -> horizontalDown();
            default -> horizontalUp();
        }
    }

    private void dc() {
        int sum = 4;
        for (int i = 0; i < 4; i++) {
            sum += edge[i] + edge[CORNER + 1 + i];
        }
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                put(x, y, sum >> 3);
            }
        }
    }

    private void trueMotion() {
        for (int y = 0; y < 4; y++) {
            int base = edge[3 - y] - edge[CORNER];
            for (int x = 0; x < 4; x++) {
                put(x, y, Samples.clamp(base + edge[CORNER + 1 + x]));
            }
        }
    }

    private void vertical() {
        for (int x = 0; x < 4; x++) {
            int value = smooth(CORNER + 1 + x);
            for (int y = 0; y < 4; y++) {
                put(x, y, value);
            }
        }
    }

    private void horizontal() {
        for (int y = 0; y < 4; y++) {
            int value = y == 3 ? (edge[1] + 3 * edge[0] + 2) >> 2 : smooth(3 - y);
            for (int x = 0; x < 4; x++) {
                put(x, y, value);
            }
        }
    }

    private void diagonal(int first, int stepX, int stepY) {
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                put(x, y, smooth(first + x * stepX + y * stepY));
            }
        }
    }

    private void verticalRight() {
        for (int x = 0; x < 4; x++) {
            int even = middle(CORNER + x);
            int odd = smooth(CORNER + x);
            put(x, 0, even);
            put(x, 1, odd);
            if (x < 3) {
                put(x + 1, 2, even);
                put(x + 1, 3, odd);
            }
        }
        put(0, 2, smooth(3));
        put(0, 3, smooth(2));
    }

    private void verticalLeft() {
        for (int x = 0; x < 4; x++) {
            int even = middle(CORNER + 1 + x);
            int odd = smooth(CORNER + 2 + x);
            put(x, 0, even);
            put(x, 1, odd);
            if (x > 0) {
                put(x - 1, 2, even);
                put(x - 1, 3, odd);
            }
        }
        // these two leave the pattern
        put(3, 2, smooth(CORNER + 6));
        put(3, 3, smooth(CORNER + 7));
    }

    private void horizontalDown() {
        for (int y = 0; y < 4; y++) {
            int even = middle(3 - y);
            int odd = smooth(4 - y);
            put(0, y, even);
            put(1, y, odd);
            if (y < 3) {
                put(2, y + 1, even);
                put(3, y + 1, odd);
            }
        }
        put(2, 0, smooth(CORNER + 1));
        put(3, 0, smooth(CORNER + 2));
    }

    private void horizontalUp() {
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                int place = x + 2 * y;
                if (place > 5) {
                    put(x, y, edge[0]);
                } else if (place == 5) {
                    put(x, y, (edge[1] + 3 * edge[0] + 2) >> 2);
                } else {
                    int from = 2 - (place >> 1);
                    put(x, y, (place & 1) == 0 ? middle(from) : smooth(from));
                }
            }
        }
    }

    private int middle(int first) {
        return (edge[first] + edge[first + 1] + 1) >> 1;
    }

    private int smooth(int centre) {
        return (edge[centre - 1] + 2 * edge[centre] + edge[centre + 1] + 2) >> 2;
    }

    private void put(int x, int y, int value) {
        samples[at + y * stride + x] = (byte) value;
    }
}
