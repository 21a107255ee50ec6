package org.convnext4j.model.image;

import org.jspecify.annotations.Nullable;

/** The picture formats that can be read, told apart by their first bytes. */
enum ImageFormat {
    JPEG("jpeg"),
    PNG("png"),
    GIF("gif"),
    BMP("bmp"),
    WEBP("webp");

    private final String formatName;

    ImageFormat(String formatName) {
        this.formatName = formatName;
    }

    /** The format of these bytes, or null if it is none of them. */
    static @Nullable ImageFormat of(byte[] data) {
        if (matches(data, 0, 0xff, 0xd8, 0xff)) {
            return JPEG;
        }
        if (matches(data, 0, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n')) {
            return PNG;
        }
        if (matches(data, 0, 'G', 'I', 'F', '8')) {
            return GIF;
        }
        if (matches(data, 0, 'R', 'I', 'F', 'F') && matches(data, 8, 'W', 'E', 'B', 'P')) {
            return WEBP;
        }
        return matches(data, 0, 'B', 'M') ? BMP : null;
    }

    static boolean matches(byte[] data, int at, int... expected) {
        if (data.length - at < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((data[at + i] & 0xff) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** What image I/O calls the format. */
    String formatName() {
        return formatName;
    }
}
