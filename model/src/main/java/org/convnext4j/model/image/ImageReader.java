package org.convnext4j.model.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.convnext4j.model.failure.FileFailure;

/**
 * Reads JPEG, PNG, GIF (first frame), BMP and WebP pictures into RGB as Pillow's {@code open(...).convert("RGB")} does:
 *
 * <ul>
 *   <li>colour profiles and gamma are ignored: the stored samples are the picture;
 *   <li>grey is replicated, palettes are looked up, alpha is dropped and not composited;
 *   <li>of 16-bit colour and grey-alpha samples the high byte is kept, but 16-bit grey without alpha is clipped to
 *       0..255, which is what Pillow does;
 *   <li>JPEGs of every sampling have libjpeg-turbo's pixels, smoothed as in its version 2.1 where the scans of a
 *       progressive one stop short; those with 12 bits, lossless or arithmetic coding are refused;
 *   <li>CMYK and YCCK JPEGs are taken as inverted, the Adobe convention, and converted by r = k - c * k / 255;
 *   <li>a GIF frame lies on its logical screen, the first frame of an animated WebP on its canvas.
 * </ul>
 *
 * <p>Every failure is an {@link ImageException}, lack of memory too. Instances are immutable and safe for use by many
 * threads.
 */
public final class ImageReader {
    private static final int MAX_FILE_BYTES = 512 << 20;

    private final ReadOptions options;

    /** A reader with {@link ReadOptions#DEFAULTS}. */
    public ImageReader() {
        this(ReadOptions.DEFAULTS);
    }

    /** A reader with these options. */
    public ImageReader(ReadOptions options) {
        this.options = options;
    }

    /**
     * Reads a file.
     *
     * @return (H, W, 3)
     * @throws ImageException if the file is missing, unreadable, a directory, empty, no picture of a known format,
     *     damaged, truncated or larger than the limit
     */
    public RgbImage read(Path file) {
        return read(bytes(file), file.toString());
    }

    /**
     * The bytes of a file that may be a picture, as {@link #read(Path)} reads them before it decodes them.
     *
     * @throws ImageException if the file is missing, unreadable, a directory or larger than the limit
     */
    public byte[] bytes(Path file) {
        return load(file);
    }

    /**
     * The format that the first bytes of a file tell: {@code jpeg}, {@code png}, {@code gif}, {@code bmp} or {@code
     * webp}; empty if it is none of these. Whether the rest is whole is not looked at.
     */
    public static Optional<String> format(byte[] data) {
        return Optional.ofNullable(ImageFormat.of(data)).map(ImageFormat::formatName);
    }

    /**
     * Reads a stream to its end; the caller closes it.
     *
     * @param name what to call the picture in messages
     * @return (H, W, 3)
     * @throws ImageException as for {@link #read(Path)}
     */
    public RgbImage read(InputStream stream, String name) {
        return read(load(stream, name), name);
    }

    /**
     * Takes a picture of Java's own kind: its stored samples, as those of a file.
     *
     * @param image of red, green and blue, or grey, or a palette, with or without alpha, of up to 16 bits a sample
     * @param name what to call the picture in messages
     * @return (H, W, 3)
     * @throws ImageException if its samples are of another kind or it is larger than the limit
     */
    public RgbImage read(BufferedImage image, String name) {
        return JavaPicture.toRgb(image, name, options.maxPixels());
    }

    /** A stream that its owner has closed says so by its type alone. */
    private static String unread(IOException e) {
        boolean closed = e instanceof ClosedChannelException && !(e instanceof ClosedByInterruptException);
        return closed ? "the stream is closed" : FileFailure.reason(e);
    }

    /** The bytes of a stream, read to its end. */
    byte[] load(InputStream stream, String name) {
        byte[] data;
        try {
            data = stream.readNBytes(MAX_FILE_BYTES + 1);
        } catch (IOException e) {
            throw new ImageException(name, "cannot be read (" + unread(e) + ")", "check the source and try again", e);
        } catch (OutOfMemoryError e) {
            throw PictureMemory.exhausted(name, e);
        }
        if (data.length > MAX_FILE_BYTES) {
            throw tooManyBytes(name);
        }
        return data;
    }

    /**
     * Reads an encoded picture.
     *
     * @param data the whole file; not written to
     * @param name what to call the picture in messages
     * @return (H, W, 3)
     * @throws ImageException as for {@link #read(Path)}
     */
    public RgbImage read(byte[] data, String name) {
        if (data.length == 0) {
            throw new ImageException(name, "is empty", "give a JPEG, PNG, GIF, BMP or WebP picture");
        }
        ImageFormat format = ImageFormat.of(data);
        if (format == null) {
            throw new ImageException(
                    name, "is not a picture of a known format", "give a JPEG, PNG, GIF, BMP or WebP picture");
        }
        RgbImage image = new Decoding(format, data, name, options.maxPixels()).run();
        if (!options.applyOrientation()) {
            return image;
        }
        try {
            return Orientation.of(format, data).apply(image);
        } catch (OutOfMemoryError e) {
            throw PictureMemory.exhausted(name, e);
        }
    }

    private static byte[] load(Path file) {
        String name = file.toString();
        if (!Files.exists(file)) {
            throw new ImageException(name, "does not exist", "check the path");
        }
        if (Files.isDirectory(file)) {
            throw new ImageException(name, "is a directory", "name a picture file inside it");
        }
        try {
            byte[] data;
            if (Files.isRegularFile(file)) {
                long bytes = Files.size(file);
                if (bytes > MAX_FILE_BYTES) {
                    throw tooManyBytes(name);
                }
                PictureMemory.require(name, bytes, "read the file");
                data = Files.readAllBytes(file);
            } else {
                try (InputStream in = Files.newInputStream(file)) {
                    data = in.readNBytes(MAX_FILE_BYTES + 1);
                }
            }
            if (data.length > MAX_FILE_BYTES) {
                throw tooManyBytes(name);
            }
            return data;
        } catch (AccessDeniedException e) {
            throw new ImageException(name, "may not be read by this user", "change the file's permissions", e);
        } catch (IOException e) {
            throw new ImageException(
                    name, "cannot be read (" + FileFailure.reason(e) + ")", "check the file and the disk", e);
        } catch (OutOfMemoryError e) {
            throw PictureMemory.exhausted(name, e);
        }
    }

    private static ImageException tooManyBytes(String name) {
        return new ImageException(
                name, "has more than " + MAX_FILE_BYTES + " bytes", "save the picture in a smaller size");
    }
}
