package org.convnext4j.model.data;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.failure.FileNames;

/** What a folder has, without what systems and programs leave behind. */
final class FolderListing {
    /** In lower case; what begins with a dot is left out besides. */
    private static final Set<String> LEFT_BEHIND = Set.of(
            "__macosx",
            "__pycache__",
            "@eadir",
            "#recycle",
            "$recycle.bin",
            "system volume information",
            "lost+found",
            "thumbs.db",
            "ehthumbs.db",
            "desktop.ini");

    private FolderListing() {}

    /**
     * The names of what is wanted in a folder, by UTF-16 code units.
     *
     * @throws DatasetException if the folder cannot be listed, or Java cannot tell a name in it from others
     */
    static List<String> names(Path folder, Predicate<Path> wanted) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (!name.startsWith(".")
                        && !LEFT_BEHIND.contains(name.toLowerCase(Locale.ROOT))
                        && wanted.test(entry)) {
                    // Two classes or pictures must never be taken for one.
                    FileNames.problem(entry).ifPresent(problem -> {
                        throw new DatasetException(folder, problem);
                    });
                    names.add(name);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new DatasetException(
                    folder + ": cannot be listed (" + FileFailure.reason(e) + "); check its permissions", e);
        }
        names.sort(String::compareTo);
        return List.copyOf(names);
    }
}
