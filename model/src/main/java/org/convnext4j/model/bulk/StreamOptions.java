package org.convnext4j.model.bulk;

/**
 * How a {@link PictureStream} works.
 *
 * @param batchSize N, pictures in a batch, 1 to 4096
 * @param threads how many read and decode, 1 to 1024
 * @param ahead how many pictures are at most decoded before they are asked for, at least {@code batchSize}; each takes
 *     3 height width bytes
 */
public record StreamOptions(int batchSize, int threads, int ahead) {
    /** The largest batch. */
    public static final int MAX_BATCH = 4096;

    private static final int MAX_THREADS = 1024;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is outside its range
     */
    public StreamOptions {
        if (batchSize < 1 || batchSize > MAX_BATCH) {
            throw new IllegalArgumentException("the batch size must be 1 to " + MAX_BATCH + ", but is " + batchSize);
        }
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException("the stream needs 1 to " + MAX_THREADS + " threads, not " + threads);
        }
        if (ahead < batchSize) {
            throw new IllegalArgumentException(
                    "at least a batch of " + batchSize + " must be decoded ahead, not " + ahead);
        }
    }

    /** Two batches ahead, so that one can be filled while the network works on another. */
    public static StreamOptions of(int batchSize, int threads) {
        return new StreamOptions(batchSize, threads, 2 * batchSize + threads);
    }
}
