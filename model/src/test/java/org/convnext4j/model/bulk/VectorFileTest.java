package org.convnext4j.model.bulk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.convnext4j.model.failure.ModelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorFileTest {
    @TempDir
    private Path folder;

    private static String header(byte[] bytes) {
        return new String(bytes, 10, 118, StandardCharsets.US_ASCII);
    }

    /** NumPy's format 1.0: magic, version, length of the header, a dictionary padded with spaces, a line feed, data. */
    @Test
    void theFileIsNumPysAndWholeAfterEveryAppend() throws IOException {
        Path path = folder.resolve("v.npy");
        try (VectorFile file = VectorFile.create(path, 3)) {
            assertTrue(header(Files.readAllBytes(path)).contains("'shape': (0, 3)"));
            file.append(new float[] {1, -2, 3.5f, 4, 5, 6});
            byte[] bytes = Files.readAllBytes(path);
            assertEquals(128 + 24, bytes.length);
            assertArrayEquals(
                    new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0}, Arrays.copyOf(bytes, 10));
            assertEquals(
                    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
                    header(bytes).strip());
            assertEquals('\n', bytes[127]);
            ByteBuffer data = ByteBuffer.wrap(bytes, 128, 24).order(ByteOrder.LITTLE_ENDIAN);
            for (float expected : new float[] {1, -2, 3.5f, 4, 5, 6}) {
                assertEquals(expected, data.getFloat());
            }
            assertThrows(IllegalArgumentException.class, () -> file.append(new float[4]));
        }
    }

    /** Rows that the names do not know of yet, whole or in part, give way. */
    @Test
    void aFileIsGoneOnWithAfterTheRowsThatAreToStay() throws IOException {
        Path whole = folder.resolve("whole.npy");
        float[] rows = {1, 2, 3, 4, 5, 6, 7, 8};
        try (VectorFile file = VectorFile.create(whole, 2)) {
            file.append(rows);
        }
        byte[] expected = Files.readAllBytes(whole);
        for (int cut = 128; cut <= expected.length; cut++) {
            int rowsThere = (cut - 128) / 8;
            for (int stay = 0; stay <= rowsThere; stay++) {
                Path path = folder.resolve("cut.npy");
                Files.write(path, Arrays.copyOf(expected, cut));
                try (VectorFile file = VectorFile.resume(path, 2, stay)) {
                    file.append(Arrays.copyOfRange(rows, 2 * stay, rows.length));
                }
                assertArrayEquals(expected, Files.readAllBytes(path), cut + " bytes, " + stay + " rows");
            }
        }
    }

    @Test
    void anotherFileIsRefusedAndLeftAlone() throws IOException {
        Path path = folder.resolve("v.npy");
        try (VectorFile file = VectorFile.create(path, 2)) {
            file.append(new float[] {1, 2});
        }
        byte[] before = Files.readAllBytes(path);
        assertThrows(ModelException.class, () -> VectorFile.create(path, 2));
        assertThrows(ModelException.class, () -> VectorFile.resume(path, 3, 1));
        assertThrows(ModelException.class, () -> VectorFile.resume(path, 12, 0));
        assertThrows(ModelException.class, () -> VectorFile.resume(path, 2, 2));
        assertArrayEquals(before, Files.readAllBytes(path));
        Path text = Files.writeString(folder.resolve("notes.txt"), "dear diary");
        ModelException failure = assertThrows(ModelException.class, () -> VectorFile.resume(text, 2, 0));
        assertTrue(String.valueOf(failure.getMessage()).startsWith(text + ": is there already"), failure::toString);
        assertEquals("dear diary", Files.readString(text));
    }
}
