package org.convnext4j.model.image;

import java.io.Serial;
import org.convnext4j.model.failure.ModelException;
import org.jspecify.annotations.Nullable;

/** A configuration file beside the weights is malformed. The message names the file, the field and the mend. */
public final class ConfigException extends ModelException {
    @Serial
    private static final long serialVersionUID = 1L;

    ConfigException(String source, String problem) {
        this(source, problem, null);
    }

    ConfigException(String source, String problem, @Nullable Throwable cause) {
        super(source + ": " + problem, cause);
    }
}
