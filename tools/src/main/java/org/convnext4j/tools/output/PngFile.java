package org.convnext4j.tools.output;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.weights.AtomicFile;
import picocli.CommandLine;

/** Writes PNG files that appear under their name only when they are complete. */
public final class PngFile {
    private PngFile() {}

    /**
     * Writes a picture, over an old file if there is one.
     *
     * @throws org.convnext4j.model.weights.CheckpointException if that fails; the target is as it was then
     */
    public static void write(Path target, RgbImage picture) {
        write(target, picture.toBufferedImage());
    }

    /**
     * Writes a picture, over an old file if there is one.
     *
     * @throws org.convnext4j.model.weights.CheckpointException if that fails; the target is as it was then
     */
    public static void write(Path target, BufferedImage picture) {
        AtomicFile.write(target, encode(picture));
    }

    /**
     * Writes a picture over an old file, or for {@code -} to standard output.
     *
     * @throws org.convnext4j.model.weights.CheckpointException if a file cannot be written; it is as it was then
     * @throws OutputFailure if standard output takes no more
     */
    public static void write(Path target, BufferedImage picture, StandardStreams streams) {
        if (StandardStreams.areMeant(target)) {
            streams.write(encode(picture));
        } else {
            write(target, picture);
        }
    }

    /** Refuses, as wrong usage, to write a picture to a terminal. */
    public static void requireNoTerminal(Path target, CommandLine command) {
        if (StandardStreams.areMeant(target)) {
            StandardStreams.of(command).requireBinaryOutput(command);
        }
    }

    /**
     * Refuses to write a picture over the one that it is made from.
     *
     * @throws ToolException if both are one file
     */
    public static void requireOther(Path picture, Path target) {
        if (StandardStreams.areMeant(picture) || StandardStreams.areMeant(target)) {
            return;
        }
        try {
            if (Files.exists(picture) && Files.exists(target) && Files.isSameFile(picture, target)) {
                throw new ToolException(target + ": is the picture itself; name another file to write");
            }
        } catch (IOException e) {
            throw new ToolException(target + ": cannot be looked at: " + FileFailure.reason(e), e);
        }
    }

    private static byte[] encode(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            if (!ImageIO.write(image, "png", stream)) {
                throw new ToolException("this Java has no PNG writer; use a JDK with the module java.desktop");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
