package org.convnext4j.model.weights;

import static org.convnext4j.model.weights.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
    private static final List<TensorEntry> TENSORS = List.of(
            new TensorEntry("half", DType.F16, List.of(3L), MemorySegment.ofArray(new byte[6])),
            new TensorEntry("count", DType.I64, List.of(), MemorySegment.ofArray(new byte[8])),
            new TensorEntry("nothing", DType.F32, List.of(0L, 4L), MemorySegment.ofArray(new byte[0])),
            new TensorEntry("wide", DType.F64, List.of(2L, 1L), MemorySegment.ofArray(new byte[16])));

    @TempDir
    private Path folder;

    private Path target;

    @BeforeEach
    void chooseTarget() {
        target = folder.resolve("out.safetensors");
    }

    @Test
    void mixedTypesComeBackAligned() {
        SafetensorsWriter.write(target, TENSORS, null, Map.of("note", "\u00e9\"\n"));
        try (SafetensorsFile file = SafetensorsFile.open(target)) {
            assertEquals(
                    List.of("count", "wide", "nothing", "half"),
                    file.entries().stream().map(TensorEntry::name).toList());
            assertEquals(Map.of("note", "\u00e9\"\n"), file.metadata());
            file.entries()
                    .forEach(entry -> assertEquals(
                            0, entry.data().address() % entry.dtype().bytes()));
            assertEquals(List.of(0L, 4L), file.entries().get(2).shape());
        }
        assertOnly("out.safetensors");
    }

    @Test
    void aFullDiskLeavesTheOldFileAndNothingElse() throws IOException {
        SafetensorsWriter.write(target, TENSORS, null, Map.of());
        int size = (int) Files.size(target);
        Files.writeString(target, "old");
        for (int limit : new int[] {0, 5, 100, size - 1}) {
            assertRefused(
                    () -> SafetensorsWriter.write(target, TENSORS, null, Map.of(), temp -> new FullDisk(temp, limit)),
                    "No space left");
            assertEquals("old", Files.readString(target));
            assertOnly("out.safetensors");
        }
    }

    @Test
    void foldersThatCannotBeWrittenAreNamed() throws IOException {
        assertRefused(
                () -> SafetensorsWriter.write(folder.resolve("missing/out.safetensors"), TENSORS, null, Map.of()),
                "does not exist");
        Path file = Files.writeString(folder.resolve("file"), "");
        assertRefused(
                () -> SafetensorsWriter.write(file.resolve("out.safetensors"), TENSORS, null, Map.of()),
                "cannot be written");
        Files.delete(file);
        Path directory = Files.createDirectory(target);
        assertRefused(() -> SafetensorsWriter.write(directory, TENSORS, null, Map.of()), "is a folder");
        assertOnly("out.safetensors");
        assertRefused(
                () -> SafetensorsWriter.write(folder.resolve("b"), TENSORS, null, Map.of(), temp -> {
                    throw new AccessDeniedException(temp.toString());
                }),
                "no permission");
        assertOnly("out.safetensors");
    }

    @Test
    void aLinkIsWrittenThrough() throws IOException {
        Files.writeString(target, "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        SafetensorsWriter.write(link, TENSORS, null, Map.of());
        assertTrue(Files.isSymbolicLink(link));
        try (Checkpoint checkpoint = Checkpoint.open(target)) {
            assertEquals(4, checkpoint.entries().size());
        }
    }

    @Test
    void whatCannotBeWrittenIsRefusedFirst() {
        assertThrows(
                IllegalArgumentException.class, () -> SafetensorsWriter.write(target, TENSORS, DType.F64, Map.of()));
        assertThrows(
                IllegalArgumentException.class, () -> SafetensorsWriter.write(target, TENSORS, DType.F32, Map.of()));
        TensorEntry twin = TENSORS.get(0);
        assertThrows(
                IllegalArgumentException.class,
                () -> SafetensorsWriter.write(target, List.of(twin, twin), null, Map.of()));
        assertOnly();
    }

    private void assertOnly(String... names) {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of(names),
                    files.map(path -> path.getFileName().toString()).toList());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes so many bytes and no more. */
    private static final class FullDisk implements WritableByteChannel {
        private final FileChannel file;
        private int left;

        FullDisk(Path temp, int left) throws IOException {
            this.file = FileChannel.open(temp, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            this.left = left;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            if (left == 0) {
                throw new IOException("No space left on device");
            }
            int count = Math.min(left, source.remaining());
            ByteBuffer part = source.duplicate().limit(source.position() + count);
            int written = file.write(part);
            source.position(source.position() + written);
            left -= written;
            return written;
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
