package org.convnext4j.model.weights;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** Assertions about clear errors. */
final class Refusals {
    private Refusals() {}

    /** Fails unless a CheckpointException comes whose message has all these parts. */
    static void assertRefused(Executable action, String... parts) {
        String message =
                String.valueOf(assertThrows(CheckpointException.class, action).getMessage());
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "no \"" + part + "\" in: " + message);
        }
    }
}
