package org.convnext4j.model.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Files beside the tests. */
final class Resources {
    private Resources() {}

    static byte[] bytes(String name) {
        try (InputStream in = Resources.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RgbImage picture(String name) {
        return new ImageReader().read(bytes(name), name);
    }

    static String message(Throwable problem) {
        return String.valueOf(problem.getMessage());
    }

    /** The largest difference of two samples and how many samples differ. */
    static int[] difference(RgbImage a, RgbImage b) {
        if (a.height() != b.height() || a.width() != b.width()) {
            throw new AssertionError(a + " is not of the size of " + b);
        }
        int most = 0;
        int count = 0;
        for (int i = 0; i < a.data().length; i++) {
            int difference = Math.abs((a.data()[i] & 0xff) - (b.data()[i] & 0xff));
            most = Math.max(most, difference);
            count += difference == 0 ? 0 : 1;
        }
        return new int[] {most, count};
    }
}
