package org.convnext4j.model.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.convnext4j.model.image.ImageReader;

/** Which files a scan looks at, and what is said of those that it does not. */
final class ScanPlan {
    /** Enough to tell every format. */
    private static final int HEADER_BYTES = 16;

    /** A class's pictures, from one place in the list of files to another. */
    record ClassFiles(int split, String name, int from, int to) {}

    /** A split's folder; without a name where it is the whole. */
    record SplitFolder(String name, Path folder) {}

    private final List<SplitFolder> splits = new ArrayList<>();
    private final List<ClassFiles> classes = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private final List<ScanFinding> leftOut = new ArrayList<>();

    private ScanPlan() {}

    /**
     * Lists a folder.
     *
     * @throws DatasetException if there is no class in it or a folder cannot be listed
     */
    static ScanPlan of(Path root) {
        ScanPlan plan = new ScanPlan();
        if (Files.isDirectory(root) && ImageFolder.isPlain(root)) {
            plan.add(new SplitFolder("", root));
        } else {
            Stream.of(Split.values())
                    .flatMap(split -> split.folders().stream())
                    .distinct()
                    .map(name -> new SplitFolder(name, root.resolve(name)))
                    .filter(split -> Files.isDirectory(split.folder()))
                    .forEach(plan::add);
        }
        if (plan.classes.isEmpty()) {
            throw new DatasetException(
                    root,
                    "has no pictures in folders of classes; put them into " + root.resolve("CLASS") + " or into "
                            + root.resolve(Split.TRAIN.folder()).resolve("CLASS") + ", one folder a class");
        }
        return plan;
    }

    private void add(SplitFolder split) {
        splits.add(split);
        for (String name : FolderListing.names(split.folder(), path -> true)) {
            Path path = split.folder().resolve(name);
            if (Files.isDirectory(path)) {
                addClass(splits.size() - 1, name, path);
            } else if (PictureFiles.isPicture(path)) {
                leaveOut(path, "is a picture outside the folders of classes, and is not used; move it into one");
            }
        }
    }

    private void addClass(int split, String name, Path folder) {
        int from = files.size();
        for (String entry : FolderListing.names(folder, path -> true)) {
            Path path = folder.resolve(entry);
            if (PictureFiles.isPicture(path)) {
                files.add(path);
            } else if (Files.isDirectory(path)) {
                leaveOut(path, "is a folder in that of a class, and nothing in it is used; move its pictures up");
            } else {
                leaveOut(path, reason(path));
            }
        }
        classes.add(new ClassFiles(split, name, from, files.size()));
    }

    private static String reason(Path file) {
        if (!Files.isRegularFile(file)) {
            // Opening a pipe would wait for somebody to write into it.
            return "is not used: it is no regular file";
        }
        try (InputStream in = Files.newInputStream(file)) {
            return ImageReader.format(in.readNBytes(HEADER_BYTES))
                    .map(format -> "is a " + format.toUpperCase(Locale.ROOT)
                            + " picture, but is not used, because its name does not end in one of "
                            + PictureFiles.endings() + "; rename it")
                    .orElse("is not used: by its ending it is no picture");
        } catch (IOException e) {
            return "is not used: by its ending it is no picture, and it cannot be read (" + e.getMessage() + ")";
        }
    }

    private void leaveOut(Path path, String reason) {
        leftOut.add(new ScanFinding(ScanFinding.Kind.LEFT_OUT, path, path + ": " + reason));
    }

    List<SplitFolder> splits() {
        return splits;
    }

    /** In the order of their files, and of their splits. */
    List<ClassFiles> classes() {
        return classes;
    }

    List<Path> files() {
        return files;
    }

    List<ScanFinding> leftOut() {
        return leftOut;
    }

    /** Where a file is. */
    ClassFiles classOf(int file) {
        int low = 0;
        int high = classes.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (classes.get(middle).to() <= file) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return classes.get(low);
    }
}
