package org.convnext4j.model.train;

import java.io.Serial;
import org.convnext4j.model.failure.ModelException;

/** A run cannot start or go on; the message names the file, key or value that is wrong and, where known, the mend. */
public sealed class TrainingException extends ModelException permits SettingException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** An exception with a message for the user. */
    public TrainingException(String message) {
        super(message);
    }

    /** An exception with a message for the user and what caused it. */
    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
