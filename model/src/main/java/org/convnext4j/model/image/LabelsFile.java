package org.convnext4j.model.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a file with the names of classes; see {@link Labels#read}. */
final class LabelsFile {
    private static final String MEND =
            "write one name a line, a JSON array of names, or a JSON object from numbers to names";
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private LabelsFile() {}

    static Labels read(Path file) {
        String source = file.toString();
        byte[] data = JsonFile.bytes(file);
        String text = text(data, source);
        String start = text.stripLeading();
        if (start.isEmpty()) {
            throw new ConfigException(source, "holds no names; " + MEND);
        }
        return start.startsWith("{") || start.startsWith("[")
                ? ofJson(JsonFile.parse(text, source), source)
                : ofLines(text.lines().toList(), source);
    }

    private static String text(byte[] data, String source) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(data))
                    .toString();
            return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new ConfigException(source, "is no text in UTF-8; " + MEND, e);
        }
    }

    /** An empty line between names would move all names behind it to other classes. */
    private static Labels ofLines(List<String> lines, String source) {
        List<String> names = new ArrayList<>();
        int empty = 0;
        for (int i = 0; i < lines.size(); i++) {
            String name = lines.get(i).strip();
            if (name.isEmpty()) {
                empty = empty == 0 ? i + 1 : empty;
                continue;
            }
            if (empty > 0) {
                throw new ConfigException(source, "line " + empty + " has no name; " + MEND);
            }
            names.add(name);
        }
        return new Labels(names);
    }

    private static Labels ofJson(JsonNode root, String source) {
        if (root.isArray()) {
            return LabelsConfig.ofList(root, source);
        }
        return Labels.fromConfig(root, source).orElseGet(() -> LabelsConfig.ofObject(root, source));
    }
}
