package org.convnext4j.model.image;

import java.awt.image.BufferedImage;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A picture from wherever a program has it: a file, bytes, a stream, a {@link BufferedImage} or an {@link RgbImage}. It is
 * read when a model is given it, and a failure names it.
 *
 * <p>Nothing is copied: what a picture was made from must not change until it has been read. Immutable, and safe for use by
 * many threads, but for one of a stream, which can be read once.
 */
public final class Picture {
    private static final String NO_NAME = "picture";

    /** Where the pixels come from. */
    private interface Source {
        RgbImage read(ImageReader reader, String name);
    }

    private final @Nullable String name;
    private final Source source;

    private Picture(@Nullable String name, Source source) {
        this.name = name;
        this.source = source;
    }

    /** A JPEG, PNG, GIF, BMP or WebP file, called by its path. */
    public static Picture of(Path file) {
        return new Picture(file.toString(), (reader, name) -> reader.read(file));
    }

    /** Files, each as {@link #of(Path)}, in their order. */
    public static List<Picture> files(Collection<Path> files) {
        return files.stream().map(Picture::of).toList();
    }

    /**
     * An encoded picture.
     *
     * @param encoded the whole of a JPEG, PNG, GIF, BMP or WebP file, such as an upload's bytes
     */
    public static Picture of(byte[] encoded) {
        Objects.requireNonNull(encoded, "encoded");
        return new Picture(null, (reader, name) -> reader.read(encoded, name));
    }

    /**
     * An encoded picture from a stream, which is read to its end when the picture is, and not closed. The picture can be
     * read once; a second time is an {@link ImageException}.
     *
     * @param encoded gives the whole of a JPEG, PNG, GIF, BMP or WebP file
     */
    public static Picture of(InputStream encoded) {
        return new Picture(null, new StreamedPicture(encoded)::read);
    }

    /**
     * A picture of Java's own kind. Its stored samples are what a file with these samples would give: colour profiles are
     * ignored, grey is replicated, palettes are looked up, alpha is dropped, 16 bits become 8 as {@link ImageReader} says.
     * No display and no graphics context is needed.
     *
     * @param image of red, green and blue, or grey, or a palette, with or without alpha, of up to 16 bits a sample; others
     *     are an {@link ImageException} when the picture is read
     */
    public static Picture of(BufferedImage image) {
        Objects.requireNonNull(image, "image");
        return new Picture(null, (reader, name) -> reader.read(image, name));
    }

    /** Pixels. */
    public static Picture of(RgbImage image) {
        Objects.requireNonNull(image, "image");
        return new Picture(null, (reader, name) -> image);
    }

    /** The same picture under a name of the caller's, such as that of an upload, for results and messages. */
    public Picture named(String newName) {
        return new Picture(Objects.requireNonNull(newName, "name"), source);
    }

    /** The file's path, or the name it was given; else {@code picture}. */
    public String name() {
        return name == null ? NO_NAME : name;
    }

    /**
     * The name in a list.
     *
     * @param index the place in the list, from 0
     * @return {@link #name}, or {@code picture 3} for one without a name
     */
    public String name(int index) {
        return name == null ? NO_NAME + " " + index : name;
    }

    /**
     * Reads the picture.
     *
     * @param reader decodes what is encoded
     * @throws ImageException if it cannot be read; the message names the picture
     */
    public RgbImage read(ImageReader reader) {
        return read(reader, name());
    }

    /** As {@link #read(ImageReader)}, under another name in messages. */
    RgbImage read(ImageReader reader, String shownName) {
        return source.read(reader, shownName);
    }

    @Override
    public String toString() {
        return name();
    }
}
