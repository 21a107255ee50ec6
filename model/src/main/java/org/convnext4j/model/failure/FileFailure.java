package org.convnext4j.model.failure;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
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
        if (e instanceof CharacterCodingException) {
            return "it is no text in UTF-8";
        }
        // Its message begins with the path, which is said already.
        String reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
        String text = reason == null || reason.isBlank() ? withoutReason(e) : reason;
        return text.toLowerCase(Locale.ROOT).contains("too many open files")
                ? "this process has too many files open; close some, or raise the limit (ulimit -n)"
                : text;
    }

    /** The same for a failure that may come wrapped, such as of a walk through a folder. */
    public static String reason(Exception e) {
        if (e instanceof IOException failure) {
            return reason(failure);
        }
        return e.getCause() instanceof IOException cause ? reason(cause) : String.valueOf(e.getMessage());
    }

    /** The kinds of failure that have no words of their own. */
    private static String withoutReason(IOException e) {
        if (e instanceof NoSuchFileException || e instanceof FileNotFoundException) {
            return "there is no such file or folder";
        }
        if (e instanceof AccessDeniedException) {
            return "this user has no permission";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "a file is there already";
        }
        if (e instanceof NotDirectoryException) {
            return "it is no folder";
        }
        if (e instanceof DirectoryNotEmptyException) {
            return "the folder is not empty";
        }
        if (e instanceof EOFException) {
            return "it ends too early";
        }
        return "the system does not say why";
    }
}
