package org.convnext4j.model.weights;

import java.util.Collection;
import java.util.stream.Collectors;

/** Tensor names in messages, which a hostile file must not make as long as itself. */
final class Names {
    private static final int MAX_LENGTH = 200;

    private Names() {}

    /** The first {@code max} names and how many there are more. */
    static String list(Collection<String> names, int max) {
        String shown = names.stream().limit(max).map(Names::cut).collect(Collectors.joining(", "));
        return names.size() > max ? shown + " and " + (names.size() - max) + " more" : shown;
    }

    /** A name, or its beginning if it is longer than any tensor's. */
    static String cut(String name) {
        return name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH) + "..." : name;
    }
}
