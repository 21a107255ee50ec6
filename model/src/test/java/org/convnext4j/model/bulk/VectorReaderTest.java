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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorReaderTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("vectors.npy");
    }

    /** As numpy.save lays it out. */
    private void write(int major, String header, float... data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes =
                ByteBuffer.allocate(12 + text.length + 4 * data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) major, 0});
        if (major == 1) {
            bytes.putShort((short) text.length);
        } else {
            bytes.putInt(text.length);
        }
        bytes.put(text);
        for (float value : data) {
            bytes.putFloat(value);
        }
        Files.write(file, Arrays.copyOf(bytes.array(), bytes.position()));
    }

    @Test
    void readsWhatVectorFileWrote() {
        try (VectorFile to = VectorFile.create(file, 3)) {
            to.append(new float[] {1, 2, 3, 4, 5, 6});
            to.append(new float[] {7, 8, 9});
        }
        try (VectorReader reader = VectorReader.open(file)) {
            assertEquals(3, reader.rows());
            assertEquals(3, reader.channels());
            assertArrayEquals(new float[] {4, 5, 6, 7, 8, 9}, reader.read(1, 2));
            assertArrayEquals(new float[0], reader.read(3, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> reader.read(2, 2));
            assertThrows(IndexOutOfBoundsException.class, () -> reader.read(-1, 1));
        }
    }

    @Test
    void readsOtherVersionsOfTheFormat() throws IOException {
        for (int major : new int[] {1, 2, 3}) {
            write(major, "{'shape': (2,2), 'fortran_order': False, 'descr': '<f4'}\n", 1, 2, 3, 4);
            try (VectorReader reader = VectorReader.open(file)) {
                assertArrayEquals(new float[] {3, 4}, reader.read(1, 1));
            }
        }
    }

    @Test
    void whatIsNoSuchFileIsRefusedWithTheReason() throws IOException {
        refused("does not exist");
        Files.writeString(file, "no vectors, but a text of some length");
        refused("is no NumPy file");
        Files.writeString(file, "text");
        refused("is no NumPy file");
        Files.write(file, new byte[] {(byte) 0x93, 'N', 'U'});
        refused("is cut off");
        write(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1), }", 1, 1);
        refused("numbers of type <f8, not <f4; save it as float32");
        write(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2), }", 1, 1);
        refused("row by row");
        write(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 1, 1);
        refused("has the shape (2), not (pictures, channels)");
        write(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 2), }", 1, 1);
        refused("has the shape (1, 1, 2)");
        write(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999999999999, 1), }", 1);
        refused("damaged");
        write(1, "{'descr': '<f4', 'shape': (1, 1), }", 1);
        refused("tells no type, order or shape");
        write(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", 1, 2, 3);
        refused("is cut off: its header tells 2 rows of 2");
        write(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000, 2000000000), }", 1, 2, 3);
        refused("is cut off: its header tells 1000000000000 rows");
        file = folder;
        refused("is a folder");
    }

    @Test
    void numbersThatAreNoneAreRefused() throws IOException {
        write(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", 1, 2, 3, Float.NaN);
        try (VectorReader reader = VectorReader.open(file)) {
            assertArrayEquals(new float[] {1, 2}, reader.read(0, 1));
            ModelException refused = assertThrows(ModelException.class, () -> reader.read(0, 2));
            assertTrue(String.valueOf(refused.getMessage()).contains("row 1 has the number NaN"));
        }
    }

    private void refused(String part) {
        ModelException refused = assertThrows(ModelException.class, () -> VectorReader.open(file));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.startsWith(file + ": ") && message.contains(part), message);
    }
}
