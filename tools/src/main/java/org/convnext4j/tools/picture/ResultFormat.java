package org.convnext4j.tools.picture;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.convnext4j.model.bulk.RecordFormat;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.ToolException;

/** The two kinds of result files. */
enum ResultFormat {
    /** A JSON object a line. */
    JSON_LINES(RecordFormat.JSON_LINES) {
        @Override
        Optional<String> header(ResultRows rows) {
            return Optional.empty();
        }

        @Override
        String begin() {
            return "{\"" + IMAGE + "\":\"";
        }

        @Override
        String record(ResultRows rows, String image, float[] output) {
            return Json.line(rows.json(image, output));
        }

        @Override
        String image(String record, List<String> shape) {
            JsonNode node = Json.parse(record)
                    .filter(parsed -> parsed.path(IMAGE).isTextual())
                    .orElseThrow(() -> new ToolException("has a line that is no result: " + shortened(record)));
            String image = node.path(IMAGE).asText();
            if (!fields(node).equals(shape)) {
                throw new ToolException(
                        "has a line of another model or command, or with other options: " + shortened(record));
            }
            return image;
        }
    },
    /** Comma-separated values, RFC 4180, with a line of column names. */
    CSV(RecordFormat.CSV) {
        @Override
        Optional<String> header(ResultRows rows) {
            return Optional.of(String.join(",", rows.columns()));
        }

        @Override
        String begin() {
            return "";
        }

        @Override
        String record(ResultRows rows, String image, float[] output) {
            return rows.cells(image, output).stream().map(ResultFormat::cell).collect(Collectors.joining(","));
        }

        @Override
        String image(String record, List<String> shape) {
            return firstCell(record);
        }
    };

    /** The name of the field or column that says which picture a record is about. */
    static final String IMAGE = "image";

    private static final int SHORT = 60;

    private final RecordFormat records;

    ResultFormat(RecordFormat records) {
        this.records = records;
    }

    /** How records end. */
    RecordFormat records() {
        return records;
    }

    /** The first record of a file, where there must be one. */
    abstract Optional<String> header(ResultRows rows);

    /** What every record begins with. */
    abstract String begin();

    /** A picture's record. */
    abstract String record(ResultRows rows, String image, float[] output);

    /** What all objects have in common: their fields and how long those are. */
    static List<String> shape(ResultRows rows) {
        return fields(rows.json("", new float[rows.outputs()]));
    }

    /**
     * The picture that a record is about.
     *
     * @param shape of the objects of this run
     * @throws ToolException if it is no such record; the message goes on after the file's name
     */
    abstract String image(String record, List<String> shape);

    private static List<String> fields(JsonNode node) {
        return node.properties().stream()
                .map(field -> field.getKey() + " " + field.getValue().size())
                .toList();
    }

    private static String cell(Object value) {
        String text = String.valueOf(value);
        boolean plain = text.chars().noneMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private static String firstCell(String record) {
        if (!record.startsWith("\"")) {
            int comma = record.indexOf(',');
            return comma < 0 ? record : record.substring(0, comma);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < record.length(); i++) {
            char c = record.charAt(i);
            if (c == '"') {
                i++;
                if (i >= record.length() || record.charAt(i) != '"') {
                    break;
                }
            }
            text.append(c);
        }
        return text.toString();
    }

    private static String shortened(String record) {
        return record.length() <= SHORT ? record : record.substring(0, SHORT) + "...";
    }
}
