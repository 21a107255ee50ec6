package org.convnext4j.tools.output;

import java.io.Serial;

/** A command cannot do what it was asked to; the message says why and, where known, the mend. */
public final class ToolException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public ToolException(String message) {
        super(message);
    }

    public ToolException(String message, Throwable cause) {
        super(message, cause);
    }
}
