package org.convnext4j.model.hub;

/** Is told how a download goes, by the thread that asked for the model. */
public interface DownloadListener {
    /** Does nothing. */
    DownloadListener SILENT = new DownloadListener() {};

    /**
     * A file begins to come.
     *
     * @param file its name
     * @param totalBytes its size
     * @param presentBytes what an earlier, broken off download left
     */
    default void started(String file, long totalBytes, long presentBytes) {}

    /**
     * More of it has come.
     *
     * @param presentBytes how much there is now; less than before if the download had to begin again
     */
    default void advanced(long presentBytes) {}

    /** It is complete, verified and in the cache. */
    default void finished() {}

    /** It did not come; the exception that says why follows. */
    default void failed() {}
}
