package org.convnext4j.model.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The names of a classifier's outputs, in their order. Names need not be distinct: ImageNet has two cranes.
 *
 * @param names one name for each class, at least one
 */
public record Labels(List<String> names) {
    private static final int IMAGENET_CLASSES = 1000;
    private static final int IMAGENET_22K_CLASSES = 21_841;
    private static final List<Integer> IMAGENET_22K_GAPS = List.of(9205, 15_027);
    private static final String IMAGENET_RESOURCE = "imagenet1k.txt";

    /**
     * Copies the names.
     *
     * @throws IllegalArgumentException if there are none
     */
    public Labels {
        names = List.copyOf(names);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("labels need at least one class");
        }
    }

    /** How many classes there are. */
    public int size() {
        return names.size();
    }

    /**
     * The name of a class.
     *
     * @throws IndexOutOfBoundsException if there is no such class
     */
    public String name(int index) {
        return names.get(index);
    }

    /** The 1000 classes of ImageNet-1k in the order of their WordNet identifiers: 0 is the tench. */
    public static Labels imagenet1k() {
        try (InputStream in = Labels.class.getResourceAsStream(IMAGENET_RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(
                        "the resource " + IMAGENET_RESOURCE + " is missing; build the jar again");
            }
            return new Labels(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code class 0}, {@code class 1} and so on. */
    public static Labels numbered(int classes) {
        return new Labels(
                IntStream.range(0, classes).mapToObj(i -> "class " + i).toList());
    }

    /**
     * The names in a {@code config.json}: Hugging Face's {@code id2label}, else timm's {@code label_names}, each with
     * its text of {@code label_descriptions} if there is one. The names of Hugging Face's ImageNet-22K models, whose
     * numbers are off by one from class 9205 on and by two from 15026 on, are put right.
     *
     * @return empty if the file has none
     * @throws ConfigException if the file is malformed, or the keys of {@code id2label} are not 0..K-1
     */
    public static Optional<Labels> fromConfig(Path config) {
        return fromConfig(JsonFile.read(config), config.toString());
    }

    /**
     * The names in a parsed {@code config.json}, as {@link #fromConfig(Path)}.
     *
     * @param source what to call the file in messages
     * @return empty if there are none
     * @throws ConfigException if the keys of {@code id2label} are not 0..K-1 or a name is no text or number
     */
    public static Optional<Labels> fromConfig(JsonNode root, String source) {
        if (root.hasNonNull("id2label")) {
            return Optional.of(fromIds(root.path("id2label"), source));
        }
        JsonNode timm = root.hasNonNull("pretrained_cfg") ? root.path("pretrained_cfg") : root;
        for (JsonNode node : List.of(timm, root)) {
            if (node.hasNonNull("label_names")) {
                return Optional.of(fromNames(node.path("label_names"), node.path("label_descriptions"), source));
            }
        }
        return Optional.empty();
    }

    /**
     * The names of a checkpoint's classes: those of the {@code config.json} beside it, else ImageNet's if there are 1000
     * classes, else numbers.
     *
     * @param weights the checkpoint
     * @param classes how many outputs it has
     * @throws ConfigException if the file is malformed or names another number of classes
     */
    public static Labels forModel(Path weights, int classes) {
        Path config = weights.resolveSibling("config.json");
        Optional<Labels> named = Files.isRegularFile(config) ? fromConfig(config) : Optional.empty();
        if (named.isPresent()) {
            if (named.get().size() != classes) {
                throw new ConfigException(
                        config.toString(),
                        "names " + named.get().size() + " classes, but " + weights + " has " + classes
                                + "; put the configuration of these weights beside them");
            }
            return named.get();
        }
        return forClasses(classes);
    }

    /** ImageNet's names for 1000 classes, else numbers: what is assumed where nothing says more. */
    public static Labels forClasses(int classes) {
        return classes == IMAGENET_CLASSES ? imagenet1k() : numbered(classes);
    }

    private static Labels fromIds(JsonNode ids, String source) {
        if (!ids.isObject() || ids.isEmpty()) {
            throw new ConfigException(source, "field id2label must be an object with a name for each class");
        }
        int classes = ids.size();
        int limit = classes == IMAGENET_22K_CLASSES ? classes + IMAGENET_22K_GAPS.size() : classes;
        @Nullable String[] names = new @Nullable String[limit];
        for (Map.Entry<String, JsonNode> entry : ids.properties()) {
            int id = index(entry.getKey(), limit);
            if (id < 0 || names[id] != null) {
                throw badKey(entry.getKey(), classes, source);
            }
            names[id] = name(entry.getValue(), "id2label", source);
        }
        if (limit > classes && names[limit - 1] != null) {
            requireGaps(names, classes, source);
        } else if (Arrays.stream(names).skip(classes).anyMatch(Objects::nonNull)) {
            throw badKey(String.valueOf(classes), classes, source);
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
    private static void requireGaps(@Nullable String[] names, int classes, String source) {
        for (int gap : IMAGENET_22K_GAPS) {
            if (names[gap] != null) {
                throw badKey(String.valueOf(gap), classes, source);
            }
        }
    }

    private static ConfigException badKey(String key, int classes, String source) {
        return new ConfigException(
                source,
                "field id2label has the key '" + key + "', but its " + classes + " keys must be 0.." + (classes - 1));
    }

    private static Labels fromNames(JsonNode list, JsonNode descriptions, String source) {
        if (!list.isArray() || list.isEmpty()) {
            throw new ConfigException(source, "field label_names must be a list with a name for each class");
        }
        List<String> names = new ArrayList<>();
        for (JsonNode item : list) {
            String name = name(item, "label_names", source);
            JsonNode text = descriptions.path(name);
            names.add(text.isTextual() ? text.asText() : name);
        }
        return new Labels(names);
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
