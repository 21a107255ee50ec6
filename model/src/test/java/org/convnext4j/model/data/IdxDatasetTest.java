package org.convnext4j.model.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.convnext4j.model.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxDatasetTest {
    private static final String IMAGES = "train-images-idx3-ubyte";
    private static final String LABELS = "train-labels-idx1-ubyte";

    @TempDir
    Path folder;

    @Test
    void readsPlainAndPacked() throws IOException {
        byte[] images = idx(pixels(5 * 3 * 2), 5, 3, 2);
        byte[] labels = idx(new byte[] {1, 0, 7, 1, 9}, 5);
        Files.write(folder.resolve(IMAGES), images);
        Files.write(folder.resolve(LABELS + ".gz"), gzip(labels));
        IdxDataset plain = IdxDataset.open(folder, Split.TRAIN);
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.write(other.resolve("t10k-images-idx3-ubyte.gz"), gzip(images));
        Files.write(other.resolve("t10k-labels-idx1-ubyte"), labels);
        IdxDataset packed = IdxDataset.open(other, Split.VALIDATION);
        for (IdxDataset dataset : List.of(plain, packed)) {
            assertEquals(5, dataset.size());
            assertEquals(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), dataset.classNames());
            assertEquals(7, dataset.label(2));
            for (int i = 0; i < 5; i++) {
                RgbImage picture = dataset.read(i);
                assertEquals(3, picture.height());
                assertEquals(2, picture.width());
                for (int k = 0; k < 18; k++) {
                    int grey = images[16 + i * 6 + k / 3] & 0xff;
                    assertEquals(grey, picture.sample(k / 6, k / 3 % 2, k % 3));
                }
            }
        }
        assertEquals(plain.fingerprint(), packed.fingerprint());
        assertTrue(plain.name(3).contains(IMAGES) && plain.name(3).endsWith("3"));
        assertTrue(IdxDataset.isIn(folder, Split.TRAIN));
        assertFalse(IdxDataset.isIn(folder, Split.VALIDATION));
        assertThrows(IndexOutOfBoundsException.class, () -> plain.read(5));
        assertThrows(IndexOutOfBoundsException.class, () -> plain.read(-1));
    }

    @Test
    void theFingerprintFollowsPixelsAndLabels() throws IOException {
        write(folder, pixels(8), new byte[] {0, 1}, 2, 2, 2);
        String first = IdxDataset.open(folder, Split.TRAIN).fingerprint();
        write(folder, pixels(8), new byte[] {1, 0}, 2, 2, 2);
        String otherLabels = IdxDataset.open(folder, Split.TRAIN).fingerprint();
        byte[] changed = pixels(8);
        changed[7]++;
        write(folder, changed, new byte[] {0, 1}, 2, 2, 2);
        String otherPixels = IdxDataset.open(folder, Split.TRAIN).fingerprint();
        assertNotEquals(first, otherLabels);
        assertNotEquals(first, otherPixels);
    }

    @Test
    void findsTheNamesOfClasses() throws IOException {
        Path fashion = Files.createDirectory(folder.resolve("My-Fashion-MNIST"));
        write(fashion, pixels(2), new byte[] {9, 3}, 2, 1, 1);
        assertEquals(
                IdxDataset.FASHION_MNIST_CLASSES,
                IdxDataset.open(fashion, Split.TRAIN).classNames());
        assertEquals(10, IdxDataset.FASHION_MNIST_CLASSES.size());
        Files.writeString(fashion.resolve("classes.txt"), "zero\none\n\ntwo\r\nthree\n4\n5\n6\n7\n8\nnine");
        assertEquals("two", IdxDataset.open(fashion, Split.TRAIN).classNames().get(2));
        Files.writeString(fashion.resolve("classes.txt"), "zero\none\n");
        assertProblem("the label 9", () -> IdxDataset.open(fashion, Split.TRAIN));
        Files.writeString(fashion.resolve("classes.txt"), "zero\nzero\n");
        assertProblem("distinct", () -> IdxDataset.open(fashion, Split.TRAIN));
        Files.write(fashion.resolve("classes.txt"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertProblem("classes.txt", () -> IdxDataset.open(fashion, Split.TRAIN));
        List<String> names = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k");
        assertEquals(names, IdxDataset.open(fashion, Split.TRAIN, names).classNames());
        assertProblem("the label 9", () -> IdxDataset.open(fashion, Split.TRAIN, List.of("a")));
        assertThrows(IllegalArgumentException.class, () -> IdxDataset.open(fashion, Split.TRAIN, List.of("a", "a")));
        write(folder, pixels(2), new byte[] {11, 3}, 2, 1, 1);
        assertEquals(12, IdxDataset.open(folder, Split.TRAIN).classNames().size());
    }

    @Test
    void refusesDamagedFiles() throws IOException {
        byte[] good = idx(pixels(8), 2, 2, 2);
        Files.write(folder.resolve(LABELS), idx(new byte[] {0, 1}, 2));
        assertProblem("has no file " + IMAGES, () -> IdxDataset.open(folder, Split.TRAIN));
        assertImages("does not fit its size", Arrays.copyOf(good, good.length - 1));
        assertImages("does not fit its size", Arrays.copyOf(good, good.length + 1));
        assertImages("cut short", Arrays.copyOf(good, 9));
        assertImages("cut short", new byte[0]);
        assertImages("0x00000801", idx(new byte[] {0, 1}, 2));
        assertImages("0x00000d03", with(good, 2, 0x0d));
        assertImages("dimension of 0", with(good, 7, 0));
        assertImages("dimension of -", with(good, 4, 0x80));
        assertImages("dimension of 16777218", with(good, 8, 1));
        assertImages("but there are 2 labels", idx(pixels(12), 3, 2, 2));
        // 2 GiB and more are refused before any memory is taken
        assertImages("more than", idx(new byte[0], Integer.MAX_VALUE, 1 << 14, 1 << 14));
        assertImages("does not fit its size", idx(new byte[0], Integer.MAX_VALUE - 8, 1, 1));
    }

    @Test
    void refusesDamagedPackedFiles() throws IOException {
        byte[] good = idx(pixels(8), 2, 2, 2);
        Files.write(folder.resolve(LABELS), idx(new byte[] {0, 1}, 2));
        byte[] packed = gzip(good);
        assertPacked("cut short", Arrays.copyOf(packed, packed.length - 9));
        assertPacked("not a valid gzip file", good);
        assertPacked("not a valid gzip file", with(packed, packed.length - 6, packed[packed.length - 6] + 1));
        assertPacked("goes on after", gzip(Arrays.copyOf(good, good.length + 1)));
        assertPacked("cut short", gzip(Arrays.copyOf(good, good.length - 1)));
        // Deflate cannot have packed a gigabyte into so little, so the memory is never taken
        assertPacked("does not fit its size", gzip(idx(new byte[0], 1 << 30, 1, 1)));
    }

    private void assertImages(String part, byte[] file) throws IOException {
        Files.write(folder.resolve(IMAGES), file);
        assertProblem(part, () -> IdxDataset.open(folder, Split.TRAIN));
    }

    private void assertPacked(String part, byte[] file) throws IOException {
        Files.write(folder.resolve(IMAGES + ".gz"), file);
        assertProblem(part, () -> IdxDataset.open(folder, Split.TRAIN));
    }

    private void assertProblem(String part, Runnable action) {
        DatasetException problem = assertThrows(DatasetException.class, action::run);
        String message = String.valueOf(problem.getMessage());
        assertTrue(message.contains(part), message);
        assertTrue(message.startsWith(folder.toString()), message);
    }

    private static void write(Path to, byte[] pixels, byte[] labels, int... dims) throws IOException {
        Files.write(to.resolve(IMAGES), idx(pixels, dims));
        Files.write(to.resolve(LABELS), idx(labels, labels.length));
    }

    private static byte[] idx(byte[] data, int... dims) {
        ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * dims.length + data.length);
        buffer.putInt(0x0800 | dims.length);
        for (int dim : dims) {
            buffer.putInt(dim);
        }
        return buffer.put(data).array();
    }

    private static byte[] pixels(int count) {
        byte[] data = new byte[count];
        for (int i = 0; i < count; i++) {
            data[i] = (byte) (37 * i + 11);
        }
        return data;
    }

    private static byte[] with(byte[] data, int at, int value) {
        byte[] copy = data.clone();
        copy[at] = (byte) value;
        return copy;
    }

    private static byte[] gzip(byte[] data) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream packer = new GZIPOutputStream(out)) {
            packer.write(data);
        }
        return out.toByteArray();
    }
}
