package org.convnext4j.model.data;

/** Is told how a {@link DatasetScan} goes. Called by the thread that scans, some times a second. */
@FunctionalInterface
public interface ScanListener {
    /**
     * Some pictures are done.
     *
     * @param done how many
     * @param pictures of how many
     * @return false to end the scan
     */
    boolean scanned(long done, long pictures);
}
