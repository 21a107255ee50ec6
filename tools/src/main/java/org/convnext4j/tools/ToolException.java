package org.convnext4j.tools;

import java.io.Serial;

/** A command cannot do what it was asked to; the message says why and, where known, the mend. */
final class ToolException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    ToolException(String message) {
        super(message);
    }

    ToolException(String message, Throwable cause) {
        super(message, cause);
    }
}
