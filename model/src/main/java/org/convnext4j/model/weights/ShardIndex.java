package org.convnext4j.model.weights;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which file has which tensor, for a checkpoint in several files: what {@code model.safetensors.index.json} says.
 *
 * @param path of the index; the files lie beside it
 * @param fileOf each tensor's file, in the index's order
 */
public record ShardIndex(Path path, Map<String, String> fileOf) {
    private static final String SUFFIX = ".index.json";
    private static final long MAX_BYTES = 8 << 20;
    private static final int MAX_FILES = 1000;
    private static final int MAX_NAME = 200;
    /** A file in the index's own folder: nothing that leads elsewhere, and nothing hidden. */
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");

    /** Keeps the order. */
    public ShardIndex {
        fileOf = Collections.unmodifiableMap(new LinkedHashMap<>(fileOf));
    }

    /** Whether a file is an index, by its name. */
    public static boolean isIndex(String file) {
        return file.endsWith(SUFFIX);
    }

    /**
     * Reads an index.
     *
     * @throws CheckpointException if it cannot be read, is too large, is no index or names a file that is not beside it
     */
    public static ShardIndex read(Path path) {
        try {
            if (!Files.isRegularFile(path)) {
                throw new CheckpointException(path, "no such file");
            }
            if (Files.size(path) > MAX_BYTES) {
                throw new CheckpointException(path, "has more than " + MAX_BYTES + " bytes; an index is far smaller");
            }
            try (JsonParser parser = SafetensorsHeader.JSON.createParser(Files.readAllBytes(path))) {
                return new ShardIndex(path, weightMap(path, parser));
            }
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new CheckpointException(path, "cannot be read as an index of shards: " + reason, e);
        }
    }

    private static Map<String, String> weightMap(Path path, JsonParser parser) throws IOException {
        Map<String, String> fileOf = new LinkedHashMap<>();
        require(path, parser.nextToken() == JsonToken.START_OBJECT);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = parser.currentName().equals("weight_map");
            JsonToken value = parser.nextToken();
            if (!wanted) {
                parser.skipChildren();
                continue;
            }
            require(path, value == JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String tensor = parser.currentName();
                require(path, parser.nextToken() == JsonToken.VALUE_STRING);
                if (fileOf.size() == SafetensorsHeader.MAX_ENTRIES) {
                    throw new CheckpointException(
                            path,
                            "names more than " + SafetensorsHeader.MAX_ENTRIES + " tensors, which no ConvNeXt has");
                }
                fileOf.put(tensor, requireSafe(path, parser.getText()));
            }
        }
        require(path, parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null && !fileOf.isEmpty());
        if (new LinkedHashSet<>(fileOf.values()).size() > MAX_FILES) {
            throw new CheckpointException(path, "names more than " + MAX_FILES + " files; that is no model's index");
        }
        return fileOf;
    }

    private static void require(Path path, boolean valid) {
        if (!valid) {
            throw new CheckpointException(
                    path,
                    "is no index of shards: it must be a JSON object whose weight_map gives each tensor its file");
        }
    }

    private static String requireSafe(Path path, String file) {
        boolean safe = file.length() <= MAX_NAME && FILE.matcher(file).matches() && !isIndex(file);
        if (!safe) {
            throw new CheckpointException(
                    path, "names '" + file + "', which is no file in the index's own folder; get the model elsewhere");
        }
        return file;
    }

    /** Every file, in the order of its first tensor. */
    public List<String> files() {
        return List.copyOf(new LinkedHashSet<>(fileOf.values()));
    }
}
