package org.convnext4j.model.image.jpeg;

import java.util.List;
import java.util.Objects;

/** Huffman coding of whole blocks: baseline and extended frames. Not thread-safe. */
final class SequentialCoding implements Coding {
    private static final int ZERO_RUN = 0xf0;

    private final BitReader in;
    private final List<Component> components;

    SequentialCoding(BitReader in, List<Component> components) {
        this.in = in;
        this.components = components;
    }

    @Override
    public void restart() {
        components.forEach(component -> component.predictor = 0);
    }

    @Override
    public boolean block(Component component, short[] out, int to) {
        BitReader bits = in;
        int size = bits.symbol(Objects.requireNonNull(component.dc));
        if (size != 0) {
            component.predictor += bits.value(size);
        }
        out[to] = (short) component.predictor;
        HuffmanTable table = Objects.requireNonNull(component.ac);
        int[] places = ZigZag.NATURAL;
        boolean flat = true;
        for (int k = 1; k < Component.BLOCK_SAMPLES; k++) {
            int symbol = bits.symbol(table);
            int n = symbol & 15;
            if (n != 0) {
                k += symbol >> 4;
                out[to + places[k]] = (short) bits.value(n);
                flat = false;
            } else if (symbol == ZERO_RUN) {
                k += 15;
            } else {
                break;
            }
        }
        return flat;
    }
}
