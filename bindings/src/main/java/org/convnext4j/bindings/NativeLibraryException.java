package org.convnext4j.bindings;

import org.jspecify.annotations.Nullable;

/** Says that no usable OpenBLAS library was found or loaded, what was tried, and what to do about it. */
public final class NativeLibraryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception without a cause.
     *
     * @param message what failed and how to mend it
     */
    public NativeLibraryException(String message) {
        super(message);
    }

    /**
     * Makes an exception with a cause.
     *
     * @param message what failed and how to mend it
     * @param cause the underlying failure, or null if unknown
     */
    public NativeLibraryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
