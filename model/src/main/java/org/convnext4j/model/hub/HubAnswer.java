package org.convnext4j.model.hub;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the hub says of a file of a model.
 *
 * @param commit that the revision stands for; empty if it does not say
 * @param etag under which the cache keeps the content; empty if there is no such file
 * @param sizeBytes of the content; 0 if there is no such file
 */
record HubAnswer(Optional<String> commit, Optional<String> etag, long sizeBytes) {
    private static final Pattern QUOTED = Pattern.compile("(?:W/)?\"(.*)\"");

    /**
     * Reads an answer.
     *
     * @param subject what messages begin with
     * @throws HubException if there is no such model, it may not be had, or the server is no hub
     */
    static HubAnswer of(HttpAnswer answer, String subject) {
        Optional<String> commit =
                answer.header(HubHttp.COMMIT).map(String::strip).filter(HubModelName::isCommit);
        String code = answer.header(HubHttp.ERROR_CODE).orElse("EntryNotFound");
        if (answer.status() == 404 && code.equals("EntryNotFound")) {
            return new HubAnswer(commit, Optional.empty(), 0);
        }
        if (answer.status() >= 400) {
            throw HubStatus.refused(subject, answer);
        }
        Optional<String> etag = answer.header(HubHttp.LINKED_ETAG)
                .or(() -> answer.header("etag"))
                .map(HubAnswer::unquoted);
        OptionalLong size = answer.bytes(HubHttp.LINKED_SIZE);
        if (size.isEmpty()) {
            size = answer.bytes("content-length");
        }
        if (commit.isEmpty() || etag.isEmpty() || size.isEmpty()) {
            throw new HubException(
                    HubException.Reason.REFUSED,
                    subject + ": the server does not tell a file's commit, hash and size, so it is not a hub; check"
                            + " HF_ENDPOINT and the proxy");
        }
        return new HubAnswer(commit, etag, size.getAsLong());
    }

    private static String unquoted(String etag) {
        Matcher matcher = QUOTED.matcher(etag.strip());
        return matcher.matches() ? matcher.group(1) : etag.strip();
    }
}
