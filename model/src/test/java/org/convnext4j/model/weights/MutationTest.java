package org.convnext4j.model.weights;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files are read or refused with a CheckpointException; anything else fails the test. */
class MutationTest {
    private static final int ROUNDS = Integer.getInteger("convnext4j.mutants", 3000);

    @TempDir
    private Path folder;

    @Test
    void safetensors() throws IOException {
        byte[] good = Files.readAllBytes(Toy.writeSmall(folder.resolve("good"), Layout.TIMM));
        mutate(good, 1);
    }

    @Test
    void zip() throws IOException {
        mutate(TorchBytes.smallZip(), 2);
    }

    @Test
    void legacy() throws IOException {
        mutate(TorchBytes.smallLegacy(), 3);
    }

    private void mutate(byte[] good, long seed) throws IOException {
        Path file = folder.resolve("mutant");
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Files.write(file, mutant(good, random));
            try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
                checkpoint.dtypes();
            } catch (CheckpointException e) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
        assertTrue(refused > ROUNDS / 10 && refused < ROUNDS, "refused " + refused);
    }

    private static byte[] mutant(byte[] good, Random random) {
        byte[] bytes = good.clone();
        int kind = random.nextInt(6);
        int at = random.nextInt(bytes.length);
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
                    int where = random.nextInt(bytes.length);
                    bytes[where] = (byte) (kind == 4 ? random.nextInt() : bytes[where] ^ (1 << random.nextInt(8)));
                }
            }
        }
        return bytes;
    }
}
