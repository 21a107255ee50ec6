package org.convnext4j.model.weights;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Locale;

/** Puts into words why a file could not be read. */
final class FileFailure {
    private FileFailure() {}

    /** What to say after the file's name. */
    static String reading(IOException e) {
        if (e instanceof ClosedByInterruptException) {
            return "was not read to its end, because the thread was interrupted";
        }
        if (e instanceof ClosedChannelException) {
            return "was not read to its end, because another thread that read it was interrupted";
        }
        if (e instanceof AccessDeniedException) {
            return "may not be read; check its permissions";
        }
        // Its message begins with the path, which is said already.
        String reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
        String text = reason == null ? e.getClass().getSimpleName() : reason;
        if (text.toLowerCase(Locale.ROOT).contains("too many open files")) {
            return "cannot be opened: this process has too many files open; close some, or raise the limit (ulimit -n)";
        }
        return "cannot be read: " + text;
    }
}
