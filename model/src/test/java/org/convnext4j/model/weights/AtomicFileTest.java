package org.convnext4j.model.weights;

import static org.convnext4j.model.weights.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    private static final byte[] CONTENT = {1, 2, 3};

    @TempDir
    private Path folder;

    private List<Path> temporaries() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".tmp")).toList();
        }
    }

    @Test
    void whatAKilledProcessLeftIsRemovedAndNothingElse() throws IOException {
        Path left = Files.write(folder.resolve(".out.0123456789abcdef.tmp"), CONTENT);
        List<Path> others = List.of(
                Files.write(folder.resolve(".other.0123456789abcdef.tmp"), CONTENT),
                Files.write(folder.resolve(".out.notes.tmp"), CONTENT),
                Files.write(folder.resolve("out.0123456789abcdef.tmp"), CONTENT));
        Path target = folder.resolve("out");
        AtomicFile.write(target, CONTENT);
        assertArrayEquals(CONTENT, Files.readAllBytes(target));
        assertFalse(Files.exists(left));
        others.forEach(other -> assertTrue(Files.exists(other), other.toString()));
    }

    private Map<Path, AtomicFile.Content> files(AtomicFile.Content last) {
        Map<Path, AtomicFile.Content> files = new LinkedHashMap<>();
        files.put(folder.resolve("first"), channel -> ChannelWrites.all(channel, CONTENT));
        files.put(folder.resolve("last"), last);
        return files;
    }

    @Test
    void severalAppearTogether() throws IOException {
        AtomicFile.writeAll(files(channel -> {
            assertFalse(Files.exists(folder.resolve("first")), "the first waits for the last");
            ChannelWrites.all(channel, CONTENT);
        }));
        assertArrayEquals(CONTENT, Files.readAllBytes(folder.resolve("first")));
        assertArrayEquals(CONTENT, Files.readAllBytes(folder.resolve("last")));
        assertEquals(List.of(), temporaries());
    }

    @Test
    void oneThatFailsKeepsTheOthersAway() throws IOException {
        Path first = folder.resolve("first");
        assertRefused(
                () -> AtomicFile.writeAll(files(channel -> {
                    throw new IOException("full");
                })),
                "last",
                "full");
        assertFalse(Files.exists(first));
        // In the way when it is moved there.
        Path last = folder.resolve("last");
        AtomicFile.Content late = channel -> Files.createDirectories(last.resolve("child"));
        assertRefused(() -> AtomicFile.writeAll(files(late)), "last");
        assertFalse(Files.exists(first), "what was not there is taken back");
        byte[] old = {7};
        Files.write(first, old);
        assertRefused(() -> AtomicFile.writeAll(files(channel -> ChannelWrites.all(channel, CONTENT))), "is a folder");
        assertArrayEquals(old, Files.readAllBytes(first));
        assertEquals(List.of(), temporaries());
    }

    @Test
    void oneThatThisProcessWritesStays() throws IOException {
        Path target = folder.resolve("out");
        byte[] outer = {9};
        AtomicFile.write(target, channel -> {
            AtomicFile.write(target, CONTENT);
            assertArrayEquals(CONTENT, Files.readAllBytes(target));
            ChannelWrites.all(channel, outer);
        });
        assertArrayEquals(outer, Files.readAllBytes(target));
        assertEquals(List.of(), temporaries());
    }

    @Test
    void oneThatAnotherProcessWritesStaysUntilThatIsKilled() throws Exception {
        Path target = folder.resolve("out");
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndlessWriterMain.class.getName(),
                        target.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertEquals('w', other.getInputStream().read());
            List<Path> writing = temporaries();
            assertEquals(1, writing.size());
            AtomicFile.write(target, CONTENT);
            assertEquals(writing, temporaries());
            other.destroyForcibly();
            assertTrue(other.waitFor(60, TimeUnit.SECONDS));
            assertEquals(writing, temporaries());
            AtomicFile.write(target, CONTENT);
            assertEquals(List.of(), temporaries());
        } finally {
            other.destroyForcibly();
        }
    }
}
