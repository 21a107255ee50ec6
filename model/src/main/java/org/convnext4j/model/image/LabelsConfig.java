package org.convnext4j.model.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.convnext4j.model.failure.Wording;
import org.jspecify.annotations.Nullable;

/** Reads the names of a classifier's outputs from a {@code config.json}. */
final class LabelsConfig {
    private static final int IMAGENET_22K_CLASSES = 21_841;
    private static final List<Integer> IMAGENET_22K_GAPS = List.of(9205, 15_027);
    private static final String TIMM_NAMES = "label_names";

    /** What a file that is nothing but names is called as a field. */
    private static final String WHOLE = "(the whole file)";

    private LabelsConfig() {}

    /**
     * The names of a checkpoint's classes in the file beside it.
     *
     * @throws ConfigException if the file is malformed or is of another number of classes
     */
    static Optional<Labels> read(JsonNode root, JsonFields fields, Path weights, int classes) {
        Optional<Labels> named = read(root, fields.source());
        if (named.isPresent() && named.get().size() != classes) {
            throw new ConfigException(
                    fields.source(),
                    "names " + Wording.count(named.get().size(), "class", "classes") + ", but " + weights + " has "
                            + classes + "; put the configuration of these weights beside them");
        }
        for (String field : List.of("num_labels", "num_classes")) {
            if (named.isEmpty() && fields.has(field) && fields.number(field, 0) != classes) {
                throw fields.bad(field, "the number of classes of " + weights + ", " + classes);
            }
        }
        return named;
    }

    /** The names; see {@link Labels#fromConfig(JsonNode, String)}. */
    static Optional<Labels> read(JsonNode root, String source) {
        if (root.hasNonNull("id2label")) {
            return Optional.of(fromIds("id2label", root.path("id2label"), source));
        }
        if (root.hasNonNull("label2id")) {
            return Optional.of(fromNumbers("label2id", root.path("label2id"), source));
        }
        JsonNode timm = root.hasNonNull("pretrained_cfg") ? root.path("pretrained_cfg") : root;
        // What stands at the top overrides what is within, as in timm; "labels" is what old files call it.
        for (JsonNode node : List.of(root, timm)) {
            for (String field : List.of(TIMM_NAMES, "labels")) {
                boolean known = field.equals(TIMM_NAMES) || root.hasNonNull("architecture");
                if (known && node.hasNonNull(field)) {
                    JsonNode descriptions = root.hasNonNull("label_descriptions")
                            ? root.path("label_descriptions")
                            : timm.path("label_descriptions");
                    return Optional.of(fromNames(field, node.path(field), descriptions, source));
                }
            }
        }
        return Optional.empty();
    }

    /** The names in a bare list. */
    static Labels ofList(JsonNode list, String source) {
        return fromNames(WHOLE, list, MissingNode.getInstance(), source);
    }

    /** The names in an object from numbers to names or, as torchvision's {@code class_to_idx}, from names to numbers. */
    static Labels ofObject(JsonNode object, String source) {
        boolean numbers = !object.isEmpty()
                && object.properties().stream()
                        .allMatch(entry -> entry.getValue().isIntegralNumber());
        return numbers ? fromNumbers(WHOLE, object, source) : fromIds(WHOLE, object, source);
    }

    /** Names whose numbers are their values. */
    private static Labels fromNumbers(String field, JsonNode numbers, String source) {
        if (!numbers.isObject() || numbers.isEmpty()) {
            throw new ConfigException(source, "field " + field + " must be an object with a number for each class");
        }
        int classes = numbers.size();
        @Nullable String[] names = new @Nullable String[classes];
        for (Map.Entry<String, JsonNode> entry : numbers.properties()) {
            JsonNode number = entry.getValue();
            boolean fits = number.isIntegralNumber() && number.canConvertToInt();
            int id = fits ? number.intValue() : -1;
            if (id < 0 || id >= classes || names[id] != null) {
                throw new ConfigException(
                        source,
                        "field " + field + " gives a class the number " + shown(number) + ", but its " + classes
                                + " numbers must be 0.." + (classes - 1) + ", each once");
            }
            names[id] = entry.getKey();
        }
        return new Labels(Arrays.stream(names).map(String::valueOf).toList());
    }

    private static Labels fromIds(String field, JsonNode ids, String source) {
        if (!ids.isObject() || ids.isEmpty()) {
            throw new ConfigException(source, "field " + field + " must be an object with a name for each class");
        }
        int classes = ids.size();
        int limit = classes == IMAGENET_22K_CLASSES ? classes + IMAGENET_22K_GAPS.size() : classes;
        @Nullable String[] names = new @Nullable String[limit];
        for (Map.Entry<String, JsonNode> entry : ids.properties()) {
            int id = index(entry.getKey(), limit);
            if (id < 0 || names[id] != null) {
                throw badKey(field, entry.getKey(), classes, source);
            }
            names[id] = name(entry.getValue(), field, source);
        }
        if (limit > classes && names[limit - 1] != null) {
            requireGaps(field, names, classes, source);
        } else if (Arrays.stream(names).skip(classes).anyMatch(Objects::nonNull)) {
            throw badKey(field, String.valueOf(classes), classes, source);
        }
        return new Labels(Arrays.stream(names)
                .filter(Objects::nonNull)
                .map(String::valueOf)
                .toList());
    }

    /**
     * The configurations of Hugging Face's ImageNet-22K models have a list of 21,843 names from which two classes were
     * taken that the networks do not have, while the names behind kept their numbers. Closing the gaps gives the order of
     * the network's outputs, which is that of the WordNet identifiers.
     */
    private static void requireGaps(String field, @Nullable String[] names, int classes, String source) {
        for (int gap : IMAGENET_22K_GAPS) {
            if (names[gap] != null) {
                throw badKey(field, String.valueOf(gap), classes, source);
            }
        }
    }

    private static ConfigException badKey(String field, String key, int classes, String source) {
        return new ConfigException(
                source,
                "field " + field + " has the key '" + JsonFields.cut(key) + "', but its " + classes
                        + " keys must be 0.." + (classes - 1));
    }

    private static Labels fromNames(String field, JsonNode list, JsonNode descriptions, String source) {
        if (list.isObject()) {
            return described(fromIds(field, list, source).names(), descriptions, source);
        }
        if (!list.isArray() || list.isEmpty()) {
            throw new ConfigException(source, "field " + field + " must be a list with a name for each class");
        }
        List<String> names = new ArrayList<>();
        list.forEach(item -> names.add(name(item, field, source)));
        return described(names, descriptions, source);
    }

    /** Each name's description instead of it, if there is one. */
    private static Labels described(List<String> names, JsonNode descriptions, String source) {
        if (descriptions.isMissingNode() || descriptions.isNull()) {
            return new Labels(names);
        }
        if (!descriptions.isObject()) {
            throw new ConfigException(source, "field label_descriptions must be an object with a text for each name");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        descriptions
                .properties()
                .forEach(entry -> texts.put(entry.getKey(), name(entry.getValue(), "label_descriptions", source)));
        return new Labels(
                names.stream().map(name -> texts.getOrDefault(name, name)).toList());
    }

    private static String shown(JsonNode value) {
        return JsonFields.cut(value.toString());
    }

    private static String name(JsonNode value, String field, String source) {
        if (!value.isTextual() && !value.isNumber()) {
            throw new ConfigException(
                    source, "field " + field + " must hold texts or numbers, but holds " + value.getNodeType());
        }
        return value.asText();
    }

    private static int index(String key, int limit) {
        try {
            int id = Integer.parseInt(key);
            return id < limit ? id : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
