package org.convnext4j.engine;

/** The engine cannot do what it was asked to; the message says why and what to change. */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the mend. */
    public EngineException(String message) {
        super(message);
    }

    /** With a message that names the mend, and what led to it. */
    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
