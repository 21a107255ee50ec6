package org.convnext4j.model.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.convnext4j.model.FileNames;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.RgbImage;

/**
 * Pictures in folders, one folder a class: {@code ROOT/train/CLASS/FILE} and {@code ROOT/val/CLASS/FILE}. Classes are in
 * the order of their names, samples in the order of class and file name, both by UTF-16 code units. Files count as
 * pictures by their endings (jpg, jpeg, png, gif, bmp, webp in any case); other files, names that begin with a dot and
 * deeper folders are left out. Immutable; pictures are read when they are asked for.
 */
public final class ImageFolder implements Dataset {
    private static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "png", "gif", "bmp", "webp");
    private static final int FINGERPRINT_CHARS = 32;

    private final Path folder;
    private final List<String> classNames;
    private final int[] firstOfClass;
    private final String[] fileNames;
    private final ImageReader reader;

    private ImageFolder(Path folder, List<String> classNames, List<List<String>> files, ImageReader reader) {
        this.folder = folder;
        this.classNames = classNames;
        this.reader = reader;
        this.firstOfClass = new int[files.size()];
        List<String> all = new ArrayList<>();
        for (int i = 0; i < firstOfClass.length; i++) {
            firstOfClass[i] = all.size();
            all.addAll(files.get(i));
        }
        this.fileNames = all.toArray(new String[0]);
    }

    /** Whether a folder has the folder of this split. */
    public static boolean isIn(Path root, Split split) {
        return Files.isDirectory(root.resolve(split.folder()));
    }

    /** As {@link #open(Path, Split, ImageReader)} with a reader's defaults. */
    public static ImageFolder open(Path root, Split split) {
        return open(root, split, new ImageReader());
    }

    /**
     * Lists the pictures of a split; none is read yet. If the other split is there too, it must have the same classes.
     *
     * @throws DatasetException if a folder is missing or cannot be read, there is no class, a class has no picture or
     *     the classes of the two splits differ
     */
    public static ImageFolder open(Path root, Split split, ImageReader reader) {
        Path folder = root.resolve(split.folder());
        if (!Files.isDirectory(folder)) {
            throw new DatasetException(
                    folder,
                    "no such folder; put the pictures into " + folder.resolve("CLASS") + ", one folder a class");
        }
        List<String> classes = names(folder, Files::isDirectory);
        if (classes.isEmpty()) {
            throw new DatasetException(folder, "has no class; put the pictures into one folder for each class in it");
        }
        for (Split other : Split.values()) {
            Path otherFolder = root.resolve(other.folder());
            if (other != split && Files.isDirectory(otherFolder)) {
                requireSame(folder, classes, otherFolder, names(otherFolder, Files::isDirectory));
            }
        }
        List<List<String>> files = new ArrayList<>();
        for (String name : classes) {
            Path classFolder = folder.resolve(name);
            List<String> pictures = names(classFolder, ImageFolder::isPicture);
            if (pictures.isEmpty()) {
                throw new DatasetException(
                        classFolder,
                        "the class has no picture; put JPEG, PNG, GIF, BMP or WebP files there or remove the folder");
            }
            files.add(pictures);
        }
        return new ImageFolder(folder, classes, files, reader);
    }

    private static List<String> names(Path folder, Predicate<Path> wanted) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (!name.startsWith(".") && wanted.test(entry)) {
                    // Two classes or pictures must never be taken for one.
                    FileNames.problem(entry).ifPresent(problem -> {
                        throw new DatasetException(folder, problem);
                    });
                    names.add(name);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new DatasetException(folder + ": cannot be listed (" + e + "); check its permissions", e);
        }
        names.sort(String::compareTo);
        return List.copyOf(names);
    }

    private static boolean isPicture(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1)) && Files.isRegularFile(file);
    }

    private static void requireSame(Path folder, List<String> classes, Path otherFolder, List<String> otherClasses) {
        Set<String> missing = new TreeSet<>(otherClasses);
        classes.forEach(missing::remove);
        Set<String> extra = new TreeSet<>(classes);
        otherClasses.forEach(extra::remove);
        if (!missing.isEmpty() || !extra.isEmpty()) {
            throw new DatasetException(
                    folder,
                    "has other classes than " + otherFolder + ": without " + missing + ", with " + extra
                            + " besides; give both the same folders");
        }
    }

    @Override
    public int size() {
        return fileNames.length;
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public int label(int index) {
        int found = Arrays.binarySearch(firstOfClass, Objects.checkIndex(index, size()));
        return found >= 0 ? found : -found - 2;
    }

    @Override
    public RgbImage read(int index) {
        return reader.read(file(index));
    }

    /** The file of a sample. */
    public Path file(int index) {
        return folder.resolve(classNames.get(label(index))).resolve(fileNames[index]);
    }

    @Override
    public String name(int index) {
        return file(index).toString();
    }

    @Override
    public String description() {
        return size() + " pictures in " + classNames.size() + " classes from " + folder;
    }

    /** {@inheritDoc} It covers the names of classes and files and the files' sizes, not what is in them. */
    @Override
    public String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (int i = 0; i < fileNames.length; i++) {
                String line = classNames.get(label(i)) + "/" + fileNames[i] + "\0" + Files.size(file(i)) + "\n";
                digest.update(line.getBytes(StandardCharsets.UTF_8));
            }
            return "folder-" + size() + "-"
                    + HexFormat.of().formatHex(digest.digest()).substring(0, FINGERPRINT_CHARS);
        } catch (IOException e) {
            throw new DatasetException(
                    "the size of a file in " + folder + " cannot be read (" + e + "); the folder has changed", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
