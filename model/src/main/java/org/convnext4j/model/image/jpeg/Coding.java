package org.convnext4j.model.image.jpeg;

import java.io.IOException;

/** The entropy coding of one scan. */
interface Coding {
    /** At the start of the scan and of each restart interval. */
    void restart();

    /**
     * Decodes the next block into 64 coefficients in natural order from {@code to} on.
     *
     * @return whether only the first coefficient may be other than 0; false if that is not known
     * @throws IOException if the data are damaged beyond what libjpeg passes over
     */
    boolean block(Component component, short[] out, int to) throws IOException;
}
