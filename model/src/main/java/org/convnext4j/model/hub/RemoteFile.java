package org.convnext4j.model.hub;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a server says of a file before it is fetched.
 *
 * @param sizeBytes of the content
 * @param content how to tell that the content is the right one
 */
record RemoteFile(long sizeBytes, Content content) {
    /** How to tell that a file is the right one. */
    @FunctionalInterface
    interface Content {
        /** Nothing but the size is known. */
        Content UNKNOWN = file -> Optional.empty();

        /** What is wrong with the file, if anything. */
        Optional<String> fault(Path file) throws IOException;
    }

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");

    /** The hub's entity tag of a large file is its SHA-256, of any other the identifier that Git gives its content. */
    static Content byEtag(String etag) {
        if (SHA256.matcher(etag).matches()) {
            return bySha256(etag);
        }
        if (SHA1.matcher(etag).matches()) {
            return file -> compare("Git hash", etag, Digests.gitBlob(file));
        }
        return Content.UNKNOWN;
    }

    /** {@code prefix} are the first hexadecimal digits, or all. */
    static Content bySha256(String prefix) {
        return file -> compare("SHA-256", prefix, Digests.sha256(file).substring(0, prefix.length()));
    }

    private static Optional<String> compare(String what, String wanted, String found) {
        return wanted.equals(found)
                ? Optional.empty()
                : Optional.of("its " + what + " is " + found + " instead of " + wanted);
    }
}
