package org.convnext4j.model.train;

import java.util.ArrayDeque;
import java.util.Deque;

/** What was opened so far, to be closed in the opposite order if opening the rest fails. */
final class Opened {
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T resource) {
        resources.push(resource);
        return resource;
    }

    void close() {
        for (AutoCloseable resource : resources) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException("closing " + resource + " failed", e);
            }
        }
    }
}
