package org.convnext4j.model.weights;

import java.util.List;

/**
 * A tuple or list out of a pickle. Equality is identity, so that a hostile pickle's nesting is never walked.
 */
final class PickleTuple {
    private final List<Object> items;

    PickleTuple(List<Object> items) {
        this.items = items;
    }

    /** The live items; a list grows while its pickle is read. */
    List<Object> items() {
        return items;
    }
}
