package org.convnext4j.model.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The names of a classifier's outputs, in their order. Names need not be distinct: ImageNet has two cranes.
 *
 * @param names one name for each class, at least one
 */
public record Labels(List<String> names) {
    private static final int IMAGENET_CLASSES = 1000;
    private static final String IMAGENET_RESOURCE = "imagenet1k.txt";

    /** Where torchvision's name is not the first of the class's synonyms in {@link #IMAGENET_RESOURCE}. */
    private static final Map<Integer, String> TORCHVISION_NAMES =
            Map.of(107, "jellyfish", 134, "crane bird", 639, "maillot tank suit");

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

    /**
     * The same classes as torchvision names them in {@code weights.meta["categories"]}: with one name each, and the two
     * cranes and the two maillots apart.
     */
    public static Labels torchvision1k() {
        List<String> names = new ArrayList<>(imagenet1k().names());
        names.replaceAll(name -> name.split(", ", 2)[0]);
        TORCHVISION_NAMES.forEach(names::set);
        return new Labels(names);
    }

    /** {@code class 0}, {@code class 1} and so on. */
    public static Labels numbered(int classes) {
        return new Labels(
                IntStream.range(0, classes).mapToObj(i -> "class " + i).toList());
    }

    /**
     * The names in a file: UTF-8 text with one name a line, in the order of the network's outputs; or JSON: an array of
     * names, an object from numbers to names or from names to numbers, or an object with {@code id2label} or one of the
     * other fields of {@link #fromConfig(Path)}.
     *
     * @throws ConfigException if the file cannot be read, is neither, has an empty line between names, or its numbers are
     *     not 0..K-1
     */
    public static Labels read(Path file) {
        return LabelsFile.read(file);
    }

    /**
     * The names in a {@code config.json}: Hugging Face's {@code id2label}, else {@code label2id}, else timm's {@code
     * label_names} (a list, or an object by number), each with its text of {@code label_descriptions} if there is one.
     * The names of Hugging Face's ImageNet-22K models, whose numbers are off by one from class 9205 on and by two from
     * 15026 on, are put right.
     *
     * @return empty if the file has none
     * @throws ConfigException if the file is malformed, or the numbers of the names are not 0..K-1
     */
    public static Optional<Labels> fromConfig(Path config) {
        return fromConfig(JsonFile.read(config), config.toString());
    }

    /**
     * The names in a parsed {@code config.json}, as {@link #fromConfig(Path)}.
     *
     * @param source what to call the file in messages
     * @return empty if there are none
     * @throws ConfigException if the numbers of the names are not 0..K-1 or a name is no text or number
     */
    public static Optional<Labels> fromConfig(JsonNode root, String source) {
        return LabelsConfig.read(root, source);
    }

    /**
     * The names of a checkpoint's classes: those of the {@code config.json} beside it, else ImageNet's if there are 1000
     * classes, else numbers.
     *
     * @param weights the checkpoint
     * @param classes how many outputs it has
     * @throws ConfigException if the file is malformed or is of another number of classes
     */
    public static Labels forModel(Path weights, int classes) {
        return ClassifierConfig.besideWeights(weights, classes).labels().orElseGet(() -> forClasses(classes));
    }

    /** ImageNet's names for 1000 classes, else numbers: what is assumed where nothing says more. */
    public static Labels forClasses(int classes) {
        return classes == IMAGENET_CLASSES ? imagenet1k() : numbered(classes);
    }
}
