package org.convnext4j.tools.picture;

import java.nio.file.Path;
import java.util.List;

/** Where the results of many pictures go, a record for each. */
interface ResultSink extends AutoCloseable {
    /** Whether a picture's result is there already. */
    boolean has(Path image);

    /** How many results were there before. */
    long resumed();

    /**
     * Appends the results of some pictures.
     *
     * @param outputs (N, outputs), row-major
     */
    void append(List<Path> images, float[] outputs);

    /** Waits until nothing is being written, and lets nobody write again: whole records are left when the JVM ends. */
    void seal();

    @Override
    void close();
}
