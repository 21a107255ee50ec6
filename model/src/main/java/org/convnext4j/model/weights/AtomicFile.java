package org.convnext4j.model.weights;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a file beside its target and moves it there when it is complete, so that nobody sees half of it. What a process
 * that was killed left half written is removed when the same target is written next.
 */
public final class AtomicFile {
    private static final Opener CREATE =
            temp -> FileChannel.open(temp, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

    /** Creates the temporary file; tests put a failing one here. */
    interface Opener {
        WritableByteChannel open(Path temp) throws IOException;
    }

    /** Writes the content. */
    public interface Content {
        /** All of it, from the first byte to the last. */
        void write(WritableByteChannel channel) throws IOException;
    }

    private AtomicFile() {}

    /**
     * Writes {@code content} to {@code target}, through a symbolic link if it is one.
     *
     * @throws CheckpointException if that fails; the target is as it was and no temporary file is left
     */
    public static void write(Path target, Content content) {
        write(target, CREATE, content);
    }

    /**
     * Writes these bytes to {@code target}, through a symbolic link if it is one.
     *
     * @throws CheckpointException if that fails; the target is as it was and no temporary file is left
     */
    public static void write(Path target, byte[] content) {
        write(target, channel -> ChannelWrites.all(channel, content));
    }

    static void write(Path target, Opener opener, Content content) {
        StagedFiles.write(List.of(new StagedFiles.Part(target, content)), opener);
    }

    /**
     * Writes several files, all of them or none: each is put together beside its target, and they are moved there when all
     * are complete.
     *
     * @param files by their targets, in the order in which they appear
     * @throws CheckpointException if that fails; no temporary file is left, and targets that were not there are not there
     */
    static void writeAll(Map<Path, Content> files) {
        List<StagedFiles.Part> parts = new ArrayList<>();
        files.forEach((target, content) -> parts.add(new StagedFiles.Part(target, content)));
        StagedFiles.write(parts, CREATE);
    }
}
