package org.convnext4j.model.run;

import java.util.Set;

/**
 * What a forward pass is to compute; nothing beyond it is computed.
 *
 * @param stages the stages, from 0, whose maps are wanted
 * @param normed whether these maps are wanted after the stages' own norms
 * @param embedding whether the embedding is wanted
 * @param logits whether the logits are wanted
 */
public record Wanted(Set<Integer> stages, boolean normed, boolean embedding, boolean logits) {
    /** The logits alone. */
    public static final Wanted LOGITS = new Wanted(Set.of(), false, false, true);

    /** The embedding alone. */
    public static final Wanted EMBEDDING = new Wanted(Set.of(), false, true, false);

    /** Copies the set. */
    public Wanted {
        stages = Set.copyOf(stages);
    }
}
