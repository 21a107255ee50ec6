package org.convnext4j.model.train;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.convnext4j.model.failure.FileFailure;

/** Strict JSON of bounded size and depth. */
final class TrainingJson {
    private static final int MAX_BYTES = 32 << 20;
    private static final int MAX_DEPTH = 64;
    private static final int SHOWN_CHARACTERS = 60;
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private TrainingJson() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** The object in a file. */
    static ObjectNode read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] data = in.readNBytes(MAX_BYTES + 1);
            if (data.length > MAX_BYTES) {
                throw new TrainingException(file + ": has more than " + MAX_BYTES + " bytes, so it is no such file");
            }
            return parse(file.toString(), new String(data, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new TrainingException(file + ": no such file", e);
        } catch (IOException e) {
            throw new TrainingException(file + ": cannot be read (" + FileFailure.reason(e) + "); check the file", e);
        }
    }

    /** The object in a text. */
    static ObjectNode parse(String source, String json) {
        try {
            JsonNode root = MAPPER.readTree(json);
            if (root instanceof ObjectNode object) {
                return object;
            }
            throw new TrainingException(source + ": is not a JSON object, { ... }");
        } catch (JsonProcessingException e) {
            String line =
                    e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
            throw new TrainingException(source + ": is not valid JSON (" + e.getOriginalMessage() + line + ")", e);
        }
    }

    /** A value in a message, or its beginning if it is longer than anybody would read. */
    static String shown(JsonNode node) {
        String text = node.isMissingNode() ? "missing" : node.toString();
        return text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "..." : text;
    }

    /** Without blanks, keys in their order; equal trees give equal texts. */
    static String compact(JsonNode node) {
        return node.toString();
    }

    /** With line breaks, for people. */
    static String pretty(JsonNode node) {
        return node.toPrettyString() + "\n";
    }
}
