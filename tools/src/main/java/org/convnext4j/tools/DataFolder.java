package org.convnext4j.tools;

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

/** A folder with pictures of either kind, which is found out. */
final class DataFolder {
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
     * The data of a split.
     *
     * @throws ToolException if the folder has none
     */
    static Dataset open(Path folder, Split split) {
        if (!Files.isDirectory(folder)) {
            throw new ToolException(folder + ": no such folder of pictures");
        }
        return find(folder, split)
                .orElseThrow(() ->
                        new ToolException(folder + ": has neither a folder " + String.join(" or ", split.folders())
                                + " with a folder of pictures for each class nor the files " + split.idxPrefix()
                                + "-images-idx3-ubyte and " + split.idxPrefix() + "-labels-idx1-ubyte"));
    }
}
