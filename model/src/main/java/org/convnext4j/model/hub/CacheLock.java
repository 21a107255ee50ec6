package org.convnext4j.model.hub;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.convnext4j.model.failure.FileFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write one file of a cache, among the threads and processes of this machine. The lock is a file of no
 * content that stays; its holder's end, however it comes, sets it free.
 */
final class CacheLock {
    private static final Logger LOG = LoggerFactory.getLogger(CacheLock.class);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int PAUSES_PER_NOTE = 200;

    /** One way to lock a file. */
    interface Kind {
        /** Takes the lock if nobody has it, and gives what sets it free. */
        Optional<Closeable> tryTake(Path file) throws IOException;
    }

    /** What nobody else may do meanwhile. */
    interface Work<T> {
        T run() throws IOException;
    }

    private CacheLock() {}

    /**
     * Waits until nobody else has the lock, and works while it is held.
     *
     * @param file the lock
     * @param subject what messages begin with
     * @throws HubException if the file cannot be locked, or the thread was interrupted
     */
    static <T> T holding(Path file, String subject, Work<T> work) throws IOException {
        return holding(file, subject, LinuxFileLock.isUsable() ? LinuxFileLock::tryTake : JavaFileLock::tryTake, work);
    }

    static <T> T holding(Path file, String subject, Kind kind, Work<T> work) throws IOException {
        Closeable held = take(file, subject, kind);
        try {
            return work.run();
        } finally {
            release(held, file);
        }
    }

    private static Closeable take(Path file, String subject, Kind kind) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            for (int tries = 0; ; tries++) {
                Optional<Closeable> held = kind.tryTake(file);
                if (held.isPresent()) {
                    return held.get();
                }
                if (tries % PAUSES_PER_NOTE == PAUSES_PER_NOTE - 1) {
                    LOG.info("{}: waiting for another download of it; {} is locked", subject, file);
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            throw HubException.interrupted(subject, e);
        } catch (IOException e) {
            throw new HubException(
                    HubException.Reason.DISK,
                    subject + ": " + file + " cannot be locked (" + FileFailure.reason(e)
                            + "); the cache must be in a folder that can be written, of a file system with locks",
                    e);
        }
    }

    private static void release(Closeable held, Path file) {
        try {
            held.close();
        } catch (IOException e) {
            LOG.warn("{} cannot be unlocked before this process ends", file, e);
        }
    }
}
