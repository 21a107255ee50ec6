package org.convnext4j.model.image.jpeg;

import java.util.Objects;

/** Huffman coding of some coefficients and some bits of them: a scan of a progressive frame. Not thread-safe. */
final class ProgressiveCoding implements Coding {
    private final BitReader in;
    private final Scan scan;
    private int blocksWithoutData;

    ProgressiveCoding(BitReader in, Scan scan) {
        this.in = in;
        this.scan = scan;
    }

    @Override
    public void restart() {
        scan.components().forEach(component -> component.predictor = 0);
        blocksWithoutData = 0;
    }

    @Override
    public boolean block(Component component, short[] out, int to) {
        if (scan.first() == 0) {
            if (scan.high() == 0) {
                firstOfLevel(component, out, to);
            } else {
                out[to] |= (short) (in.number(1) << scan.low());
            }
        } else if (scan.high() == 0) {
            first(Objects.requireNonNull(component.ac), out, to);
        } else {
            refine(Objects.requireNonNull(component.ac), out, to);
        }
        return false;
    }

    private void firstOfLevel(Component component, short[] out, int to) {
        int size = in.symbol(Objects.requireNonNull(component.dc));
        if (size != 0) {
            component.predictor += in.value(size);
        }
        out[to] = (short) (component.predictor << scan.low());
    }

    private void first(HuffmanTable table, short[] out, int to) {
        if (blocksWithoutData > 0) {
            blocksWithoutData--;
            return;
        }
        for (int k = scan.first(); k <= scan.last(); k++) {
            int symbol = in.symbol(table);
            int run = symbol >> 4;
            int size = symbol & 15;
            if (size != 0) {
                k += run;
                out[to + ZigZag.NATURAL[k]] = (short) (in.value(size) << scan.low());
            } else if (run == 15) {
                k += 15;
            } else {
                blocksWithoutData = runOfBlocks(run) - 1;
                return;
            }
        }
    }

    /** How many blocks, this one too, have no more new coefficients. */
    private int runOfBlocks(int bits) {
        return (1 << bits) + in.number(bits);
    }

    private void refine(HuffmanTable table, short[] out, int to) {
        int bit = 1 << scan.low();
        int k = scan.first();
        if (blocksWithoutData == 0) {
            while (k <= scan.last()) {
                int symbol = in.symbol(table);
                int run = symbol >> 4;
                int fresh = 0;
                if ((symbol & 15) != 0) {
                    fresh = in.number(1) == 0 ? -bit : bit;
                } else if (run != 15) {
                    blocksWithoutData = runOfBlocks(run);
                    break;
                }
                k = pass(run, k, out, to, bit);
                if (fresh != 0) {
                    out[to + ZigZag.NATURAL[k]] = (short) fresh;
                }
                k++;
            }
        }
        if (blocksWithoutData > 0) {
            pass(Component.BLOCK_SAMPLES, k, out, to, bit);
            blocksWithoutData--;
        }
    }

    /** Reads a bit for each coefficient on the way past {@code zeros} zeros; gives the index of the zero after them. */
    private int pass(int zeros, int from, short[] out, int to, int bit) {
        int left = zeros;
        int k = from;
        for (; k <= scan.last(); k++) {
            int at = to + ZigZag.NATURAL[k];
            int value = out[at];
            if (value == 0) {
                if (--left < 0) {
                    break;
                }
            } else if (in.number(1) != 0 && (value & bit) == 0) {
                out[at] = (short) (value + (value >= 0 ? bit : -bit));
            }
        }
        return k;
    }
}
