package org.convnext4j.bindings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedFilesTest {
    @TempDir
    Path temp;

    private final byte[] content = new byte[200_000];
    private Path folder;
    private NativeFile file;

    @BeforeEach
    void makeJar() throws Exception {
        new Random(1).nextBytes(content);
        folder = temp.resolve("cache").resolve("version");
        Path jar = temp.resolve("native.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("x/lib.so"));
            out.write(content);
            out.closeEntry();
        }
        file = NativeFile.describe(
                "lib.so", URI.create("jar:" + jar.toUri() + "!/x/lib.so").toURL());
    }

    private Path unpack() throws IOException {
        return UnpackedFiles.provide(folder, List.of(file)).get(0);
    }

    private void assertOnlyTheTrueFileIsThere() throws IOException {
        assertArrayEquals(content, Files.readAllBytes(folder.resolve("lib.so")));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void unpacksOnceAndThenLeavesTheFileAlone() throws Exception {
        Path path = unpack();
        assertOnlyTheTrueFileIsThere();
        FileTime early = FileTime.from(Instant.parse("2001-01-01T00:00:00Z"));
        Files.setLastModifiedTime(path, early);
        unpack();
        assertEquals(early, Files.getLastModifiedTime(path));
    }

    @Test
    void repairsATruncatedFile() throws Exception {
        try (FileChannel channel = FileChannel.open(unpack(), StandardOpenOption.WRITE)) {
            channel.truncate(content.length / 2);
        }
        unpack();
        assertOnlyTheTrueFileIsThere();
    }

    @Test
    void repairsASingleWrongByteOfEqualSize() throws Exception {
        Path path = unpack();
        byte[] wrong = content.clone();
        wrong[123_456] ^= 1;
        Files.write(path, wrong);
        unpack();
        assertOnlyTheTrueFileIsThere();
    }

    @Test
    void removesOnlyOldPartsOfKilledProcesses() throws Exception {
        Files.createDirectories(folder);
        Path old = Files.createFile(folder.resolve("lib.so.1.part"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(7200)));
        Path fresh = Files.createFile(folder.resolve("lib.so.2.part"));
        unpack();
        assertFalse(Files.exists(old));
        assertTrue(Files.exists(fresh));
    }

    @Test
    void leavesNothingUnderTheFinalNameIfTheContentIsCutShort() throws Exception {
        // What a full disk amounts to: fewer bytes arrive than the jar's table of contents promises.
        NativeFile promised = new NativeFile("lib.so", content.length + 1, file.crc32(), file.source());
        IOException e = assertThrows(IOException.class, () -> UnpackedFiles.provide(folder, List.of(promised)));
        assertTrue(String.valueOf(e.getMessage()).contains("is the disk full?"), e::getMessage);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void describesAFileOutsideOfAJarTheSameWay() throws Exception {
        Path plain = Files.write(temp.resolve("plain.so"), content);
        NativeFile described = NativeFile.describe("lib.so", plain.toUri().toURL());
        assertEquals(file.sizeBytes(), described.sizeBytes());
        assertEquals(file.crc32(), described.crc32());
    }
}
