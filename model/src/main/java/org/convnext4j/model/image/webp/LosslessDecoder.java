package org.convnext4j.model.image.webp;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Decodes VP8L data (RFC 9649, 3). */
final class LosslessDecoder {
    private static final int PREDICTOR = 0;
    private static final int COLOR = 1;
    private static final int SUBTRACT_GREEN = 2;

    private LosslessDecoder() {}

    /**
     * Decodes a picture.
     *
     * @return (H, W), 0xAARRGGBB
     * @throws EOFException if the data end before the last pixel
     * @throws IOException if they are damaged
     */
    static int[] decode(Section image) throws IOException {
        LosslessHeader header = LosslessHeader.parse(image);
        List<Transform> transforms = new ArrayList<>();
        Section body = image.rest(LosslessHeader.BYTES);
        int[] pixels = read(body, header.width(), header.height(), transforms);
        for (int i = transforms.size() - 1; i >= 0; i--) {
            pixels = transforms.get(i).undo(pixels);
        }
        return pixels;
    }

    /**
     * Reads data without a header.
     *
     * @param transforms takes the transforms in the order of the encoder
     * @return the pixels before the transforms are undone
     */
    static int[] read(Section body, int width, int height, List<Transform> transforms) throws IOException {
        BitReader bits = new BitReader(body);
        int codedWidth = width;
        int seen = 0;
        while (bits.flag()) {
            int kind = bits.read(2);
            if ((seen >> kind & 1) != 0) {
                throw new IOException("a transform that comes twice");
            }
            seen |= 1 << kind;
            if (kind == PREDICTOR) {
                transforms.add(PredictorTransform.read(bits, codedWidth, height));
            } else if (kind == COLOR) {
                transforms.add(ColorTransform.read(bits, codedWidth, height));
            } else if (kind == SUBTRACT_GREEN) {
                transforms.add(new SubtractGreenTransform());
            } else {
                IndexTransform indices = IndexTransform.read(bits, codedWidth, height);
                transforms.add(indices);
                codedWidth = indices.codedWidth();
            }
        }
        return PixelStream.readMain(bits, codedWidth, height);
    }

    /** How many blocks of 2^bits pixels cover a length. */
    static int blocks(int length, int bits) {
        return (length + (1 << bits) - 1) >> bits;
    }
}
