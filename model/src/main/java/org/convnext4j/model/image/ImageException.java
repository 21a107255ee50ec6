package org.convnext4j.model.image;

import java.io.Serial;
import org.convnext4j.model.ModelException;
import org.jspecify.annotations.Nullable;

/** A picture could not be read. The message names the picture, the reason and what to do about it. */
public final class ImageException extends ModelException {
    @Serial
    private static final long serialVersionUID = 1L;

    ImageException(String source, String reason, String mend) {
        this(source, reason, mend, null);
    }

    ImageException(String source, String reason, String mend, @Nullable Throwable cause) {
        super(source + ": " + reason + "; " + mend, cause);
    }
}
