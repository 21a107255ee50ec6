package org.convnext4j.model.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The fields of one JSON object with their defaults; a field that is absent or null takes its default, one of another
 * kind is a {@link ConfigException} that names file and field.
 */
public final class JsonFields {
    private static final int SHOWN_CHARACTERS = 60;

    private final String source;
    private final String prefix;
    private final JsonNode node;

    /**
     * The fields of an object.
     *
     * @param source what to call the file in messages
     * @param prefix of the fields' names in messages
     * @param node the object
     */
    public JsonFields(String source, String prefix, JsonNode node) {
        this.source = source;
        this.prefix = prefix;
        this.node = node;
    }

    /** Whether the field is there and not null. */
    public boolean has(String field) {
        return node.hasNonNull(field);
    }

    /** Whether the field is there and null, which Python's libraries tell from a field that is not there. */
    public boolean isNull(String field) {
        return node.path(field).isNull();
    }

    /** The names of all fields, in the file's order. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    JsonNode get(String field) {
        return node.path(field);
    }

    /**
     * The object in a field.
     *
     * @throws ConfigException if it is none
     */
    public JsonFields object(String field) {
        if (!node.path(field).isObject()) {
            throw bad(field, "an object");
        }
        return new JsonFields(source, prefix + field + ".", node.path(field));
    }

    /**
     * The object in a field; without fields if the field is absent or null.
     *
     * @throws ConfigException if it is another value
     */
    public JsonFields optional(String field) {
        return has(field) ? object(field) : new JsonFields(source, prefix + field + ".", MissingNode.getInstance());
    }

    /** What messages call the file. */
    String source() {
        return source;
    }

    /**
     * The finite number in a field.
     *
     * @throws ConfigException if it is none
     */
    public double number(String field, double otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        double value = node.path(field).asDouble();
        if (!node.path(field).isNumber() || !Double.isFinite(value)) {
            throw bad(field, "a finite number");
        }
        return value;
    }

    /**
     * The positive whole number in a field.
     *
     * @throws ConfigException if it is none
     */
    public int size(String field, int otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        return sizeOf(field, node.path(field));
    }

    /**
     * The string in a field.
     *
     * @throws ConfigException if it is none
     */
    public String text(String field, String otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        if (!node.path(field).isTextual()) {
            throw bad(field, "a string");
        }
        return node.path(field).asText();
    }

    /**
     * A flag, also written as a string or as 0 and 1.
     *
     * @throws ConfigException if it is none
     */
    public boolean flag(String field, boolean otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        return switch (node.path(field).asText().strip().toLowerCase(Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw bad(field, "true or false");
        };
    }

    /** Three numbers, or one that stands for all three, bare or in a list. */
    List<Float> triple(String field, List<Float> otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        JsonNode value = node.path(field);
        if (!value.isNumber() && (!value.isArray() || (value.size() != 3 && value.size() != 1))) {
            throw bad(field, "a list of three numbers");
        }
        List<Float> triple = new ArrayList<>(3);
        for (int i = 0; i < 3; i++) {
            JsonNode number = value.isArray() ? value.get(i % value.size()) : value;
            if (!number.isNumber() || !Float.isFinite(number.floatValue())) {
                throw bad(field, "a list of three finite numbers");
            }
            triple.add(number.floatValue());
        }
        return List.copyOf(triple);
    }

    /**
     * The positive whole numbers in a list; empty if the field is absent.
     *
     * @throws ConfigException if it is no such list
     */
    public List<Integer> sizes(String field) {
        List<Integer> sizes = new ArrayList<>();
        if (has(field)) {
            if (!node.path(field).isArray()) {
                throw bad(field, "a list of whole numbers");
            }
            node.path(field).forEach(value -> sizes.add(sizeOf(field, value)));
        }
        return List.copyOf(sizes);
    }

    /**
     * Whole numbers of 1 or more for each of several things: a list with one for each, or one that stands for all.
     *
     * @throws ConfigException if it is neither
     */
    public List<Integer> sizes(String field, int things) {
        if (!node.path(field).isArray()) {
            return Collections.nCopies(things, sizeOf(field, node.path(field)));
        }
        List<Integer> sizes = sizes(field);
        if (sizes.size() != things) {
            throw bad(field, "a list of " + things + " whole numbers");
        }
        return sizes;
    }

    /** Channels, height and width in a list; timm's order. */
    int[] chw(String field, int[] otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        JsonNode value = node.path(field);
        if (!value.isArray() || value.size() != 3) {
            throw bad(field, "a list [channels, height, width]");
        }
        return new int[] {sizeOf(field, value.get(0)), sizeOf(field, value.get(1)), sizeOf(field, value.get(2))};
    }

    /** An exception that says what a field must be and what it is. */
    public ConfigException bad(String field, String wanted) {
        return new ConfigException(
                source, "field " + prefix + cut(field) + " must be " + wanted + ", but is " + shown(node.path(field)));
    }

    /** An exception that says what else is wrong with a field. */
    public ConfigException unusable(String field, String problem) {
        return new ConfigException(
                source, "field " + prefix + cut(field) + ", " + shown(node.path(field)) + ", " + problem);
    }

    private static String shown(JsonNode value) {
        return cut(value.isMissingNode() ? "missing" : value.toString());
    }

    /** A part of a file in a message, or its beginning if it is longer than anybody would read. */
    static String cut(String text) {
        return text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "..." : text;
    }

    private int sizeOf(String field, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
            throw bad(field, "a positive whole number");
        }
        return value.intValue();
    }
}
