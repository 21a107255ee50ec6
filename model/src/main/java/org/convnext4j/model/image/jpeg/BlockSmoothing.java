package org.convnext4j.model.image.jpeg;

import java.util.List;

/**
 * What libjpeg-turbo shows where a progressive file's scans stop short: the first coefficients that are still 0 and not
 * known to their last bit are estimated from the means of the 5 x 5 blocks around, and, if a component has nothing but
 * means, the mean too. Not thread-safe.
 */
final class BlockSmoothing {
    /** How many coefficients in zigzag order may be estimated, the mean with them. */
    static final int COEFFICIENTS = 10;

    private static final int REACH = 2;
    private static final int SIDE = 2 * REACH + 1;
    private static final int WINDOW = SIDE * SIDE;
    private static final int WEIGHT_BITS = 8;

    /** By zigzag index, the weights in 1/256 of the 25 means where a component has no other coefficients. */
    private static final int[][] OF_MEANS = ofMeans();

    /** The same where it has some; fewer coefficients are estimated. */
    private static final int[][] OF_PARTS = ofParts();

    private final Component component;
    private final int[] factors;
    private final int[][] weights;
    private final int[] means = new int[WINDOW];
    private final short[] block = new short[Component.BLOCK_SAMPLES];

    /** For a component whose scans are all read; its factors in natural order. */
    BlockSmoothing(Component component, int[] factors) {
        this.component = component;
        this.factors = factors;
        boolean onlyMeans = true;
        for (int k = 1; k < COEFFICIENTS; k++) {
            onlyMeans &= component.knownBits[k] < 0;
        }
        this.weights = onlyMeans ? OF_MEANS : OF_PARTS;
    }

    /** Whether libjpeg-turbo smooths a progressive frame of these components, all of whose scans are read. */
    static boolean isNeeded(List<Component> components) {
        boolean needed = false;
        for (Component component : components) {
            int[] factors = component.quantisation;
            if (factors == null || component.knownBits[0] < 0) {
                return false;
            }
            for (int k = 0; k < COEFFICIENTS; k++) {
                if (factors[ZigZag.NATURAL[k]] == 0) {
                    return false;
                }
                needed |= k > 0 && component.knownBits[k] != 0;
            }
        }
        return needed;
    }

    /** The 64 coefficients of a block within the picture, in natural order; valid until the next call. */
    short[] block(int row, int column) {
        System.arraycopy(component.coefficients, at(row, column), block, 0, block.length);
        readMeans(row, column);
        for (int k = 1; k < weights.length; k++) {
            int place = ZigZag.NATURAL[k];
            int known = component.knownBits[k];
            if (known != 0 && block[place] == 0) {
                int most = known > 0 ? (1 << known) - 1 : Integer.MAX_VALUE;
                block[place] = (short) estimate(weights[k], factors[place], most);
            }
        }
        if (weights[0].length > 0) {
            block[0] = (short) estimate(weights[0], factors[0], Integer.MAX_VALUE);
        }
        return block;
    }

    private int at(int row, int column) {
        return (row * component.paddedBlockColumns + column) * Component.BLOCK_SAMPLES;
    }

    private void readMeans(int row, int column) {
        int i = 0;
        for (int neighbour : rows(row)) {
            for (int x = column - REACH; x <= column + REACH; x++) {
                means[i++] = component.coefficients[at(neighbour, inside(x))];
            }
        }
    }

    /** The column that stands for one that may be outside: the outermost, but of two the first on both sides. */
    private int inside(int column) {
        int columns = component.blockColumns;
        if (column < columns) {
            return Math.max(0, column);
        }
        return columns == 2 ? 0 : columns - 1;
    }

