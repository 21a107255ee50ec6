package org.convnext4j.model.weights;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Locale;

/** Puts into words why a file could not be read or written, for messages that begin with its name. */
public final class FileFailure {
    private FileFailure() {}

    /** {@code cannot be read: } and why. */
    public static String reading(IOException e) {
        return e instanceof AccessDeniedException
                ? "may not be read; check its permissions"
                : "cannot be read: " + reason(e);
    }

    /** Why, without the file's name, and the mend where there is one. */
    public static String reason(IOException e) {
        if (e instanceof ClosedByInterruptException) {
            return "the thread was interrupted";
        }
        if (e instanceof ClosedChannelException) {
            return "another thread that used it was interrupted";
        }
        // Its message begins with the path, which is said already.
        String reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
        String text = reason == null ? e.getClass().getSimpleName() : reason;
        return text.toLowerCase(Locale.ROOT).contains("too many open files")
                ? "this process has too many files open; close some, or raise the limit (ulimit -n)"
                : text;
    }
}
