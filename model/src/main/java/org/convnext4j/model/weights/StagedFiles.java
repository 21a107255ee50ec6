package org.convnext4j.model.weights;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.model.failure.FileFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One or more files that are complete beside their targets before the first of them is moved there. */
final class StagedFiles {
    private static final Logger LOG = LoggerFactory.getLogger(StagedFiles.class);

    /**
     * A file to write.
     *
     * @param target its place
     * @param content all of it
     */
    record Part(Path target, AtomicFile.Content content) {}

    /**
     * A file that is complete but for its name.
     *
     * @param target as the caller calls it
     * @param real the same without a symbolic link
     * @param beside the content, locked, lest another process take it for one that was left behind
     * @param isNew whether nothing was there
     */
    private record Staged(Path target, Path real, TemporaryFile beside, boolean isNew) {}

    /** An operation on a target. */
    private interface Step<T> {
        T run() throws IOException;
    }

    private final List<Staged> staged = new ArrayList<>();
    private int placed;

    private StagedFiles() {}

    /**
     * Writes all files or none.
     *
     * @throws CheckpointException if that fails; no temporary file is left, and what was not there is not there
     */
    static void write(List<Part> parts, AtomicFile.Opener opener) {
        StagedFiles files = new StagedFiles();
        try {
            for (Part part : parts) {
                on(part.target, () -> files.stage(part, opener));
            }
            for (Staged file : files.staged) {
                on(file.target, () -> files.place(file));
            }
        } finally {
            files.finish();
        }
    }

    private Path stage(Part part, AtomicFile.Opener opener) throws IOException {
        Path target = part.target;
        Path real = Files.isSymbolicLink(target) && Files.exists(target) ? target.toRealPath() : target;
        if (Files.isDirectory(real)) {
            throw new CheckpointException(target, "is a folder; name a file in it");
        }
        boolean isNew = !Files.exists(real);
        if (!isNew && !Files.isRegularFile(real)) {
            throw new CheckpointException(target, "is not a regular file, so it cannot be replaced");
        }
        TemporaryFile beside = TemporaryFile.create(real, opener);
        staged.add(new Staged(target, real, beside, isNew));
        WritableByteChannel channel = beside.channel();
        part.content.write(channel);
        if (channel instanceof FileChannel fileChannel) {
            fileChannel.force(true);
        }
        return real;
    }

    private Path place(Staged file) throws IOException {
        Files.move(file.beside.path(), file.real, StandardCopyOption.ATOMIC_MOVE);
        placed++;
        return file.real;
    }

    /** Lets go of all, and takes back what would be half of the whole. */
    private void finish() {
        boolean complete = placed == staged.size();
        for (int i = 0; i < staged.size(); i++) {
            Staged file = staged.get(i);
            close(file.beside);
            if (i >= placed) {
                delete(file.beside.path());
            } else if (!complete && file.isNew) {
                delete(file.real);
            }
        }
    }

    private static void close(TemporaryFile file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.debug("{} cannot be closed", file.path(), e);
        }
    }

    private static <T> T on(Path target, Step<T> step) {
        try {
            return step.run();
        } catch (AccessDeniedException e) {
            throw new CheckpointException(target, "cannot be written: no permission to create files in its folder", e);
        } catch (NoSuchFileException e) {
            throw new CheckpointException(target, "cannot be written: its folder does not exist", e);
        } catch (IOException e) {
            throw new CheckpointException(target, "cannot be written: " + FileFailure.reason(e), e);
        }
    }

    /** Removes what is half written; a failure here must not hide the one before it. */
    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} is left over and cannot be removed", file, e);
        }
    }
}
