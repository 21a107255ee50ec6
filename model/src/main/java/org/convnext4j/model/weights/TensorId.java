package org.convnext4j.model.weights;

import java.util.Comparator;

/**
 * Which tensor, in any layout; in the order of the facebook state dict.
 *
 * @param part its kind
 * @param stage 0 to 3; 0 where the kind exists once
 * @param block within the stage; 0 outside blocks
 * @param bias whether it is the bias; false for a gamma
 */
record TensorId(Part part, int stage, int block, boolean bias) implements Comparable<TensorId> {
    private static final Comparator<TensorId> STATE_DICT = Comparator.comparing((TensorId id) -> id.part.section())
            .thenComparingInt(TensorId::stage)
            .thenComparingInt(TensorId::block)
            .thenComparing(TensorId::part)
            .thenComparing(TensorId::bias);

    @Override
    public int compareTo(TensorId other) {
        return STATE_DICT.compare(this, other);
    }
}
