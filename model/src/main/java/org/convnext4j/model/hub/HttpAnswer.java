package org.convnext4j.model.hub;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A server's answer, after redirections.
 *
 * @param status of the last response
 * @param headers of the last response by their names in lower case, and those of the hub from the first response that
 *     has them
 * @param body to be closed
 * @param withToken whether the user's token was sent
 */
record HttpAnswer(int status, Map<String, String> headers, ResponseBody body, boolean withToken)
        implements AutoCloseable {
    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** A header that is a number of bytes; empty if it is missing or none. */
    OptionalLong bytes(String name) {
        try {
            Optional<String> text = header(name);
            return text.isPresent()
                    ? OptionalLong.of(Long.parseUnsignedLong(text.get().strip()))
                    : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void close() {
        body.close();
    }
}
