package org.convnext4j.model.data;

import java.nio.file.Path;

/**
 * One thing that a {@link DatasetScan} found.
 *
 * @param kind what kind of thing
 * @param file which file or folder
 * @param message what is wrong with it and the mend, beginning with its name
 */
public record ScanFinding(Kind kind, Path file, String message) {
    /** What may be wrong with a file; the first four make it unreadable. */
    public enum Kind {
        /** It has no byte. */
        EMPTY(true),
        /** It is called like a picture, but its first bytes are of none that can be read. */
        NOT_A_PICTURE(true),
        /** It ends too early. */
        TRUNCATED(true),
        /** It cannot be read or decoded for another reason. */
        DAMAGED(true),
        /** It is a picture of another format than its name says; it is used all the same. */
        WRONG_ENDING(false),
        /** It is a picture so small that there is hardly anything to be seen; it is used all the same. */
        TINY(false),
        /** It lies among the pictures, but is not used: by its name no picture, or not in a class's folder. */
        LEFT_OUT(false);

        private final boolean unreadable;

        Kind(boolean unreadable) {
            this.unreadable = unreadable;
        }

        /** Whether a run fails at such a file or skips it. */
        public boolean isUnreadable() {
            return unreadable;
        }
    }
}
