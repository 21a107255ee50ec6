package org.convnext4j.model.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the JSON header of a safetensors file says, not yet compared with the data.
 *
 * @param items every tensor, in the header's order
 * @param metadata the {@code __metadata__} object
 */
record SafetensorsHeader(List<Item> items, Map<String, String> metadata) {
    static final String METADATA = "__metadata__";

    /** How many tensors a file may have, and entries its metadata; a ConvNeXt with all its averages has thousands. */
    static final int MAX_ENTRIES = 100_000;

    /** Characters of all tensors' names and all metadata together; those of a ConvNeXt take 20,000. */
    static final int MAX_CHARACTERS = 10_000_000;

    /** Finds names that come twice, and keeps none beyond the file: a table of all names ever seen would only grow. */
    static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(MAX_CHARACTERS)
                    .build())
            .build();

    /** Longer shapes belong to no checkpoint. */
    private static final int MAX_RANK = 16;

    /**
     * One tensor's line.
     *
     * @param name of the tensor
     * @param dtype of its elements
     * @param shape as written; a dimension may be anything
     * @param begin first byte, counted from the start of the data
     * @param end the byte after the last
     */
    record Item(String name, DType dtype, List<Long> shape, long begin, long end) {}

    /** Reads a header to its end, piece by piece, so that it takes no more memory than what is kept of it. */
    static SafetensorsHeader parse(Path path, InputStream json) {
        Reader text = new InputStreamReader(json, StandardCharsets.UTF_8.newDecoder());
        try (JsonParser parser = JSON.createParser(text)) {
            return new TokenReader(path, parser).read();
        } catch (CharacterCodingException e) {
            throw new CheckpointException(path, "has a header that is not UTF-8", e);
        } catch (StreamConstraintsException e) {
            throw new CheckpointException(
                    path, "has a header with a name or text longer than any: " + firstLine(e.getOriginalMessage()), e);
        } catch (IOException e) {
            String reason = e.getMessage();
            throw new CheckpointException(
                    path, "has a header that is not valid JSON: " + (reason == null ? e : firstLine(reason)), e);
        }
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    /** Walks the header token by token, so that nothing unexpected is ever built. */
    private static final class TokenReader {
        private final Path path;
        private final JsonParser parser;
        private long characters;

        TokenReader(Path path, JsonParser parser) {
            this.path = path;
            this.parser = parser;
        }

        SafetensorsHeader read() throws IOException {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw bad("the header is not a JSON object");
            }
            List<Item> items = new ArrayList<>();
            Map<String, String> metadata = Map.of();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals(METADATA)) {
                    metadata = readMetadata();
                } else {
                    charge(items.size(), "tensors", name.length());
                    items.add(readItem(name));
                }
            }
            if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                throw bad("something follows the header's JSON object");
            }
            return new SafetensorsHeader(List.copyOf(items), metadata);
        }

        /** Counts what is kept, before it is. */
        private void charge(int present, String what, int length) {
            characters += length;
            if (present == MAX_ENTRIES) {
                throw bad("the header has more than " + MAX_ENTRIES + " " + what + ", which no ConvNeXt has");
            }
            if (characters > MAX_CHARACTERS) {
                throw bad("the header has more than " + MAX_CHARACTERS + " characters of names and metadata, which no"
                        + " ConvNeXt has");
            }
        }

        private Map<String, String> readMetadata() throws IOException {
            if (parser.currentToken() == JsonToken.VALUE_NULL) {
                return Map.of();
            }
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw bad(METADATA + " is not a JSON object");
            }
            Map<String, String> metadata = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                if (parser.nextToken() != JsonToken.VALUE_STRING) {
                    throw bad(METADATA + " entry " + Names.cut(key) + " is not a string");
                }
                charge(metadata.size(), METADATA + " entries", key.length() + parser.getTextLength());
                metadata.put(key, parser.getText());
            }
            return Collections.unmodifiableMap(metadata);
        }

        private Item readItem(String name) throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw bad("the entry of tensor " + Names.cut(name) + " is not a JSON object");
            }
            @Nullable DType dtype = null;
            @Nullable List<Long> shape = null;
            @Nullable List<Long> offsets = null;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case "dtype" -> dtype = readDType(name);
                    case "shape" -> shape = readNumbers(name, key, MAX_RANK);
                    case "data_offsets" -> offsets = readNumbers(name, key, 2);
                    default -> throw bad("tensor " + Names.cut(name) + " has an unknown field " + Names.cut(key));
                }
            }
            if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
                throw bad("tensor " + Names.cut(name) + " lacks a dtype, a shape or two data_offsets");
            }
            return new Item(name, dtype, shape, offsets.get(0), offsets.get(1));
        }

        private DType readDType(String name) throws IOException {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw bad("the dtype of tensor " + Names.cut(name) + " is not a string");
            }
            String text = parser.getText();
            for (DType dtype : DType.values()) {
                if (dtype.name().equals(text)) {
                    return dtype;
                }
            }
            throw bad("tensor " + Names.cut(name) + " has the unknown dtype " + Names.cut(text));
        }

        private List<Long> readNumbers(String name, String key, int max) throws IOException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw bad("the " + key + " of tensor " + Names.cut(name) + " is not a list");
            }
            List<Long> numbers = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || numbers.size() == max) {
                    throw bad("the " + key + " of tensor " + Names.cut(name) + " is not a list of at most " + max
                            + " integers");
                }
                long number = parser.getLongValue();
                if (number < 0) {
                    throw bad("the " + key + " of tensor " + Names.cut(name) + " has the negative number " + number);
                }
                numbers.add(number);
            }
            return numbers;
        }

        private CheckpointException bad(String reason) {
            return new CheckpointException(path, reason);
        }
    }
}
