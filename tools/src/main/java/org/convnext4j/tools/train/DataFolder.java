package org.convnext4j.tools.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.data.IdxDataset;
import org.convnext4j.model.data.ImageFolder;
import org.convnext4j.model.data.Split;
import org.convnext4j.tools.output.ToolException;
import org.jspecify.annotations.Nullable;

/** A folder with pictures of either kind, which is found out. */
final class DataFolder {
    /** So many classes are named in a message. */
    private static final int LISTED = 10;

    private DataFolder() {}

    /** Tells what its user may not expect of the data. */
    static void tell(Dataset dataset, PrintWriter err) {
        dataset.notes().forEach(note -> err.println("note: " + note));
        err.flush();
    }

    /** The folders beside that of training, for a folder without validation pictures. */
    static List<String> others(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name ->
                            !name.startsWith(".") && !Split.TRAIN.folders().contains(name))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    /** The data of a split; empty if the folder has none. */
    static Optional<Dataset> find(Path folder, Split split) {
        if (IdxDataset.isIn(folder, split)) {
            return Optional.of(IdxDataset.open(folder, split));
        }
        return ImageFolder.isIn(folder, split) ? Optional.of(ImageFolder.open(folder, split)) : Optional.empty();
    }

    /** Whether the training pictures have a folder or files of their own, and the classes' folders are not the folder's. */
    static boolean isOfSplits(Path folder) {
        return find(folder, Split.TRAIN).isPresent();
    }

    /**
     * The data to train on: those of the split, or all of a plain folder of classes.
     *
     * @throws ToolException if the folder has none
     */
    static Dataset openToTrain(Path folder) {
        boolean plain = Files.isDirectory(folder)
                && find(folder, Split.TRAIN).isEmpty()
                && !IdxDataset.isIn(folder, Split.VALIDATION)
                && ImageFolder.isPlain(folder);
        return plain ? ImageFolder.openPlain(folder) : open(folder, Split.TRAIN);
    }

    /**
     * The data to measure on: those of a split, or, where none is named, all of a plain folder of classes and else the
     * validation pictures.
     *
     * @throws ToolException if the folder has none; the message lists what it has
     */
    static Dataset openToMeasure(Path folder, @Nullable Split split) {
        requireFolder(folder);
        if (split == null) {
            return isPlain(folder) ? ImageFolder.openPlain(folder) : open(folder, Split.VALIDATION);
        }
        return open(folder, split);
    }

    static boolean isPlain(Path folder) {
        return Stream.of(Split.values()).noneMatch(split -> IdxDataset.isIn(folder, split))
                && ImageFolder.isPlain(folder);
    }

    /**
     * The data of a split.
     *
     * @throws ToolException if the folder has none; the message lists what it has
     */
    static Dataset open(Path folder, Split split) {
        requireFolder(folder);
        return find(folder, split)
                .orElseThrow(() -> new ToolException(folder + ": has neither a folder "
                        + String.join(" or ", split.folders())
                        + " with a folder of pictures for each class nor the files " + split.idxPrefix()
                        + "-images-idx3-ubyte and " + split.idxPrefix() + "-labels-idx1-ubyte"
                        + present(folder, split)));
    }

    private static void requireFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new ToolException(folder + ": no such folder of pictures");
        }
    }

    /** What a folder has instead of what was looked for; a clause for the end of a message. */
    private static String present(Path folder, Split wanted) {
        List<String> has = Stream.of(Split.values())
                .flatMap(split -> split.folders().stream())
                .distinct()
                .filter(name -> Files.isDirectory(folder.resolve(name)))
                .toList();
        if (isPlain(folder)) {
            List<String> classes = others(folder);
            String more = classes.size() > LISTED ? " and " + (classes.size() - LISTED) + " more" : "";
            return "; it is a plain folder of classes: "
                    + String.join(", ", classes.subList(0, Math.min(LISTED, classes.size()))) + more;
        }
        String first = wanted.folders().get(0);
        return has.isEmpty()
                ? "; put the pictures into " + folder.resolve(first).resolve("CLASS")
                        + (wanted == Split.TRAIN ? " or " + folder.resolve("CLASS") : "") + ", one folder a class"
                : "; it has the folder" + (has.size() > 1 ? "s " : " ") + String.join(", ", has);
    }
}