    /**
     * The rows that stand for those from two above to two below. As in libjpeg-turbo 2.1, a row two away counts only within
     * the MCU or if there are two more MCUs on that side; else, as beyond the picture, the nearer row stands for it.
     */
    private int[] rows(int row) {
        int each = component.vertical;
        int mcu = row / each;
        int lastMcu = component.paddedBlockRows / each - 1;
        int inMcu = row % each;
        int last = mcu < lastMcu ? each - 1 : component.blockRows - 1 - lastMcu * each;
        int above = row > 0 ? row - 1 : row;
        int below = inMcu < last || mcu < lastMcu ? row + 1 : row;
        int above2 = inMcu > 1 || mcu > 1 ? row - 2 : above;
        int below2 = inMcu + 1 < last || mcu + 1 < lastMcu ? row + 2 : below;
        return new int[] {above2, above, row, below, below2};
    }

    private int estimate(int[] weight, int factor, int most) {
        int sum = 0;
        for (int i = 0; i < WINDOW; i++) {
            sum += weight[i] * means[i];
        }
        long scaled = (long) factors[0] * sum;
        long half = (long) factor << (WEIGHT_BITS - 1);
        int size = Math.min((int) ((half + Math.abs(scaled)) / (2 * half)), most);
        return scaled < 0 ? -size : size;
    }

    private static int[][] ofMeans() {
        int[] across = {
            -1, -1, 0, 1, 1,
            -3, 13, 0, -13, 3,
            -3, 38, 0, -38, 3,
            -3, 13, 0, -13, 3,
            -1, -1, 0, 1, 1
        };
        int[] downTwice = {
            0, 0, 1, 0, 0,
            0, 2, 7, 2, 0,
            0, -5, -14, -5, 0,
            0, 2, 7, 2, 0,
            0, 0, 1, 0, 0
        };
        int[] both = {
            -1, 0, 0, 0, 1,
            0, 9, 0, -9, 0,
            0, 0, 0, 0, 0,
            0, -9, 0, 9, 0,
            1, 0, 0, 0, -1
        };
        int[] acrossThrice = {
            0, 0, 0, 0, 0,
            0, 1, 0, -1, 0,
            0, 2, 0, -2, 0,
            0, 1, 0, -1, 0,
            0, 0, 0, 0, 0
        };
        int[] acrossTwiceDown = {
            0, 0, 0, 0, 0,
            0, 1, -3, 1, 0,
            0, 0, 0, 0, 0,
            0, -1, 3, -1, 0,
            0, 0, 0, 0, 0
        };
        int[] mean = {
            -2, -6, -8, -6, -2,
            -6, 6, 42, 6, -6,
            -8, 42, 152, 42, -8,
            -6, 6, 42, 6, -6,
            -2, -6, -8, -6, -2
        };
        return new int[][] {
            mean,
            across,
            turned(across),
            downTwice,
            both,
            turned(downTwice),
            acrossThrice,
            acrossTwiceDown,
            turned(acrossTwiceDown),
            turned(acrossThrice)
        };
    }

    private static int[][] ofParts() {
        int[] across = {
            0, 0, 0, 0, 0,
            0, 0, 0, 0, 0,
            -7, 50, 0, -50, 7,
            0, 0, 0, 0, 0,
            0, 0, 0, 0, 0
        };
        int[] downTwice = {
            0, 0, -1, 0, 0,
            0, 0, 13, 0, 0,
            0, 0, -24, 0, 0,
            0, 0, 13, 0, 0,
            0, 0, -1, 0, 0
        };
        int[] both = {
            0, -1, 0, 1, 0,
            -1, 10, 0, -10, 1,
            0, 0, 0, 0, 0,
            1, -10, 0, 10, -1,
            0, 1, 0, -1, 0
        };
        return new int[][] {{}, across, turned(across), downTwice, both, turned(downTwice)};
    }

    /** The weights with rows and columns changed over. */
    private static int[] turned(int[] weights) {
        int[] out = new int[WINDOW];
        for (int i = 0; i < WINDOW; i++) {
            out[i % SIDE * SIDE + i / SIDE] = weights[i];
        }
        return out;
    }
}
