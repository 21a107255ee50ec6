package org.convnext4j.model.hub;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A model in Hugging Face's hub.
 *
 * @param repository such as {@code facebook/convnext-tiny-224}
 * @param revision a branch, a tag or a commit
 */
record HubModelName(String repository, String revision) implements ModelName {
    static final String MAIN = "main";

    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern REPOSITORY =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*[A-Za-z0-9_]/[A-Za-z0-9_][A-Za-z0-9_.-]*[A-Za-z0-9_]");
    private static final Pattern REVISION =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]*(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*");
    private static final int MAX_REPOSITORY = 193;
    private static final int MAX_REVISION = 200;

    HubModelName {
        if (!isRepository(repository)) {
            throw new HubException(
                    HubException.Reason.BAD_NAME,
                    "'" + repository + "' is no name of a model; it must be like facebook/convnext-tiny-224");
        }
        if (revision.length() > MAX_REVISION
                || !REVISION.matcher(revision).matches()
                || revision.contains("..")
                || revision.endsWith(".lock")) {
            throw new HubException(
                    HubException.Reason.BAD_NAME,
                    "'" + revision + "' is no revision of " + repository + "; name a branch, a tag or a commit");
        }
    }

    /** The hub allows no two dashes or points in a row, so that folders of the cache cannot be confused. */
    static boolean isRepository(String text) {
        return text.length() <= MAX_REPOSITORY
                && REPOSITORY.matcher(text).matches()
                && !text.contains("--")
                && !text.contains("..")
                && !text.endsWith(".git");
    }

    static boolean isCommit(String text) {
        return COMMIT.matcher(text).matches();
    }

    /** The revision, if it can never stand for anything else. */
    Optional<String> commit() {
        return Optional.of(revision).filter(HubModelName::isCommit);
    }

    /** The folder of the cache. */
    String folder() {
        return "models--" + repository.replace("/", "--");
    }

    @Override
    public String toString() {
        return revision.equals(MAIN) ? repository : repository + "@" + revision;
    }
}
