package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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

/** A run that is killed ten times at random ends with the bits of one that was left alone. */
@Tag("slow")
class KilledTrainerTest {
    private static final int KILLS = 10;
    private static final long DEADLINE_SECONDS = 120;

    /** The exit code of a process that SIGKILL ended. */
    private static final int KILLED = 128 + 9;

    @TempDir
    private Path temp;

    @Test
    @Timeout(15 * DEADLINE_SECONDS)
    void endsAsIfNothingHadHappened() throws IOException, InterruptedException {
        Path whole = temp.resolve("whole");
        assertEquals(0, train(whole, 0, 0));
        Path cut = temp.resolve("cut");
        SplittableRandom random = new SplittableRandom(7);
        for (int kill = 0; kill < KILLS; kill++) {
            int steps = 1 + random.nextInt(24);
            assertEquals(KILLED, train(cut, steps, random.nextInt(30)), "kill " + kill + " came after the end");
        }
        long step = CheckpointStore.latest(cut.resolve("checkpoints"))
                .checkpoint()
                .map(checkpoint -> checkpoint.state().step())
                .orElse(0L);
        assertTrue(step > 0 && step < 240, "the kills must leave something to go on from and to do, not step " + step);
        assertEquals(0, train(cut, 0, 0));
        for (String file : List.of("model.safetensors", "last.safetensors")) {
            assertArrayEquals(Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(cut.resolve(file)), file);
        }
        for (String file : List.of("weights.safetensors", "ema.safetensors", "optimizer.safetensors")) {
            assertArrayEquals(
                    Files.readAllBytes(whole.resolve("checkpoints/step-0000240").resolve(file)),
                    Files.readAllBytes(cut.resolve("checkpoints/step-0000240").resolve(file)),
                    file);
        }
    }

    /** Trains; kills the process so many milliseconds after so many steps unless these are 0. */
    private int train(Path folder, int steps, int millis) throws IOException, InterruptedException {
        Path errors = temp.resolve("errors.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules",
                        "jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledTrainerMain.class.getName(),
                        folder.toString())
                .redirectError(errors.toFile())
                .start();
        try {
            for (int lines = 0; lines < steps; ) {
                int read = process.getInputStream().read();
                assertTrue(read >= 0, Files.readString(errors));
                lines += read == '\n' ? 1 : 0;
            }
            if (steps > 0) {
                TimeUnit.MILLISECONDS.sleep(millis);
                assertTrue(process.toHandle().destroyForcibly());
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), output);
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
