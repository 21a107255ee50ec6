package org.convnext4j.model.hub;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Texts for which there is no file, and which can be nothing else, so that no server need be asked for them. */
final class MissingPath {
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:[/\\\\].*");

    private MissingPath() {}

    /**
     * Whether a text is written as only a path is: it begins with a point, a slash, a tilde or a drive, has a slash and
     * the ending of a model's file, or has more than one slash.
     *
     * @param text without a prefix of the hub
     */
    static boolean isWrittenAsOne(String text) {
        String path = text.replace(File.separatorChar, '/');
        String repository = withoutRevision(path);
        boolean slash = path.indexOf('/') >= 0;
        return path.equals(".")
                || path.equals("..")
                || path.startsWith("./")
                || path.startsWith("../")
                || path.startsWith("/")
                || path.startsWith("~")
                || DRIVE.matcher(text).matches()
                || (slash && hasFileEnding(path))
                || repository.indexOf('/') != repository.lastIndexOf('/')
                || (slash && repository.endsWith("/"));
    }

    /** Whether the first folder of {@code FOLDER/NAME} is there, so that a file in it was meant. */
    static boolean isInFolder(String text) {
        int slash = text.indexOf('/');
        try {
            return slash > 0 && Files.isDirectory(Path.of(text.substring(0, slash)));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** A revision may have slashes and endings of its own: {@code ORG/NAME@refs/pr/3}. */
    private static String withoutRevision(String text) {
        int at = text.indexOf('@');
        return at < 0 ? text : text.substring(0, at);
    }

    private static boolean hasFileEnding(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return ModelName.FILE_ENDINGS.stream().anyMatch(lower::endsWith);
    }

    /** The refusal; says from where on nothing is there. */
    static HubException refusal(String text) {
        String why = text.startsWith("~")
                ? "; ~ stands for the home folder only where a shell reads it, at the beginning of a word: name the"
                        + " folder in full"
                : parent(text)
                        .filter(folder -> !Files.exists(folder))
                        .map(folder -> ", and no folder " + folder)
                        .orElse("");
        return new HubException(
                HubException.Reason.BAD_NAME, text + ": there is no such file or folder" + why + mend(text));
    }

    private static String mend(String text) {
        return HubModelName.isRepository(withoutRevision(text)) && !hasFileEnding(text)
                ? "; if a model of the hub is meant, write " + ModelName.PREFIXES.get(0) + text
                : "";
    }

    private static Optional<Path> parent(String text) {
        try {
            return Optional.ofNullable(Path.of(text).getParent());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
