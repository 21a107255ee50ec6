package org.convnext4j.model.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Records to JSON and back. A record becomes an object with its components' names, an enum its name in lower case; the
 * other components are numbers, flags, strings and lists of numbers.
 */
final class ConfigTree {
    private ConfigTree() {}

    static ObjectNode write(Record config) {
        ObjectNode node = TrainingJson.object();
        for (RecordComponent component : config.getClass().getRecordComponents()) {
            String name = component.getName();
            Object value = get(component, config);
            if (value instanceof Record group) {
                node.set(name, write(group));
            } else if (value instanceof Enum<?> constant) {
                node.put(name, label(constant));
            } else if (value instanceof List<?> list) {
                ArrayNode array = node.putArray(name);
                list.forEach(number -> array.add((Double) number));
            } else {
                node.putPOJO(name, value);
            }
        }
        // Parsing makes number nodes of the plain values, as a file would.
        return TrainingJson.parse(config.getClass().getSimpleName(), TrainingJson.compact(node));
    }

    /** {@code base} with the values that {@code node} has. */
    static <R extends Record> R read(String source, JsonNode node, R base) {
        return read(new Source(source, flat(write(base)).keySet()), "", node, base);
    }

    /** What messages call the place that values come from, and all keys that there are. */
    private record Source(String name, Set<String> keys) {}

    private static <R extends Record> R read(Source source, String prefix, JsonNode node, R base) {
        RecordComponent[] components = base.getClass().getRecordComponents();
        requireKnown(source, prefix, node, components);
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            types[i] = component.getType();
            Object old = get(component, base);
            JsonNode value = node.get(component.getName());
            values[i] = value == null ? old : value(source, prefix + component.getName(), value, component, old);
        }
        try {
            @SuppressWarnings("unchecked")
            R result = (R) base.getClass().getDeclaredConstructor(types).newInstance(values);
            return result;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException reason) {
                throw new TrainingException(source.name() + ": " + reason.getMessage(), reason);
            }
            throw new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the value of a whole key may be, if it is one of a few words; empty otherwise. */
    static List<String> choices(Record config, String key) {
        int dot = key.indexOf('.');
        String name = dot < 0 ? key : key.substring(0, dot);
        for (RecordComponent component : config.getClass().getRecordComponents()) {
            Object value = get(component, config);
            if (component.getName().equals(name) && value instanceof Record group) {
                return choices(group, key.substring(dot + 1));
            }
            if (component.getName().equals(name) && value instanceof Enum<?> constant) {
                return choices(constant);
            }
        }
        return List.of();
    }

    private static List<String> choices(Enum<?> constant) {
        return Stream.of(constant.getDeclaringClass().getEnumConstants())
                .map(choice -> label((Enum<?>) choice))
                .toList();
    }

    private static Object value(Source source, String key, JsonNode node, RecordComponent component, Object old) {
        Class<?> type = component.getType();
        if (old instanceof Record group) {
            if (!node.isObject()) {
                throw bad(source, key, "an object of values", node);
            }
            return read(source, key + ".", node, group);
        }
        if (type == int.class && node.isIntegralNumber() && node.canConvertToInt()) {
            return node.intValue();
        }
        if (type == long.class && node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        if (type == double.class && node.isNumber() && Double.isFinite(node.doubleValue())) {
            return node.doubleValue();
        }
        if (type == boolean.class && node.isBoolean()) {
            return node.booleanValue();
        }
        if (type == String.class && node.isTextual()) {
            return node.textValue();
        }
        if (type == List.class && node.isArray()) {
            return numbers(source, key, node);
        }
        if (old instanceof Enum<?> constant && node.isTextual()) {
            for (Object choice : constant.getDeclaringClass().getEnumConstants()) {
                if (label((Enum<?>) choice).equals(node.textValue().toLowerCase(Locale.ROOT))) {
                    return choice;
                }
            }
        }
        throw bad(source, key, wanted(type, old), node);
    }

    private static List<Double> numbers(Source source, String key, JsonNode node) {
        List<Double> numbers = new ArrayList<>();
        for (JsonNode element : node) {
            if (!element.isNumber()) {
                throw bad(source, key, "a list of numbers", node);
            }
            numbers.add(element.doubleValue());
        }
        return numbers;
    }

    private static String wanted(Class<?> type, Object old) {
        if (old instanceof Enum<?> constant) {
            return "one of " + String.join(", ", choices(constant));
        }
        if (type == int.class || type == long.class) {
            return "a whole number of at most " + (type == int.class ? Integer.MAX_VALUE : Long.MAX_VALUE);
        }
        if (type == double.class) {
            return "a finite number";
        }
        if (type == boolean.class) {
            return "true or false";
        }
        return type == String.class ? "a string" : "a list of numbers";
    }

    private static void requireKnown(Source source, String prefix, JsonNode node, RecordComponent[] components) {
        List<String> known = Stream.of(components).map(RecordComponent::getName).toList();
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name) && !FormerKeys.isGone(prefix + name)) {
                throw new TrainingException(source.name() + ": " + KeyNames.complaint(prefix + name, source.keys()));
            }
        }
    }

    /** Refuses a tree that lacks a key. */
    static void requireComplete(String source, JsonNode tree, Record pattern) {
        for (Map.Entry<String, String> entry : flat(write(pattern)).entrySet()) {
            boolean missing = tree.at("/" + entry.getKey().replace('.', '/')).isMissingNode();
            if (missing && !FormerKeys.isNewer(entry.getKey())) {
                throw new TrainingException(source + ": lacks the value " + entry.getKey());
            }
        }
    }

    /** The components in which two records differ, those of records in them by their whole names. */
    static List<String> differences(Record one, Record other) {
        List<String> lines = new ArrayList<>();
        for (RecordComponent component : one.getClass().getRecordComponents()) {
            Object value = get(component, one);
            Object others = get(component, other);
            if (value.equals(others)) {
                continue;
            }
            String name = component.getName();
            if (value instanceof Record group
                    && others instanceof Record otherGroup
                    && group.getClass() == otherGroup.getClass()) {
                differences(group, otherGroup).forEach(line -> lines.add(name + "." + line));
            } else {
                lines.add(name + ": " + shown(value) + " -> " + shown(others));
            }
        }
        return lines;
    }

    private static String shown(Object value) {
        return value instanceof Enum<?> constant
                ? label(constant)
                : value.toString().replaceAll("[\\[\\] ]", "");
    }

    static List<String> differences(ObjectNode one, ObjectNode other) {
        Map<String, String> others = flat(other);
        List<String> lines = new ArrayList<>();
        flat(one).forEach((key, value) -> {
            if (!value.equals(others.get(key))) {
                lines.add(key + ": " + Setting.plain(value) + " -> " + Setting.plain(String.valueOf(others.get(key))));
            }
        });
        return lines;
    }

    /** Whole keys and the texts of their values, in the tree's order. */
    static Map<String, String> flat(ObjectNode tree) {
        Map<String, String> values = new LinkedHashMap<>();
        tree.properties().forEach(entry -> {
            if (entry.getValue() instanceof ObjectNode group) {
                flat(group).forEach((key, value) -> values.put(entry.getKey() + "." + key, value));
            } else {
                values.put(entry.getKey(), TrainingJson.compact(entry.getValue()));
            }
        });
        return values;
    }

    static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static Object get(RecordComponent component, Record config) {
        try {
            return component.getAccessor().invoke(config);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TrainingException bad(Source source, String key, String wanted, JsonNode node) {
        return new TrainingException(
                source.name() + ": " + key + " must be " + wanted + ", not " + TrainingJson.shown(node));
    }
}
