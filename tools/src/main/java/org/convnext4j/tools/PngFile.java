package org.convnext4j.tools;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.convnext4j.model.image.RgbImage;

/** Writes PNG files that appear under their name only when they are complete. */
final class PngFile {
    private PngFile() {}

    /**
     * Writes a picture, over an old file if there is one.
     *
     * @throws ToolException if that fails; the target is as it was then
     */
    static void write(Path target, RgbImage picture) {
        if (Files.isDirectory(target)) {
            throw new ToolException(target + ": is a folder; name a file in it");
        }
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw new ToolException(target + ": is not a regular file, so it cannot be replaced");
        }
        byte[] png = encode(picture);
        try {
            Path real = Files.isSymbolicLink(target) && Files.exists(target) ? target.toRealPath() : target;
            Path beside = real.resolveSibling("." + real.getFileName() + "." + UUID.randomUUID() + ".tmp");
            try {
                Files.write(beside, png, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                Files.move(beside, real, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(beside);
            }
        } catch (AccessDeniedException e) {
            throw new ToolException(target + ": cannot be written: no permission to create files in its folder", e);
        } catch (NoSuchFileException e) {
            throw new ToolException(target + ": cannot be written: its folder does not exist", e);
        } catch (IOException e) {
            throw new ToolException(target + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private static byte[] encode(RgbImage picture) {
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                int rgb = picture.sample(y, x, 0) << 16 | picture.sample(y, x, 1) << 8 | picture.sample(y, x, 2);
                image.setRGB(x, y, rgb);
            }
        }
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
