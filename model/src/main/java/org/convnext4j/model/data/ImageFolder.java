package org.convnext4j.model.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.RgbImage;

/**
 * Pictures in folders, one folder a class: {@code ROOT/train/CLASS/FILE} and {@code ROOT/val/CLASS/FILE}, or plain {@code
 * ROOT/CLASS/FILE}. Classes are in
 * the order of their names, samples in the order of class and file name, both by UTF-16 code units. Files count as
 * pictures by their endings (jpg, jpeg, png, gif, bmp, webp in any case); other files and deeper folders are left out, as
 * is what systems leave behind (names that begin with a dot, {@code __MACOSX}, empty folders and the like). Two splits
 * may have other classes; {@link ClassMatch} relates them. Immutable; pictures are read when they are asked for.
 */
public final class ImageFolder implements Dataset {
    private static final String TEST = "test";
    private static final int FINGERPRINT_CHARS = 32;

    private final Path folder;
    private final List<String> classNames;
    private final int[] firstOfClass;
    private final String[] fileNames;
    private final List<String> notes;
    private final ImageReader reader;

    private ImageFolder(
            Path folder, List<String> classNames, List<List<String>> files, List<String> notes, ImageReader reader) {
        this.folder = folder;
        this.classNames = List.copyOf(classNames);
        this.notes = List.copyOf(notes);
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
        return !found(root, split).isEmpty();
    }

    /** As {@link #open(Path, Split, ImageReader)} with a reader's defaults. */
    public static ImageFolder open(Path root, Split split) {
        return open(root, split, new ImageReader());
    }

    /**
     * Lists the pictures of a split, in the first of {@link Split#folders} that is there; none is read yet.
     *
     * @throws DatasetException if a folder is missing or cannot be read, there is no class, or a class's folder has
     *     something but no picture
     */
    public static ImageFolder open(Path root, Split split, ImageReader reader) {
        List<Path> found = found(root, split);
        Path folder = found.isEmpty() ? root.resolve(split.folder()) : found.get(0);
        if (found.isEmpty()) {
            throw new DatasetException(
                    folder,
                    "no such folder; put the pictures into " + folder.resolve("CLASS") + ", one folder a class");
        }
        return list(folder, reader, empty -> notes(split, found, empty));
    }

    /**
     * Whether the folders of classes lie in a folder itself, {@code ROOT/CLASS/FILE}, and not in one for each split:
     * some folder in it has pictures, and no folder that is called like a split has folders. Such a name may be a class's.
     *
     * @throws DatasetException if a folder cannot be listed
     */
    public static boolean isPlain(Path root) {
        boolean any = false;
        for (String name : FolderListing.names(root, Files::isDirectory)) {
            Path folder = root.resolve(name);
            if (Split.named(name).isPresent()
                    && !FolderListing.names(folder, Files::isDirectory).isEmpty()) {
                return false;
            }
            any |= !FolderListing.names(folder, PictureFiles::isPicture).isEmpty();
        }
        return any;
    }

    /** As {@link #openPlain(Path, ImageReader)} with a reader's defaults. */
    public static ImageFolder openPlain(Path root) {
        return openPlain(root, new ImageReader());
    }

    /**
     * Lists the pictures of {@code ROOT/CLASS/FILE}; none is read yet.
     *
     * @throws DatasetException as {@link #open(Path, Split, ImageReader)}
     */
    public static ImageFolder openPlain(Path root, ImageReader reader) {
        return list(root, reader, empty -> empty.isEmpty() ? List.of() : List.of(emptyNote(root, empty)));
    }

    private static ImageFolder list(Path folder, ImageReader reader, Function<List<String>, List<String>> notes) {
        List<String> classes = new ArrayList<>();
        List<List<String>> files = new ArrayList<>();
        List<String> empty = new ArrayList<>();
        for (String name : FolderListing.names(folder, Files::isDirectory)) {
            Path classFolder = folder.resolve(name);
            List<String> pictures = FolderListing.names(classFolder, PictureFiles::isPicture);
            if (!pictures.isEmpty()) {
                classes.add(name);
                files.add(pictures);
            } else if (FolderListing.names(classFolder, entry -> true).isEmpty()) {
                empty.add(name);
            } else {
                throw new DatasetException(
                        classFolder,
                        "the class has no picture; put JPEG, PNG, GIF, BMP or WebP files there or remove the folder");
            }
        }
        if (classes.isEmpty()) {
            throw new DatasetException(
                    folder,
                    "has no class" + (empty.isEmpty() ? "" : " with pictures")
                            + "; put the pictures into one folder for each class in it, or remove the folder");
        }
        return new ImageFolder(folder, classes, files, notes.apply(empty), reader);
    }

    private static List<Path> found(Path root, Split split) {
        return split.folders().stream()
                .map(root::resolve)
                .filter(Files::isDirectory)
                .toList();
    }

    private static List<String> notes(Split split, List<Path> found, List<String> empty) {
        List<String> notes = new ArrayList<>();
        Path folder = found.get(0);
        if (!folder.endsWith(split.folder())) {
            notes.add(folder + " is taken for " + split.folder());
        }
        // A folder test beside the one for validation is usual, and for later.
        List<Path> others =
                found.stream().skip(1).filter(path -> !path.endsWith(TEST)).toList();
        if (!others.isEmpty()) {
            notes.add(folder + " is taken, not " + others);
        }
        if (!empty.isEmpty()) {
            notes.add(emptyNote(folder, empty));
        }
        return notes;
    }

    private static String emptyNote(Path folder, List<String> empty) {
        return folder + " has folders without a file, which are no classes: " + ClassNames.list(empty);
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
    public List<String> notes() {
        return notes;
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
        return Wording.count(size(), "picture") + " in " + Wording.count(classNames.size(), "class", "classes")
                + " from " + folder;
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
                    "the size of a file in " + folder + " cannot be read (" + FileFailure.reason(e)
                            + "); the folder has changed",
                    e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
