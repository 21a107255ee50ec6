package org.convnext4j.model.weights;

import java.io.Serial;
import java.nio.file.Path;
import org.convnext4j.model.failure.ModelException;

/** A checkpoint cannot be read or written; the message names the file, what is wrong and, where known, the mend. */
public final class CheckpointException extends ModelException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** {@code reason} is a clause that follows the file's name and a colon. */
    public CheckpointException(Path file, String reason) {
        super(file + ": " + reason);
    }

    /** {@code reason} is a clause that follows the file's name and a colon. */
    public CheckpointException(Path file, String reason, Throwable cause) {
        super(file + ": " + reason, cause);
    }
}
