package org.convnext4j.model.failure;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Something about a model, its files or its inputs is wrong in a way the message explains. */
public class ModelException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** An exception with a message for the user. */
    public ModelException(String message) {
        super(message);
    }

    /** An exception with a message for the user and what caused it, if anything did. */
    public ModelException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
