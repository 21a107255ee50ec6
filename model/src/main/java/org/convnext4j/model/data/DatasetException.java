package org.convnext4j.model.data;

import java.io.Serial;
import java.nio.file.Path;
import org.convnext4j.model.failure.ModelException;
import org.jspecify.annotations.Nullable;

/** A data set or a sample of it cannot be used; the message names the file, what is wrong and the mend. */
public final class DatasetException extends ModelException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** {@code reason} is a clause that follows the file's name and a colon. */
    DatasetException(Path file, String reason) {
        super(file + ": " + reason);
    }

    /** The whole message, or a clause after a file's name, with what caused it. */
    DatasetException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
