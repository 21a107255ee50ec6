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
        if (endings.size() == 1) {
            return endings.get(0);
        }
        if (endings.size() > 1) {
            throw new TrainingException(
                    key + " may mean any of " + String.join(", ", endings) + "; write the whole key");
        }
        List<String> candidates = key.indexOf('.') >= 0
                ? List.copyOf(known.keySet())
                : known.keySet().stream()
                        .map(name -> name.substring(name.indexOf('.') + 1))
                        .toList();
        throw new TrainingException(
                "no value is called " + key + "; the nearest is " + NearestName.of(key, candidates));
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
