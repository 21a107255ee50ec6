package org.convnext4j.model.image;

import org.jspecify.annotations.Nullable;

/** What is said of a picture that the heap does not hold. */
final class PictureMemory {
    private static final String MEND = "start Java with a larger -Xmx or shrink the picture";
    private static final int MAX_CAUSES = 20;

    private PictureMemory() {}

    /**
     * Refuses a picture before anything is allocated, if it needs more than the whole heap.
     *
     * @param task what the bytes are for, such as "decode 10 x 10"
     */
    static void require(String name, long bytes, String task) {
        if (bytes > Runtime.getRuntime().maxMemory()) {
            throw new ImageException(
                    name, "needs " + megabytes(bytes) + " of memory to " + task + ", more than Java may use", MEND);
        }
    }

    /** Whether a failure is one of memory, however a decoder may have wrapped it. */
    static boolean isExhausted(Throwable problem) {
        @Nullable Throwable cause = problem;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
            if (cause instanceof OutOfMemoryError) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** The failure of a picture for which there was no memory left. */
    static ImageException exhausted(String name, Throwable problem) {
        String most = megabytes(Runtime.getRuntime().maxMemory());
        return new ImageException(name, "needs more memory than is free of the " + most + " of Java", MEND, problem);
    }

    private static String megabytes(long bytes) {
        return ((bytes >> 20) + 1) + " MB";
    }
}
