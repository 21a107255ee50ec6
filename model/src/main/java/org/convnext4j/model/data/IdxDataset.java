package org.convnext4j.model.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.model.image.RgbImage;

/**
 * Grey pictures of one size in IDX files of MNIST's kind, held in memory; grey is replicated to red, green and blue.
 * Immutable.
 */
public final class IdxDataset implements Dataset {
    /** The ten classes of Fashion-MNIST. */
    public static final List<String> FASHION_MNIST_CLASSES = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    private static final String NAMES_FILE = "classes.txt";
    private static final String FASHION_MNIST_FOLDER = "fashion-mnist";
    private static final long MAX_NAMES_BYTES = 1 << 16;

    private final Path file;
    private final List<String> classNames;
    private final int size;
    private final int height;
    private final int width;
    private final byte[] pixels;
    private final byte[] labels;

    private IdxDataset(Path file, List<String> classNames, IdxFile images, IdxFile labels) {
        this.file = file;
        this.classNames = classNames;
        this.size = images.dims()[0];
        this.height = images.dims()[1];
        this.width = images.dims()[2];
        this.pixels = images.data();
        this.labels = labels.data();
    }

    /** Whether a folder has the image file of this split. */
    public static boolean isIn(Path folder, Split split) {
        String name = split.idxPrefix() + "-images-idx3-ubyte";
        return Files.isRegularFile(folder.resolve(name)) || Files.isRegularFile(folder.resolve(name + ".gz"));
    }

    /**
     * Reads {@code train-} or {@code t10k-images-idx3-ubyte} and {@code -labels-idx1-ubyte}, each plain or with
     * {@code .gz}. The classes are called as the folder's file {@code classes.txt} says, one name a line; else as
     * Fashion-MNIST's if the folder's name has {@code fashion-mnist} in it; else {@code "0"}, {@code "1"} and so on, at
     * least to {@code "9"}.
     *
     * @throws DatasetException if a file is missing or damaged, or the two do not belong together
     */
    public static IdxDataset open(Path folder, Split split) {
        IdxFile labels = labels(folder, split);
        return open(folder, split, labels, namesFor(folder, most(labels)));
    }

    /**
     * The same with these names of the classes.
     *
     * @throws DatasetException if a file is missing or damaged, the two do not belong together, or a label has no name
     * @throws IllegalArgumentException if two names are equal
     */
    public static IdxDataset open(Path folder, Split split, List<String> classNames) {
        if (new HashSet<>(classNames).size() != classNames.size()) {
            throw new IllegalArgumentException("the names of classes must be distinct, but are " + classNames);
        }
        return open(folder, split, labels(folder, split), List.copyOf(classNames));
    }

    private static IdxDataset open(Path folder, Split split, IdxFile labels, List<String> names) {
        Path imageFile = find(folder, split.idxPrefix() + "-images-idx3-ubyte");
        if (most(labels) >= names.size()) {
            throw new DatasetException(
                    folder,
                    "has the label " + most(labels) + ", but only " + names.size() + " classes have names; name all in "
                            + NAMES_FILE);
        }
        IdxFile images = IdxFile.read(imageFile, 3);
        if (images.dims()[0] != labels.dims()[0]) {
            throw new DatasetException(
                    imageFile,
                    "has " + images.dims()[0] + " pictures, but there are " + labels.dims()[0]
                            + " labels; fetch both files again");
        }
        return new IdxDataset(imageFile, names, images, labels);
    }

    private static IdxFile labels(Path folder, Split split) {
        return IdxFile.read(find(folder, split.idxPrefix() + "-labels-idx1-ubyte"), 1);
    }

    private static Path find(Path folder, String name) {
        if (!Files.isDirectory(folder)) {
            throw new DatasetException(folder, "no such folder");
        }
        for (String candidate : List.of(name, name + ".gz")) {
            if (Files.isRegularFile(folder.resolve(candidate))) {
                return folder.resolve(candidate);
            }
        }
        throw new DatasetException(folder, "has no file " + name + " or " + name + ".gz; put it there");
    }

    private static int most(IdxFile labels) {
        int most = 0;
        for (byte label : labels.data()) {
            most = Math.max(most, label & 0xff);
        }
        return most;
    }

    private static List<String> namesFor(Path folder, int mostLabel) {
        Path names = folder.resolve(NAMES_FILE);
        if (Files.isRegularFile(names)) {
            return readNames(names);
        }
        String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
        if (name.toLowerCase(Locale.ROOT).contains(FASHION_MNIST_FOLDER) && mostLabel < FASHION_MNIST_CLASSES.size()) {
            return FASHION_MNIST_CLASSES;
        }
        return IntStream.rangeClosed(0, Math.max(9, mostLabel))
                .mapToObj(String::valueOf)
                .toList();
    }

    private static List<String> readNames(Path file) {
        try {
            if (Files.size(file) > MAX_NAMES_BYTES) {
                throw new DatasetException(
                        file, "has more than " + MAX_NAMES_BYTES + " bytes; give one short name a line");
            }
            List<String> names = Files.readString(file)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            if (names.isEmpty() || new HashSet<>(names).size() != names.size()) {
                throw new DatasetException(file, "must have distinct names of classes, one a line");
            }
            return names;
        } catch (IOException e) {
            throw new DatasetException(file + ": cannot be read as UTF-8 text (" + FileFailure.reason(e) + ")", e);
        }
    }

    @Override
    public int size() {
        return size;
    }

    /** H of every picture. */
    public int height() {
        return height;
    }

    /** W of every picture. */
    public int width() {
        return width;
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public int label(int index) {
        return labels[index] & 0xff;
    }

    @Override
    public RgbImage read(int index) {
        Objects.checkIndex(index, size);
        int plane = height * width;
        int from = index * plane;
        byte[] out = new byte[plane * 3];
        for (int i = 0, to = 0; i < plane; i++, to += 3) {
            byte grey = pixels[from + i];
            out[to] = grey;
            out[to + 1] = grey;
            out[to + 2] = grey;
        }
        return new RgbImage(height, width, out);
    }

    @Override
    public String name(int index) {
        return file + ", picture " + index;
    }

    @Override
    public String description() {
        return Wording.count(size, "grey picture") + " of " + width + " x " + height + " in "
                + Wording.count(classNames.size(), "class", "classes") + " from " + file;
    }

    @Override
    public String fingerprint() {
        CRC32C images = new CRC32C();
        images.update(pixels);
        CRC32C classes = new CRC32C();
        classes.update(labels);
        return String.format(
                Locale.ROOT, "idx-%dx%dx%d-%08x-%08x", size, height, width, images.getValue(), classes.getValue());
    }
}
