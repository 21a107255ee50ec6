package org.convnext4j.model.image.webp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A picture in the container and where it lies on the canvas.
 *
 * @param left the first column, in pixels
 * @param top the first row, in pixels
 * @param width W, from the coded data
 * @param height H, from the coded data
 * @param image the coded data
 * @param lossless whether they are VP8L rather than VP8
 * @param alpha the ALPH chunk of a lossy picture, null without one
 */
record Frame(
        int left,
        int top,
        int width,
        int height,
        Section image,
        boolean lossless,
        @Nullable Section alpha) {
    private static final int ANIMATION_HEADER_BYTES = 16;

    /**
     * The first picture among these chunks.
     *
     * @param takesAlpha whether an ALPH chunk counts
     */
    static Frame parse(Section chunks, boolean takesAlpha) throws IOException {
        Section alpha = null;
        int at = 0;
        while (at < chunks.size()) {
            if (chunks.isTag(at, "VP8 ")) {
                Section image = WebpFile.payload(chunks, at);
                FrameTag tag = FrameTag.parse(image);
                return new Frame(0, 0, tag.width(), tag.height(), image, false, takesAlpha ? alpha : null);
            }
            if (chunks.isTag(at, "VP8L")) {
                Section image = WebpFile.payload(chunks, at);
                LosslessHeader header = LosslessHeader.parse(image);
                return new Frame(0, 0, header.width(), header.height(), image, true, null);
            }
            if (chunks.isTag(at, "ALPH") && alpha == null) {
                alpha = WebpFile.payload(chunks, at);
            }
            at = WebpFile.next(chunks, at);
        }
        throw new IOException("no picture among the chunks");
    }

    /** The picture of an ANMF chunk. */
    static Frame ofAnimation(Section chunk) throws IOException {
        Frame frame = parse(chunk.rest(ANIMATION_HEADER_BYTES), true);
        int width = chunk.threeBytesAt(6) + 1;
        int height = chunk.threeBytesAt(9) + 1;
        if (frame.width != width || frame.height != height) {
            throw new IOException(
                    "a picture of " + frame.width + " x " + frame.height + " in a frame of " + width + " x " + height);
        }
        return new Frame(
                2 * chunk.threeBytesAt(0),
                2 * chunk.threeBytesAt(3),
                width,
                height,
                frame.image,
                frame.lossless,
                frame.alpha);
    }

    /**
     * Decodes the picture.
     *
     * @return (H, W, 3) of the canvas, black outside this frame
     */
    byte[] onCanvas(int canvasWidth, int canvasHeight) throws IOException {
        if (lossless) {
            int[] argb = LosslessDecoder.decode(image);
            RgbRows rows = new RgbRows(canvasWidth, canvasHeight, this);
            for (int y = 0; y < height; y++) {
                rows.put(y, argb);
            }
            return rows.rgb();
        }
        Planes planes = LossyDecoder.decode(image);
        if (alpha != null) {
            AlphaChunk.check(alpha, width, height);
        }
        RgbRows rows = new RgbRows(canvasWidth, canvasHeight, this);
        FancyUpsampling.convert(planes, width, height, rows);
        return rows.rgb();
    }
}
