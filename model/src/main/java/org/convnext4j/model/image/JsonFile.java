package org.convnext4j.model.image;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.convnext4j.model.failure.FileFailure;

/** Reads a JSON object from a file of bounded size and depth. */
public final class JsonFile {
    private static final int MAX_BYTES = 32 << 20;
    private static final int MAX_DEPTH = 64;
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonFile() {}

    /**
     * The object in the file.
     *
     * @throws ConfigException if the file cannot be read or holds anything else
     */
    public static JsonNode read(Path file) {
        String name = file.toString();
        byte[] data = bytes(file);
        JsonNode root = parse(() -> MAPPER.readTree(data), name);
        if (!root.isObject()) {
            throw new ConfigException(name, "is not a JSON object; fetch a fresh copy");
        }
        return root;
    }

    /**
     * The value that a text is.
     *
     * @param source what to call the text in messages
     * @throws ConfigException if it is no JSON
     */
    static JsonNode parse(String text, String source) {
        return parse(() -> MAPPER.readTree(text), source);
    }

    /** Reads some JSON. */
    private interface Parser {
        JsonNode parse() throws IOException;
    }

    private static JsonNode parse(Parser parser, String name) {
        try {
            return parser.parse();
        } catch (JsonProcessingException e) {
            throw new ConfigException(
                    name,
                    "is not valid JSON (" + e.getOriginalMessage() + ", line "
                            + (e.getLocation() == null
                                    ? "unknown"
                                    : e.getLocation().getLineNr())
                            + "); fetch a fresh copy",
                    e);
        } catch (IOException e) {
            throw new ConfigException(name, unreadable(e), e);
        }
    }

    /**
     * What is in the file.
     *
     * @throws ConfigException if it cannot be read or is too long
     */
    static byte[] bytes(Path file) {
        String name = file.toString();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] data = in.readNBytes(MAX_BYTES + 1);
            if (data.length > MAX_BYTES) {
                throw new ConfigException(
                        name, "has more than " + MAX_BYTES + " bytes; a configuration is far smaller");
            }
            return data;
        } catch (IOException e) {
            throw new ConfigException(name, unreadable(e), e);
        }
    }

    private static String unreadable(IOException e) {
        return e instanceof NoSuchFileException
                ? "does not exist; check the name"
                : "cannot be read (" + FileFailure.reason(e) + "); check the file";
    }
}
