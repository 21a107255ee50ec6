package org.convnext4j.model.image;

import java.io.InputStream;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An encoded picture that comes from a stream. Its bytes are kept until it is decoded, because a picture that does not fit
 * into memory beside others is tried again alone.
 */
final class StreamedPicture {
    // null once it has been read to its end
    private @Nullable InputStream stream;
    private byte @Nullable [] data;
    private @Nullable ImageException failure;

    StreamedPicture(InputStream stream) {
        this.stream = Objects.requireNonNull(stream, "encoded");
    }

    RgbImage read(ImageReader reader, String name) {
        return read(reader, data -> reader.read(data, name), name);
    }

    /** As {@link #read(ImageReader, String)}, with a decoder that may lack memory. */
    synchronized RgbImage read(ImageReader reader, Function<byte[], RgbImage> decoder, String name) {
        if (failure != null) {
            throw failure;
        }
        try {
            if (stream != null) {
                InputStream once = stream;
                stream = null;
                data = reader.load(once, name);
            }
            if (data == null) {
                throw new ImageException(
                        name, "comes from a stream that has been read already", "make a Picture of a new stream");
            }
            RgbImage image = decoder.apply(data);
            data = null;
            return image;
        } catch (ImageException e) {
            if (data == null || !PictureMemory.isExhausted(e)) {
                data = null;
                failure = e;
            }
            throw e;
        }
    }
}
