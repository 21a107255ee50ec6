package org.convnext4j.model.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
