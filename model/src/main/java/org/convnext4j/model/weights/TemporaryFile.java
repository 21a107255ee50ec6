package org.convnext4j.model.weights;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file beside a target in which its content is put together, under a name of its own. While it is written it is
 * locked, and the system lets go of the lock when the process dies, however it dies: so whoever writes the same target next
 * can tell what a killed process left from what another is writing.
 */
final class TemporaryFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TemporaryFile.class);
    private static final String SUFFIX = ".tmp";
    private static final Pattern RANDOM = Pattern.compile("[0-9a-f]{16}");
    private static final int ATTEMPTS = 10;

    /** Those of this process, which must not be opened again: closing them would let go of the lock. */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final WritableByteChannel channel;

    private TemporaryFile(Path path, WritableByteChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Creates and locks one, after removing what killed processes left of the same target. */
    static TemporaryFile create(Path target, AtomicFile.Opener opener) throws IOException {
        removeAbandoned(target);
        for (int attempt = 1; ; attempt++) {
            String random =
                    HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
            Path path = target.resolveSibling(prefix(target) + random + SUFFIX).toAbsolutePath();
            OWN.add(path);
            boolean created = false;
            try {
                WritableByteChannel channel = opener.open(path);
                TemporaryFile file = new TemporaryFile(path, channel);
                // Between its creation and its lock another process may take it for abandoned.
                created = attempt == ATTEMPTS || (isLocked(channel) && Files.exists(path));
                if (created) {
                    return file;
                }
                channel.close();
                Files.deleteIfExists(path);
            } finally {
                if (!created) {
                    OWN.remove(path);
                }
            }
        }
    }

    /** Where it is. */
    Path path() {
        return path;
    }

    /** Takes the content. */
    WritableByteChannel channel() {
        return channel;
    }

    /** Closes the channel, which unlocks the file; it stays where it is. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            OWN.remove(path);
        }
    }

    private static String prefix(Path target) {
        return "." + target.getFileName() + ".";
    }

    /** Locks it, or says that another has; where there are no locks, all goes on without. */
    private static boolean isLocked(WritableByteChannel channel) {
        if (!(channel instanceof FileChannel file)) {
            return true;
        }
        try {
            return file.tryLock() != null;
        } catch (IOException e) {
            LOG.debug("temporary files cannot be locked here", e);
            return true;
        }
    }

    private static void removeAbandoned(Path target) {
        Path folder = target.toAbsolutePath().getParent();
        String prefix = prefix(target);
        DirectoryStream.Filter<Path> leftovers = path -> {
            String name = path.getFileName().toString();
            return name.length() > prefix.length() + SUFFIX.length()
                    && name.startsWith(prefix)
                    && name.endsWith(SUFFIX)
                    && RANDOM.matcher(name.substring(prefix.length(), name.length() - SUFFIX.length()))
                            .matches();
        };
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder, leftovers)) {
            for (Path path : paths) {
                if (!OWN.contains(path)) {
                    removeIfAbandoned(path);
                }
            }
        } catch (IOException e) {
            LOG.debug("{} cannot be searched for temporary files", folder, e);
        }
    }

    /** A failure here must not keep the new file from being written. */
    private static void removeIfAbandoned(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            if (channel.tryLock() != null) {
                Files.deleteIfExists(path);
                LOG.info("{} was left by a process that was killed, and is removed", path);
            }
        } catch (IOException | OverlappingFileLockException e) {
            LOG.debug("{} stays", path, e);
        }
    }
}
