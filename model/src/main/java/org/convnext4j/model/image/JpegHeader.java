package org.convnext4j.model.image;

import java.io.EOFException;
import java.io.IOException;

/**
 * What a JPEG's markers say before the first scan.
 *
 * @param components how many components the frame has
 * @param ids the components' identifiers, packed from the high byte
 * @param jfif whether there is a JFIF marker
 * @param adobeTransform the transform of the Adobe marker, -1 without one
 */
record JpegHeader(int components, int ids, boolean jfif, int adobeTransform) {
    private static final int RGB_IDS = 'R' << 16 | 'G' << 8 | 'B';

    /** How the samples stand for colours. */
    enum Encoding {
        GREY,
        RGB,
        YCC,
        CMYK,
        YCCK
    }

    static JpegHeader parse(byte[] data) throws IOException {
        boolean jfif = false;
        int adobe = -1;
        long at = 2;
        while (true) {
            while (Bytes.at(data, at) != 0xff) {
                at++;
            }
            while (Bytes.at(data, at) == 0xff) {
                at++;
            }
            int marker = Bytes.at(data, at++);
            if (marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd8)) {
                continue;
            }
            if (marker == 0xd9 || marker == 0xda) {
                throw new IOException("no frame header before the first scan");
            }
            int length = Bytes.bigShort(data, at);
            if (isFrame(marker)) {
                return frame(data, at, jfif, adobe);
            }
            if (marker == 0xe0 && length >= 7 && isText(data, at + 2, "JFIF\0")) {
                jfif = true;
            } else if (marker == 0xee && length >= 14 && isText(data, at + 2, "Adobe")) {
                adobe = Bytes.at(data, at + 13);
            }
            at += Math.max(2, length);
        }
    }

    /** libjpeg's reading of the markers. */
    Encoding encoding() throws IOException {
        return switch (components) {
            case 1 -> Encoding.GREY;
            case 3 -> threeComponents();
            case 4 -> adobeTransform <= 0 ? Encoding.CMYK : Encoding.YCCK;
            default -> throw new IOException("a JPEG of " + components + " components");
        };
    }

    private Encoding threeComponents() {
        boolean rgb = !jfif && (adobeTransform == 0 || (adobeTransform < 0 && ids == RGB_IDS));
        return rgb ? Encoding.RGB : Encoding.YCC;
    }

    static boolean isText(byte[] data, long at, String text) {
        if (at < 0 || at + text.length() > data.length) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (data[(int) at + i] != (byte) text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private static JpegHeader frame(byte[] data, long at, boolean jfif, int adobe) throws EOFException {
        int components = Bytes.at(data, at + 7);
        int ids = 0;
        for (int i = 0; i < Math.min(components, 4); i++) {
            ids = ids << 8 | Bytes.at(data, at + 8 + 3L * i);
        }
        return new JpegHeader(components, ids, jfif, adobe);
    }
}
