package org.convnext4j.model.image.webp;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;

/**
 * The alpha of a lossy picture (RFC 9649, 2.7.1.2). It is not part of what is read, but a file whose alpha is damaged or
 * cut off is refused, as libwebp refuses it.
 */
final class AlphaChunk {
    private static final int RAW = 0;
    private static final int LOSSLESS = 1;

    private AlphaChunk() {}

    /**
     * Decodes the chunk and forgets it.
     *
     * @throws EOFException if the data end before the last pixel
     * @throws IOException if they are damaged
     */
    static void check(Section chunk, int width, int height) throws IOException {
        int header = chunk.byteAt(0);
        int compression = header & 3;
        // the prediction of rows and the reduction of levels change values only; two bits are reserved
        if (compression > LOSSLESS || header >> 4 > 1) {
            throw new IOException("alpha of an unknown kind");
        }
        Section body = chunk.rest(1);
        if (compression == RAW) {
            body.part(0, (long) width * height);
        } else {
            LosslessDecoder.read(body, width, height, new ArrayList<>());
        }
    }
}
