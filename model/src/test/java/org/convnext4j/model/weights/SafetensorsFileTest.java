package org.convnext4j.model.weights;

import static org.convnext4j.model.weights.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
    @TempDir
    private Path folder;

    private Path write(byte[] bytes) {
        return SafetensorsBytes.write(folder.resolve("file"), bytes);
    }

    @Test
    void noNotesMayBeNull() {
        Path file = SafetensorsBytes.write(
                folder.resolve("null"),
                SafetensorsBytes.of(
                        "{\"__metadata__\":null,\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1));
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertEquals(Map.of(), read.metadata());
        }
    }

    @Test
    void entriesComeInTheHeadersOrder() {
        String header = "{\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[4,6]},"
                + "\"a\":{\"shape\":[],\"data_offsets\":[0,4],\"dtype\":\"F32\"}}   ";
        MemorySegment data;
        try (Checkpoint file = Checkpoint.open(write(SafetensorsBytes.of(header, 6)))) {
            assertEquals(
                    List.of("b", "a"),
                    file.entries().stream().map(TensorEntry::name).toList());
            assertEquals(List.of(), file.entries().get(1).shape());
            assertEquals(1, file.entries().get(1).elements());
            data = file.entries().get(0).data();
        }
        assertThrows(IllegalStateException.class, () -> data.get(ValueLayout.JAVA_BYTE, 0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | 7 | ends at byte 8",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | 9 | belong to none",
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | 8 | does not fit",
                "{'a':{'dtype':'F31','shape':[2],'data_offsets':[0,8]}} | 8 | unknown dtype F31",
                "{'a':{'dtype':7,'shape':[2],'data_offsets':[0,8]}} | 8 | not a string",
                "{'a':{'dtype':'U8','shape':[-2],'data_offsets':[0,8]}} | 8 | negative",
                "{'a':{'dtype':'U8','shape':[2.0],'data_offsets':[0,2]}} | 2 | integers",
                "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]}} | 8 | does not fit",
                "{'a':{'dtype':'F32','shape':[9223372036854775807],'data_offsets':[0,8]}} | 8 | does not fit",
                "{'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,8]}} | 8 | not valid JSON",
                "{'a':{'dtype':'U8','shape':[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],'data_offsets':[0,1]}} | 1 | at most 16",
                "{'a':{'dtype':'U8','shape':[2],'data_offsets':[4,2]}} | 4 | impossible offsets",
                "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0]}} | 2 | lacks",
                "{'a':{'dtype':'U8','shape':[2]}} | 2 | lacks",
                "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2],'x':1}} | 2 | unknown field",
                "{'a':[]} | 0 | not a JSON object",
                "{'__metadata__':{'a':1}} | 0 | not a string",
                "{'__metadata__':[]} | 0 | not a JSON object",
                "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},"
                        + "'a':{'dtype':'U8','shape':[2],'data_offsets':[2,4]}} | 4 | uplicate",
                "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},"
                        + "'b':{'dtype':'U8','shape':[2],'data_offsets':[1,3]}} | 3 | overlaps",
                "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},"
                        + "'b':{'dtype':'U8','shape':[2],'data_offsets':[3,5]}} | 5 | hole of 1 bytes before tensor b",
                "{'a':{'dtype':'U8','shape':[2],'data_offsets':[1,3]}} | 3 | hole",
                "{} {} | 0 | follows",
                "{'a' | 0 | not valid JSON",
                "[] | 0 | no JSON object",
            })
    void badHeaders(String header, int dataBytes, String reason) {
        Path file = write(SafetensorsBytes.of(header.replace('\'', '"'), dataBytes));
        assertRefused(() -> Checkpoint.open(file), file + ": ", reason);
    }

    @Test
    void badLengths() {
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        assertRefused(() -> Checkpoint.open(write(SafetensorsBytes.withLength(3, json, 0))), "cut short");
        assertRefused(() -> Checkpoint.open(write(SafetensorsBytes.withLength(-1, json, 0))), "18446744073709551615");
        assertRefused(() -> Checkpoint.open(write(SafetensorsBytes.withLength(100_000_001, json, 0))), "the limit is");
        assertRefused(() -> Checkpoint.open(write(SafetensorsBytes.withLength(1, json, 0))), "not valid JSON");
        assertRefused(() -> Checkpoint.open(write(new byte[0])), "is empty");
        assertRefused(() -> Checkpoint.open(write(new byte[7])), "only 7 bytes");
        assertRefused(() -> Checkpoint.open(write(new byte[8])), "JSON");
        assertRefused(() -> Checkpoint.open(write(new byte[100])), "neither");
    }

    @Test
    void deepNestingAndBadUtf8() {
        String deep = "{\"a\":" + "[".repeat(100_000);
        assertRefused(() -> Checkpoint.open(write(SafetensorsBytes.of(deep, 0))), "not a JSON object");
        String deepShape = "{\"a\":{\"shape\":" + "[".repeat(100_000);
        assertRefused(() -> Checkpoint.open(write(SafetensorsBytes.of(deepShape, 0))), "integers");
        byte[] bytes = SafetensorsBytes.of("{\"a\":1}", 0);
        bytes[10] = (byte) 0xff;
        assertRefused(() -> Checkpoint.open(write(bytes)), "not UTF-8");
    }

    /** What a header may make the reader keep is bounded, whatever it repeats. */
    @Test
    void headersOfNoConvNeXtAreRefusedBeforeTheyTakeMemory() {
        String notes = numbered(100_001, "\"%d\":\"\"");
        assertRefused(
                () -> Checkpoint.open(write(SafetensorsBytes.of("{\"__metadata__\":{" + notes + "}}", 0))),
                "more than 100000 __metadata__ entries");
        String tensors = numbered(100_001, "\"%d\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
        assertRefused(
                () -> Checkpoint.open(write(SafetensorsBytes.of("{" + tensors + "}", 0))), "more than 100000 tensors");
        String longText = "x".repeat(4_000_000);
        String texts = numbered(3, "\"%d\":\"" + longText + "\"");
        assertRefused(
                () -> Checkpoint.open(write(SafetensorsBytes.of("{\"__metadata__\":{" + texts + "}}", 0))),
                "more than 10000000 characters");
        String text = "x".repeat(11_000_000);
        assertRefused(
                () -> Checkpoint.open(write(SafetensorsBytes.of("{\"__metadata__\":{\"a\":\"" + text + "\"}}", 0))),
                "a name or text longer than any");
        String enough = numbered(1_000, "\"%d\":\"" + "x".repeat(1_000) + "\"");
        try (SafetensorsFile file =
                SafetensorsFile.open(write(SafetensorsBytes.of("{\"__metadata__\":{" + enough + "}}", 0)))) {
            assertEquals(1_000, file.metadata().size());
        }
    }

    private static String numbered(int count, String format) {
        return IntStream.range(0, count)
                .mapToObj(i -> format.replace("%d", String.valueOf(i)))
                .collect(Collectors.joining(","));
    }

    @Test
    void otherFilesAreNamed() throws IOException {
        assertRefused(() -> Checkpoint.open(folder), "is a folder");
        assertRefused(() -> Checkpoint.open(folder.resolve("missing")), "no such file");
        assertRefused(() -> Checkpoint.open(Path.of("/dev/null")), "not a regular file");
        assertRefused(() -> Checkpoint.open(write(new byte[] {(byte) 0x89, 'H', 'D', 'F', 0, 0, 0, 0, 0})), "HDF5");
        assertRefused(
                () -> Checkpoint.open(write(new byte[] {(byte) 0x80, 4, '}', '.', 0, 0, 0, 0, 0})), "bare pickle");
        Path pointer = Files.writeString(folder.resolve("lfs"), "version https://git-lfs.github.com/spec/v1\n");
        assertRefused(() -> Checkpoint.open(pointer), "git lfs pull");
        Path toy = Toy.file("facebook.safetensors");
        assertRefused(() -> TorchFile.open(toy), "is a safetensors file");
    }

    @Test
    void everyTruncationOfARealFileIsRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(Toy.writeSmall(folder.resolve("small"), Layout.FACEBOOK));
        for (int length = 0; length < bytes.length; length += 97) {
            byte[] part = Arrays.copyOf(bytes, length);
            assertRefused(() -> Checkpoint.open(write(part)));
        }
    }
}
