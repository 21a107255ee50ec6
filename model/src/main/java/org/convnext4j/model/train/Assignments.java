package org.convnext4j.model.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Texts like {@code optimizer.learningRate=4e-3}, as a JSON tree. */
final class Assignments {
    private Assignments() {}

    /** The tree of all assignments; {@code config} tells which keys there are and of what kind. */
    static ObjectNode tree(List<String> assignments, TrainingConfig config) {
        Map<String, String> known = ConfigTree.flat(ConfigTree.write(config));
        ObjectNode tree = TrainingJson.object();
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals <= 0) {
                throw new TrainingException(
                        "\"" + assignment + "\" sets no value; write key=value, such as optimizer.learningRate=0.001");
            }
            String key = whole(assignment.substring(0, equals).strip(), known);
            String text = assignment.substring(equals + 1).strip();
            int dot = key.indexOf('.');
            ObjectNode group = dot < 0 ? tree : tree.withObjectProperty(key.substring(0, dot));
            put(group, key.substring(dot + 1), text, known.getOrDefault(key, ""));
        }
        return tree;
    }

    private static String whole(String key, Map<String, String> known) {
        if (known.containsKey(key)) {
            return key;
        }
        FormerKeys.refuse(key);
        List<String> endings =
                known.keySet().stream().filter(name -> name.endsWith("." + key)).toList();
        // Even where it ends one key only: "size=224" must not become a batch of 224.
        List<String> ambiguous = KeyNames.ambiguous(key, known.keySet());
        if (endings.size() == 1 && ambiguous.isEmpty()) {
            return endings.get(0);
        }
        if (!endings.isEmpty()) {
            List<String> possible = ambiguous.isEmpty() ? endings : ambiguous;
            throw new TrainingException(
                    key + " may mean any of " + String.join(", ", possible) + "; write the whole key");
        }
        throw new TrainingException(KeyNames.complaint(key, known.keySet()));
    }

    /** A value of the kind that the old one, as JSON text, has; what does not parse stays a string, to be refused. */
    private static void put(ObjectNode group, String name, String text, String old) {
        char kind = old.charAt(0);
        if (kind == '[') {
            ArrayNode array = group.putArray(name);
            for (String number : text.replaceAll("^\\[|]$", "").split(",", -1)) {
                number(number).ifPresentOrElse(array::add, () -> array.add(number));
            }
        } else if (kind == 't' || kind == 'f') {
            if (text.equals("true") || text.equals("false")) {
                group.put(name, text.equals("true"));
            } else {
                group.put(name, text);
            }
        } else if (kind == '"') {
            group.put(name, text);
        } else {
            number(text).ifPresentOrElse(value -> put(group, name, value), () -> group.put(name, text));
        }
    }

    /** Whole numbers without a fraction become integers, as in a JSON text. */
    private static void put(ObjectNode group, String name, BigDecimal value) {
        if (value.scale() == 0) {
            group.put(name, value.toBigInteger());
        } else {
            group.put(name, value);
        }
    }

    private static Optional<BigDecimal> number(String text) {
        try {
            return Optional.of(new BigDecimal(text.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
