package org.convnext4j.model.failure;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** What somebody who mistyped a name most likely meant. */
public final class NearestName {
    /** What fewer letters begin could be anything. */
    private static final int SHORTEST_BEGINNING = 3;

    private NearestName() {}

    /**
     * The known name that was most likely meant: the nearest, if it differs in few characters (one, and one more for
     * each four of the name), else the first that begins with the name. Case does not count.
     *
     * @return empty if no known name is like it
     */
    public static Optional<String> near(String name, Collection<String> known) {
        if (known.isEmpty()) {
            return Optional.empty();
        }
        String nearest = of(name, known);
        int edits = edits(lower(name), lower(nearest));
        if (edits <= 1 + name.length() / 4 && edits < name.length()) {
            return Optional.of(nearest);
        }
        return known.stream()
                .filter(candidate -> name.length() >= SHORTEST_BEGINNING)
                .filter(candidate -> lower(candidate).startsWith(lower(name)))
                .findFirst();
    }

    /**
     * The known name that needs the fewest single-character insertions, deletions and replacements, ignoring case; of
     * several the first.
     *
     * @throws IllegalArgumentException if none is known
     */
    public static String of(String name, Collection<String> known) {
        String nearest = null;
        int fewest = Integer.MAX_VALUE;
        for (String candidate : known) {
            int edits = edits(lower(name), lower(candidate));
            if (edits < fewest) {
                nearest = candidate;
                fewest = edits;
            }
        }
        if (nearest == null) {
            throw new IllegalArgumentException("no names are known");
        }
        return nearest;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** The Levenshtein distance. */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replace = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
