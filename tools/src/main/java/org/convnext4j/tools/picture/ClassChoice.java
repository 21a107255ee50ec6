package org.convnext4j.tools.picture;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.convnext4j.model.data.ClassLookup;
import org.convnext4j.model.image.Labels;
import org.convnext4j.tools.output.ToolException;

/** A class on the command line: its number or its name. */
final class ClassChoice {
    private static final int LISTED = 10;

    private ClassChoice() {}

    /**
     * The number of the class that is meant. A number that the model has is that class, whatever others are called.
     *
     * @param word what the user wrote
     * @param model what to call the model in messages
     * @throws ToolException if there is none or more than one; the message lists what may be meant
     */
    static int of(String word, Labels labels, String model) {
        boolean number = word.matches("[+-]?\\d{1,9}");
        if (number && Integer.parseInt(word) >= 0 && Integer.parseInt(word) < labels.size()) {
            return Integer.parseInt(word);
        }
        ClassLookup lookup = new ClassLookup(labels);
        List<Integer> found = lookup.find(word);
        if (found.size() == 1) {
            return found.get(0);
        }
        if (!found.isEmpty()) {
            throw new ToolException(model + ": " + found.size() + " classes are called " + word + ": "
                    + list(found, labels) + "; give the number in brackets");
        }
        String none = model + ": has no class " + word;
        if (number) {
            throw new ToolException(none + "; its classes are 0 to " + (labels.size() - 1));
        }
        List<Integer> near = lookup.near(word);
        throw new ToolException(none + "; " + (near.isEmpty() ? "there are " : "did you mean ")
                + list(near.isEmpty() ? all(labels) : near, labels)
                + (near.isEmpty() ? "" : "?"));
    }

    private static List<Integer> all(Labels labels) {
        return IntStream.range(0, labels.size()).boxed().toList();
    }

    private static String list(List<Integer> classes, Labels labels) {
        String more = classes.size() > LISTED ? " and " + (classes.size() - LISTED) + " more" : "";
        return classes.stream()
                        .limit(LISTED)
                        .map(index -> labels.name(index) + " [" + index + "]")
                        .collect(Collectors.joining(", "))
                + more;
    }
}
