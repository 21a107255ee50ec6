package org.convnext4j.model.weights;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.convnext4j.model.failure.ModelException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Damaged files are read or refused with a ModelException, in little memory and time; anything else fails the test. The
 * property {@code convnext4j.mutants} sets how many there are of each format.
 */
@Tag("slow")
class MutationTest {
    private static final Logger LOG = LoggerFactory.getLogger(MutationTest.class);

    private static final int ROUNDS = Integer.getInteger("convnext4j.mutants", 3000);

    /** The files have 4 to 40 kB; what they hold takes a few hundred kB to read. */
    private static final long MAX_ALLOCATED_BYTES = 8 << 20;

    /** Far more than any takes, for machines that do much else. */
    private static final long MAX_MILLIS = 10_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path folder;

    @Test
    void safetensors() throws IOException {
        byte[] good = Files.readAllBytes(Toy.writeSmall(folder.resolve("good"), Layout.TIMM));
        mutate("safetensors", good, 1);
    }

    @Test
    void zip() throws IOException {
        mutate("zip", TorchBytes.smallZip(), 2);
    }

    @Test
    void legacy() throws IOException {
        mutate("legacy", TorchBytes.smallLegacy(), 3);
    }

    @Test
    void averagedWeightsInAZip() throws IOException {
        Map<String, Integer> both = new LinkedHashMap<>();
        both.put("state_dict", 0);
        both.put("trainer.ema", 1);
        mutate("zip with averaged weights", TorchBytes.networks(both), 4);
    }

    private void mutate(String format, byte[] good, long seed) throws IOException {
        Path file = folder.resolve("mutant");
        Random random = new Random(seed);
        int refused = 0;
        long mostBytes = 0;
        long mostNanos = 0;
        // Classes that are loaded once are no cost of a file.
        Files.write(file, good);
        ConvNeXtCheckpoint.read(file).close();
        for (int round = 0; round < ROUNDS; round++) {
            Files.write(file, mutant(good, random));
            long bytes = THREADS.getCurrentThreadAllocatedBytes();
            long nanos = System.nanoTime();
            try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
                checkpoint.dtypes();
            } catch (ModelException e) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
            nanos = System.nanoTime() - nanos;
            bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
            mostBytes = Math.max(mostBytes, bytes);
            mostNanos = Math.max(mostNanos, nanos);
            String which = "seed " + seed + ", round " + round;
            assertTrue(bytes <= MAX_ALLOCATED_BYTES, () -> which + " took more than " + MAX_ALLOCATED_BYTES + " bytes");
            assertTrue(nanos / 1_000_000 <= MAX_MILLIS, () -> which + " took more than " + MAX_MILLIS + " ms");
        }
        LOG.info(
                "{}: {} mutants, {} refused, at most {} bytes and {} ms for one",
                format,
                ROUNDS,
                refused,
                mostBytes,
                mostNanos / 1_000_000);
        assertTrue(refused > ROUNDS / 10 && refused < ROUNDS, "refused " + refused);
    }

    private static byte[] mutant(byte[] good, Random random) {
        byte[] bytes = good.clone();
        int kind = random.nextInt(6);
        // Headers and pickles come first, and have more to break than weights.
        int end = random.nextBoolean() ? bytes.length : Math.min(bytes.length, 6000);
        int at = random.nextInt(end);
        int length = Math.min(1 + random.nextInt(16), bytes.length - at);
        switch (kind) {
            case 0 -> bytes = Arrays.copyOf(bytes, at);
            case 1 -> Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0 : 0xff));
            case 2 -> System.arraycopy(good, random.nextInt(bytes.length - length), bytes, at, length);
            case 3 -> {
                bytes = Arrays.copyOf(good, good.length - length);
                System.arraycopy(good, at + length, bytes, at, good.length - at - length);
            }
            default -> {
                for (int i = 0; i < 1 + random.nextInt(4); i++) {
                    int where = random.nextInt(end);
                    bytes[where] = (byte) (kind == 4 ? random.nextInt() : bytes[where] ^ (1 << random.nextInt(8)));
                }
            }
        }
        return bytes;
    }
}
