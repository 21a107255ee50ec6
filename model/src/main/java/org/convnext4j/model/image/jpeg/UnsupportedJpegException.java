package org.convnext4j.model.image.jpeg;

import java.io.IOException;
import java.io.Serial;

/** A JPEG of a kind that is sound but not read. The message says which. */
public final class UnsupportedJpegException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    UnsupportedJpegException(String message) {
        super(message);
    }
}
