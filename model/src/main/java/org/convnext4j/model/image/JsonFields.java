package org.convnext4j.model.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The fields of one JSON object with their defaults; a field that is absent or null takes its default, one of another
 * kind is a {@link ConfigException} that names file and field.
 */
public final class JsonFields {
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

    /** A flag, also written as a string or as 0 and 1. */
    boolean flag(String field, boolean otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        return switch (node.path(field).asText().strip().toLowerCase(Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw bad(field, "true or false");
        };
    }

    /** Three numbers, or one that stands for all three. */
    List<Float> triple(String field, List<Float> otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        JsonNode value = node.path(field);
        if (!value.isNumber() && (!value.isArray() || value.size() != 3)) {
            throw bad(field, "a list of three numbers");
        }
        List<Float> triple = new ArrayList<>(3);
        for (int i = 0; i < 3; i++) {
            JsonNode number = value.isArray() ? value.get(i) : value;
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
        String found = node.path(field).toString();
        String shown = found.length() > 60 ? found.substring(0, 60) + "..." : found;
        return new ConfigException(source, "field " + prefix + field + " must be " + wanted + ", but is " + shown);
    }

    private int sizeOf(String field, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
            throw bad(field, "a positive whole number");
        }
        return value.intValue();
    }
}
