package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed at any moment of saving leaves a checkpoint that loads. */
@Tag("slow")
class KilledWriterTest {
    private static final int ROUNDS = 15;
    private static final long DEADLINE_SECONDS = 60;

    /** The exit code of a process that SIGKILL ended. */
    private static final int KILLED = 128 + 9;

    @TempDir
    private Path temp;

    @Test
    @Timeout(ROUNDS * DEADLINE_SECONDS)
    void theLatestIsAlwaysWhole() throws IOException, InterruptedException {
        Path folder = temp.resolve("run");
        SplittableRandom random = new SplittableRandom(42);
        long reached = 0;
        int halfWritten = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long printed = run(folder, random.nextInt(120));
            halfWritten += Folders.list(folder).stream()
                            .anyMatch(path -> path.toString().endsWith(".tmp"))
                    ? 1
                    : 0;
            LatestCheckpoint latest = CheckpointStore.latest(folder);
            assertEquals(List.of(), latest.passedOver());
            TrainingCheckpoint checkpoint = latest.checkpoint().orElseThrow();
            long step = checkpoint.state().step();
            // What was printed was saved; the step after it may be as well.
            assertTrue(step == printed || step == printed + 1, step + " is saved, " + printed + " printed");
            assertTrue(printed > reached, printed + " does not go on from " + reached);
            assertEquals(Runs.state(step, 2), checkpoint.state());
            try (Parameters expected = Runs.parameters(step);
                    Parameters actual = Parameters.allocate(Runs.NETWORK, true)) {
                checkpoint.restore(actual);
                assertTrue(Runs.same(expected, actual));
            }
            reached = step;
        }
        assertTrue(halfWritten > 0, "no kill came in the midst of saving");
    }

    /** Kills the writer so many milliseconds after its first step; the last step it printed. */
    private long run(Path folder, int millis) throws IOException, InterruptedException {
        Path errors = temp.resolve("errors.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWriterMain.class.getName(),
                        folder.toString())
                .redirectError(errors.toFile())
                .start();
        try {
            int first = process.getInputStream().read();
            TimeUnit.MILLISECONDS.sleep(millis);
            // Unlike the process's own method this leaves its output readable.
            assertTrue(process.toHandle().destroyForcibly());
            String output = (char) first + new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), output);
            assertEquals(KILLED, process.exitValue(), Files.readString(errors));
            String complete = output.substring(0, output.lastIndexOf('\n')).strip();
            return Long.parseLong(
                    complete.substring(complete.lastIndexOf('\n') + 1).strip());
        } finally {
            process.destroyForcibly();
        }
    }
}
