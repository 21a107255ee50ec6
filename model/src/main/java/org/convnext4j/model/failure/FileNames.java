package org.convnext4j.model.failure;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Names of files and the encoding that this process reads them in. Java takes it from the locale when it starts: in
 * ASCII, which is that of the locales C and POSIX, files with other letters can be listed, but their names are all
 * {@code U+FFFD}, so that two of them may be the same text.
 */
public final class FileNames {
    private static final char UNREADABLE = '\uFFFD';

    private FileNames() {}

    /**
     * The path that a text names.
     *
     * @throws ModelException if there can be none; the message has the mend
     */
    public static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            boolean ascii = text.chars().allMatch(c -> c < 0x80);
            throw new ModelException(
                    "'" + text + "' cannot be the name of a file" + (ascii ? ": " + e.getReason() : here()), e);
        }
    }

    /** What is wrong with a path whose text does not stand for it alone, after the name of its folder; mostly nothing. */
    public static Optional<String> problem(Path path) {
        if (isFaithful(path)) {
            return Optional.empty();
        }
        // Of all texts for a path only this one tells its bytes.
        String escaped = path.toUri().getRawPath().replaceFirst("/$", "");
        String name = escaped.substring(escaped.lastIndexOf('/') + 1);
        return Optional.of("the name of " + name + " (its bytes as in an address) cannot be written down" + here());
    }

    /** Whether a path that was named, not found by listing a folder, may have lost letters on its way here. */
    public static boolean mayHaveLostLetters(Path path) {
        return path.toString().indexOf(UNREADABLE) >= 0;
    }

    private static boolean isFaithful(Path path) {
        String text = path.toString();
        try {
            return path.getFileSystem().getPath(text).equals(path)
                    && StandardCharsets.UTF_8.newEncoder().canEncode(text);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Which mend there is depends on the encoding. */
    private static String here() {
        String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
        return encoding.equals("UTF-8")
                ? ", because it is not UTF-8; rename it"
                : " in this process's encoding, " + encoding
                        + "; start Java with a UTF-8 locale, for example LC_ALL=C.UTF-8";
    }
}
