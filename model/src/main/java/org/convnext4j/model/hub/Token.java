package org.convnext4j.model.hub;

import java.util.Optional;

/**
 * A user's secret for the hub. It is sent to the hub's own host only.
 *
 * @param secret visible ASCII characters
 */
public record Token(String secret) {
    /**
     * Checks the characters.
     *
     * @throws HubException if there is none, or one that no token has; the message does not show them
     */
    public Token {
        if (secret.isEmpty() || !secret.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new HubException(
                    HubException.Reason.BAD_NAME,
                    "the access token is empty or has blanks or characters that no token has; set HF_TOKEN to the token"
                            + " itself, or unset it");
        }
    }

    /** The token in a text around which there may be blanks and line ends; empty if there is nothing else. */
    static Optional<Token> of(String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(new Token(text.strip()));
    }

    /** Does not show the secret, so that no log does. */
    @Override
    public String toString() {
        return "Token[hidden]";
    }
}
