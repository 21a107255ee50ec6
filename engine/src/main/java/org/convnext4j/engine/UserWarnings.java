package org.convnext4j.engine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;

/**
 * Warnings that must reach somebody: a model that runs at a hundredth of its speed looks as if it worked. They go to SLF4J,
 * or, where SLF4J has no provider and drops everything, to Java's own logging, which writes to standard error unless it is
 * told otherwise. Each cause is told once in the life of the JVM, however many engines meet it.
 */
final class UserWarnings {
    private static final String JAVA_LOGGER = "org.convnext4j.engine";
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private UserWarnings() {}

    /**
     * Warns unless this cause has been told.
     *
     * @param cause what is wrong, which the message need not say in the same words
     */
    static void once(Logger log, String cause, String message) {
        if (!TOLD.add(cause)) {
            return;
        }
        if (LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory) {
            System.getLogger(JAVA_LOGGER).log(System.Logger.Level.WARNING, message);
        } else {
            log.warn(message);
        }
    }
}
