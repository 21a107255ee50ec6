package org.convnext4j.model.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A dict out of a pickle, in its order. Only items under strings are kept: tensors have names, and other keys may be of any
 * kind, down to those made to share one hash. Equality is identity, so that a hostile pickle's nesting is never walked.
 */
final class PickleDict {
    private final Map<String, Object> items = new LinkedHashMap<>();

    /** Keeps the value if the key is a string. */
    void put(Object key, Object value) {
        if (key instanceof String name) {
            items.put(name, value);
        }
    }

    @Nullable
    Object get(String key) {
        return items.get(key);
    }

    /** The live entries. */
    Map<String, Object> items() {
        return items;
    }
}
