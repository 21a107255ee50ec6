package org.convnext4j.model.image.webp;

import java.io.EOFException;
import java.io.IOException;

/**
 * The picture in a WebP file: of an animation, the first frame on its canvas. Colour profiles and metadata are passed
 * over. Alpha is dropped and not composited, but its data must be whole.
 *
 * <p>Immutable; parsing allocates nothing that grows with the picture, so its size can be checked before it is decoded.
 */
public final class WebpFile {
    private static final int HEADER_BYTES = 12;
    private static final int CHUNK_HEADER_BYTES = 8;
    private static final int ANIMATION_FLAG = 0x02;
    private static final int ALPHA_FLAG = 0x10;

    private final int width;
    private final int height;
    private final Frame frame;

    private WebpFile(int width, int height, Frame frame) {
        this.width = width;
        this.height = height;
        this.frame = frame;
    }

    /**
     * Reads the container and the headers of the picture.
     *
     * @param data the whole file; not copied
     * @throws EOFException if the file is cut off
     * @throws IOException if it is no WebP file, or the headers contradict each other
     */
    public static WebpFile parse(byte[] data) throws IOException {
        Section file = Section.of(data);
        if (!file.isTag(0, "RIFF") || !file.isTag(8, "WEBP")) {
            throw new IOException("no WebP header");
        }
        Section chunks = file.part(0, CHUNK_HEADER_BYTES + file.intAt(4)).rest(HEADER_BYTES);
        if (chunks.isTag(0, "VP8X")) {
            return extended(chunks);
        }
        if (!chunks.isTag(0, "VP8 ") && !chunks.isTag(0, "VP8L")) {
            throw new IOException("no picture in the first chunk");
        }
        Frame frame = Frame.parse(chunks, false);
        return new WebpFile(frame.width(), frame.height(), frame);
    }

    /** Its width; for an animation that of the canvas. */
    public int width() {
        return width;
    }

    /** Its height; for an animation that of the canvas. */
    public int height() {
        return height;
    }

    /**
     * Decodes the picture.
     *
     * @return (H, W, 3), red, green and blue; black where an animation's first frame leaves the canvas empty
     * @throws EOFException if the data end before the last pixel
     * @throws IOException if they are damaged
     */
    public byte[] toRgb() throws IOException {
        return frame.onCanvas(width, height);
    }

    private static WebpFile extended(Section chunks) throws IOException {
        Section header = payload(chunks, 0);
        int flags = header.byteAt(0);
        int width = header.threeBytesAt(4) + 1;
        int height = header.threeBytesAt(7) + 1;
        Section rest = chunks.rest(next(chunks, 0));
        if ((flags & ANIMATION_FLAG) == 0) {
            Frame frame = Frame.parse(rest, (flags & ALPHA_FLAG) != 0);
            if (frame.width() != width || frame.height() != height) {
                throw new IOException("a picture of " + frame.width() + " x " + frame.height() + " on a canvas of "
                        + width + " x " + height);
            }
            return new WebpFile(width, height, frame);
        }
        int at = 0;
        while (!rest.isTag(at, "ANMF")) {
            at = next(rest, at);
        }
        Frame frame = Frame.ofAnimation(payload(rest, at));
        if (frame.left() + frame.width() > width || frame.top() + frame.height() > height) {
            throw new IOException("a frame beyond its canvas");
        }
        return new WebpFile(width, height, frame);
    }

    /** The content of the chunk at this place. */
    static Section payload(Section chunks, int at) throws EOFException {
        return chunks.part(at + CHUNK_HEADER_BYTES, chunks.intAt(at + 4));
    }

    /** The place of the chunk after the one at this place. */
    static int next(Section chunks, int at) throws EOFException {
        int bytes = payload(chunks, at).size();
        return at + CHUNK_HEADER_BYTES + bytes + (bytes & 1);
    }
}
