package org.convnext4j.model.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What checkpoints need of folders. */
final class Folders {
    private static final boolean CAN_FORCE =
            !System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("windows");

    private Folders() {}

    /** Sees to it that names made and moved in a folder survive a power cut. Windows has no such thing for folders. */
    static void force(Path folder) throws IOException {
        if (CAN_FORCE) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Everything directly in a folder. */
    static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /** Removes a file, or a folder and what is directly in it. */
    static void delete(Path folder) throws IOException {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            for (Path file : list(folder)) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }
}
