package org.convnext4j.model.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.convnext4j.model.failure.ModelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordFileTest {
    @TempDir
    private Path folder;

    /** Wherever a run is cut off, what is complete is kept, the rest goes, and the end result is the same. */
    @ParameterizedTest
    @EnumSource
    void aFileCutAnywhereIsCompletedToTheSame(RecordFormat format) throws IOException {
        List<String> records = format == RecordFormat.CSV
                ? List.of("image,x", "a.png,1", "\"b\"\"\nü,.png\",2", "c.png,3")
                : List.of("{\"image\":\"a\"}", "{\"image\":\"ü\\\"\\n\"}", "{}");
        byte[] whole = (String.join("\n", records) + "\n").getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length <= whole.length; length++) {
            Path file = folder.resolve("cut" + length);
            Files.write(file, Arrays.copyOf(whole, length));
            List<String> seen = new ArrayList<>();
            try (RecordFile again = RecordFile.resume(file, format, seen::add)) {
                assertEquals(records.subList(0, seen.size()), seen, "cut at " + length);
                assertEquals(seen.isEmpty(), again.isEmpty());
                again.append(records.subList(seen.size(), records.size()));
            }
            assertEquals(new String(whole, StandardCharsets.UTF_8), Files.readString(file), "cut at " + length);
        }
    }

    @Test
    void aFileWithContentIsNotOverwritten() throws IOException {
        Path file = folder.resolve("results.jsonl");
        try (RecordFile fresh = RecordFile.create(file)) {
            fresh.append(List.of("{}"));
        }
        ModelException failure = assertThrows(ModelException.class, () -> RecordFile.create(file));
        assertTrue(String.valueOf(failure.getMessage()).startsWith(file + ": is there already"), failure::toString);
        assertEquals("{}\n", Files.readString(file));
    }

    @Test
    void aRefusedRecordCutsNothingOff() throws IOException {
        Path file = folder.resolve("other.txt");
        Files.writeString(file, "dear diary\nhalf");
        assertThrows(
                ModelException.class,
                () -> RecordFile.resume(file, RecordFormat.JSON_LINES, record -> {
                    throw new ModelException(record);
                }));
        assertEquals("dear diary\nhalf", Files.readString(file));
    }

    @Test
    void oneFileIsForOneRun() {
        Path file = folder.resolve("results.jsonl");
        try (RecordFile first = RecordFile.create(file)) {
            assertTrue(first.isEmpty());
            ModelException failure = assertThrows(ModelException.class, () -> RecordFile.create(file));
            assertTrue(String.valueOf(failure.getMessage()).contains("is being written"), failure::toString);
        }
        ModelException failure =
                assertThrows(ModelException.class, () -> RecordFile.create(folder.resolve("none/results.jsonl")));
        assertTrue(String.valueOf(failure.getMessage()).contains("its folder does not exist"), failure::toString);
    }
}
