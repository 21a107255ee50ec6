package org.convnext4j.model.image;

import java.io.Serial;
import org.convnext4j.model.failure.ModelException;
import org.jspecify.annotations.Nullable;

/** A picture could not be read. The message names the picture, the reason and what to do about it. */
public final class ImageException extends ModelException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** The reason of a picture whose file ends too early. */
    static final String TRUNCATED = "is truncated";

    private final boolean truncated;

    ImageException(String source, String reason, String mend) {
        this(source, reason, mend, null);
    }

    ImageException(String source, String reason, String mend, @Nullable Throwable cause) {
        super(source + ": " + reason + "; " + mend, cause);
        this.truncated = reason.equals(TRUNCATED);
    }

    /** Whether the picture is one whose file ends too early, as after a download that was cut. */
    public boolean isTruncated() {
        return truncated;
    }
}
