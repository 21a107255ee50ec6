package org.convnext4j.model.train;

import java.io.Serial;

/** A value that somebody sets for a run has no known key, or cannot be so; the message names both and the mend. */
public final class SettingException extends TrainingException {
    @Serial
    private static final long serialVersionUID = 1L;

    SettingException(TrainingException reason) {
        super(String.valueOf(reason.getMessage()), reason);
    }
}
