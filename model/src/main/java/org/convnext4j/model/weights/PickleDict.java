package org.convnext4j.model.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A dict out of a pickle, in its order. Equality is identity, so that a hostile pickle's nesting is never walked. */
final class PickleDict {
    private final Map<Object, Object> items = new LinkedHashMap<>();

    void put(Object key, Object value) {
        items.put(key, value);
    }

    @Nullable
    Object get(String key) {
        return items.get(key);
    }

    /** The live entries. */
    Map<Object, Object> items() {
        return items;
    }
}
