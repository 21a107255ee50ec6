package org.convnext4j.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the pictures that a command is to work on. */
final class Pictures {
    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "jpe", "png", "gif", "bmp", "webp");

    private Pictures() {}

    /**
     * The files that a name on the command line stands for: a folder stands for the pictures in it and in the folders
     * below, sorted, told by their extensions; everything else for itself.
     *
     * @throws ToolException if a folder cannot be read or has no pictures
     */
    static List<Path> at(Path named) {
        if (!Files.isDirectory(named)) {
            return List.of(named);
        }
        List<Path> found;
        try (Stream<Path> walk = Files.walk(named, FileVisitOption.FOLLOW_LINKS)) {
            found = walk.filter(path -> isPicture(named, path)).sorted().toList();
        } catch (IOException e) {
            throw unreadable(named, e);
        } catch (UncheckedIOException e) {
            throw unreadable(named, e);
        }
        if (found.isEmpty()) {
            throw new ToolException(named + ": has no pictures ("
                    + String.join(", ", EXTENSIONS.stream().sorted().toList()) + ") in it or in the folders below");
        }
        return found;
    }

    private static ToolException unreadable(Path folder, Exception e) {
        return new ToolException(folder + ": cannot be walked: " + e.getMessage(), e);
    }

    private static boolean isPicture(Path root, Path path) {
        String name = String.valueOf(path.getFileName());
        int dot = name.lastIndexOf('.');
        boolean known = dot >= 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
        return known && Files.isRegularFile(path) && !isHidden(root.relativize(path));
    }

    /** Hidden files with a picture's extension are mostly other things, such as macOS's notes on copies. */
    private static boolean isHidden(Path below) {
        for (Path part : below) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }
}
