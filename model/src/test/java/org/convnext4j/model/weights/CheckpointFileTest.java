package org.convnext4j.model.weights;

import static org.convnext4j.model.weights.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.failure.ModelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What other processes, hostile sizes and interrupts do to a checkpoint that is read. */
class CheckpointFileTest {
    private static final long GIGABYTE = 1L << 30;
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    /** What torch.save began files with before version 1.6. */
    private static final byte[] LEGACY = {
        (byte) 0x80,
        2,
        (byte) 0x8a,
        10,
        0x6c,
        (byte) 0xfc,
        (byte) 0x9c,
        0x46,
        (byte) 0xf9,
        0x20,
        0x6a,
        (byte) 0xa8,
        0x50,
        0x19,
        '.'
    };

    @TempDir
    private Path folder;

    private Path copy(String toy) throws IOException {
        return Files.copy(Toy.file(toy), folder.resolve(toy));
    }

    private static void truncate(Path file, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
    }

    /** A file of this size whose content, but for some bytes, is a hole. */
    private Path sparse(String name, long bytes, Map<Long, byte[]> content) throws IOException {
        Path file = folder.resolve(name);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), bytes - 1);
            for (Map.Entry<Long, byte[]> part : content.entrySet()) {
                channel.write(ByteBuffer.wrap(part.getValue()), part.getKey());
            }
        }
        return file;
    }

    /** How many open files and mappings of this process lie in the test's folder. */
    private long held() throws IOException {
        String real = folder.toRealPath().toString();
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1);
                Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            long open = files.filter(file -> {
                        try {
                            return Files.readSymbolicLink(file).toString().startsWith(real);
                        } catch (IOException e) {
                            return false; // the listing's own
                        }
                    })
                    .count();
            return open + maps.filter(line -> line.contains(real)).count();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Backend.class,
            names = {"AUTO", "SCALAR"})
    void aLoadedModelDependsOnItsFileNoMore(Backend backend) throws Exception {
        Path file = copy("timm.safetensors");
        byte[] content = Files.readAllBytes(file);
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(backend, 2)) {
            Tensor input = FormulaWeights.input(1, arena, 1, 3, 64, 64);
            float[] expected;
            try (ConvNeXt model = ConvNeXt.load(file, engine)) {
                expected = model.logits(input);
            }
            try (ConvNeXt model = ConvNeXt.load(file, engine)) {
                Files.write(file, new byte[content.length]);
                assertArrayEquals(expected, model.logits(input), 1e-4f);
                truncate(file, 100);
                assertArrayEquals(expected, model.logits(input), 1e-4f);
                Files.delete(file);
                model.warmUp();
                assertArrayEquals(expected, model.logits(input), 1e-4f);
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aLoadedModelHoldsNothingOfItsFile() throws Exception {
        Path file = copy("timm.safetensors");
        try (Engine engine = Engine.create(Backend.AUTO, 1);
                ConvNeXt model = ConvNeXt.load(file, engine)) {
            assertEquals(0, held(), model.config().name());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"facebook.safetensors", "facebook-f16.safetensors", "facebook.pth"})
    void aFileThatShrinksAfterItWasOpenedIsRefusedByName(String toy) throws IOException {
        Path file = copy(toy);
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.readUnchecked(file)) {
            truncate(file, Files.size(file) / 2);
            assertRefused(checkpoint::weights, file.toString(), "another process has changed it");
        }
        Files.copy(Toy.file(toy), folder.resolve("again"));
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("again"))) {
            truncate(folder.resolve("again"), 100);
            TensorEntry last = checkpoint.entries().get(checkpoint.entries().size() - 1);
            assertRefused(last::data, "another process has changed it");
        }
    }

    @Test
    void aFileThatShrinksWhileItIsReadIsRefusedWheneverThatHappens() throws Exception {
        byte[] content = Files.readAllBytes(Toy.file("timm.safetensors"));
        Path file = folder.resolve("racing.safetensors");
        Random random = new Random(7);
        for (int i = 0; i < 60; i++) {
            Files.write(file, content);
            long delayNanos = random.nextInt(3_000_000);
            int stay = random.nextInt(content.length);
            Thread other = new Thread(() -> {
                long until = System.nanoTime() + delayNanos;
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
                try {
                    truncate(file, stay);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            other.start();
            try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
                assertEquals(Toy.CONFIG.dims(), checkpoint.config().dims());
            } catch (CheckpointException e) {
                assertTrue(String.valueOf(e.getMessage()).startsWith(file.toString()), e.getMessage());
            }
            other.join();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatCannotBeOpenedLeavesNothingOpen() throws IOException {
        byte[] whole = Files.readAllBytes(Toy.file("facebook.safetensors"));
        byte[] zip = Files.readAllBytes(Toy.file("facebook.pth"));
        Map<String, byte[]> bad = new LinkedHashMap<>();
        bad.put("garbage", "no checkpoint at all".getBytes(StandardCharsets.US_ASCII));
        bad.put("cut.safetensors", Arrays.copyOf(whole, whole.length - 5));
        bad.put("cut.pth", Arrays.copyOf(zip, zip.length - 30));
        bad.put("legacy.pth", Arrays.copyOf(LEGACY, 40));
        bad.put(
                "half.index.json",
                "{\"weight_map\":{\"a\":\"small\",\"b\":\"missing\"}}".getBytes(StandardCharsets.US_ASCII));
        byte[] nan = whole.clone();
        for (int i = nan.length - 64; i < nan.length; i++) {
            nan[i] = (byte) 0xff;
        }
        bad.put("nan.safetensors", nan);
        Toy.writeSmall(folder.resolve("small"), Layout.FACEBOOK);
        try (Engine engine = Engine.create(Backend.SCALAR, 1)) {
            for (Map.Entry<String, byte[]> one : bad.entrySet()) {
                Path file = Files.write(folder.resolve(one.getKey()), one.getValue());
                for (int i = 0; i < 20; i++) {
                    assertThrows(ModelException.class, () -> ConvNeXt.load(file, engine), one.getKey());
                }
                assertEquals(0, held(), one.getKey());
            }
        }
    }

    @Test
    void closingTwiceIsNoError() throws IOException {
        Path file = copy("facebook.safetensors");
        ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.readUnchecked(file);
        checkpoint.close();
        checkpoint.close();
        assertThrows(IllegalStateException.class, checkpoint::weights);
        Checkpoint plain = Checkpoint.open(file);
        plain.close();
        plain.close();
        assertThrows(IllegalStateException.class, () -> plain.entries().get(0).data());
    }

    @Test
    void sparseFilesOfGigabytesAreRefusedAtOnce() throws IOException {
        byte[] bigHeader = ByteBuffer.allocate(9)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(SafetensorsFile.MAX_HEADER_BYTES)
                .put((byte) '{')
                .array();
        byte[] huge = SafetensorsBytes.of(
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483648],\"data_offsets\":[0,8589934592]}}", 0);
        byte[] pickle = ByteBuffer.allocate(11)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0x80)
                .put((byte) 4)
                .put((byte) 0x8d) // BINUNICODE8
                .putLong(GIGABYTE)
                .array();
        Map<String, Path> files = new LinkedHashMap<>();
        files.put("neither", sparse("x.safetensors", 8 * GIGABYTE, Map.of()));
        files.put("not valid JSON", sparse("header.safetensors", 8 * GIGABYTE, Map.of(0L, bigHeader)));
        files.put("no ConvNeXt", sparse("one.safetensors", 8 * GIGABYTE + huge.length, Map.of(0L, huge)));
        files.put("without a directory", sparse("x.pth", 8 * GIGABYTE, Map.of(0L, new byte[] {'P', 'K', 3, 4})));
        files.put("pickle", sparse("legacy.pth", 8 * GIGABYTE, Map.of(0L, LEGACY)));
        files.put("its pickle is damaged", zip("zeros.pth", 3 * GIGABYTE, new byte[] {(byte) 0x80, 2}));
        files.put("bytes of text", zip("text.pth", 3 * GIGABYTE, pickle));
        files.forEach((reason, file) -> {
            String said = reason.equals("no ConvNeXt") ? "tensor" : reason;
            assertTimeout(AT_ONCE, () -> assertRefused(() -> ConvNeXtCheckpoint.read(file), file.toString(), said));
        });
    }

    /** A zip archive with a data.pkl of gigabytes, of which only the start is not a hole. */
    private Path zip(String name, long bytes, byte[] start) throws IOException {
        byte[] entry = "a/data.pkl".getBytes(StandardCharsets.US_ASCII);
        byte[] local = ByteBuffer.allocate(30 + entry.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, 0x04034b50)
                .putShort(26, (short) entry.length)
                .put(30, entry)
                .array();
        ByteBuffer end = ByteBuffer.allocate(46 + entry.length + 22).order(ByteOrder.LITTLE_ENDIAN);
        end.putInt(0, 0x02014b50)
                .putInt(20, (int) bytes)
                .putInt(24, (int) bytes)
                .putShort(28, (short) entry.length)
                .put(46, entry);
        int at = 46 + entry.length;
        end.putInt(at, 0x06054b50).putInt(at + 12, at).putInt(at + 16, (int) (local.length + bytes));
        return sparse(
                name,
                local.length + bytes + end.capacity(),
                Map.of(0L, local, (long) local.length, start, local.length + bytes, end.array()));
    }

    @Test
    void aShardIsAFileAndNoFolderWithAnotherIndex() throws IOException {
        Path shard = Files.createDirectory(folder.resolve("shard"));
        Toy.writeSmall(shard.resolve("model.safetensors"), Layout.FACEBOOK);
        Path index = Files.writeString(
                folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"norm.weight\":\"shard\"}}");
        assertRefused(() -> Checkpoint.open(index), shard.toString(), "is a folder");
    }

    @Test
    void anInterruptedLoadSaysSoAndTheThreadStaysInterrupted() throws IOException {
        Path file = copy("facebook.safetensors");
        Thread.currentThread().interrupt();
        try {
            assertRefused(() -> ConvNeXtCheckpoint.read(file), file.toString(), "the thread was interrupted");
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void exhaustedFileHandlesAreNamedOnce() {
        String said = FileFailure.reading(new FileSystemException("model.pth", null, "Too many open files"));
        assertTrue(said.contains("too many files open") && !said.contains("model.pth"), said);
    }

    @Test
    void theWrongNumberOfLogitsIsRefusedWithBothNumbers() {
        try (Engine engine = Engine.create(Backend.SCALAR, 1);
                ConvNeXt model = ConvNeXt.load(Toy.file("timm.safetensors"), engine)) {
            int classes = model.config().classes();
            for (int count : List.of(0, classes - 1, 2 * classes)) {
                String message = String.valueOf(
                        assertThrows(IllegalArgumentException.class, () -> model.predictions(new float[count], 1))
                                .getMessage());
                assertTrue(message.contains(count + " logits") && message.contains(classes + " classes"), message);
            }
        }
    }
}
