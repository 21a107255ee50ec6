package org.convnext4j.model.train;

import java.util.Collection;
import java.util.Locale;

/** What somebody who mistyped a name most likely meant. */
final class NearestName {
    private NearestName() {}

    /**
     * The known name that needs the fewest single-character insertions, deletions and replacements, ignoring case; of
     * several the first.
     *
     * @throws IllegalArgumentException if none is known
     */
    static String of(String name, Collection<String> known) {
        String nearest = null;
        int fewest = Integer.MAX_VALUE;
        for (String candidate : known) {
            int edits = edits(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
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
