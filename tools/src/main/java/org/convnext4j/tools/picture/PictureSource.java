package org.convnext4j.tools.picture;

import java.nio.file.Path;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.Picture;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.tools.output.StandardStreams;

/**
 * Reads pictures: files, and for {@code -} standard input. Safe for use by many threads.
 *
 * @param reader decodes them
 * @param streams what {@code -} stands for
 */
public record PictureSource(ImageReader reader, StandardStreams streams) {
    private static final String INPUT = StandardStreams.NAME + " (standard input)";

    /** The picture of a file, which is read later. */
    Picture picture(Path file) {
        return StandardStreams.areMeant(file) ? Picture.of(streams.input()).named(INPUT) : Picture.of(file);
    }

    /**
     * Reads a picture.
     *
     * @throws org.convnext4j.model.image.ImageException as the reader's
     */
    public RgbImage read(Path file) {
        return picture(file).read(reader);
    }
}
