package org.convnext4j.model.image;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/** Which of the platform's image I/O services decodes a format; WebP has none and a decoder of ours. */
final class Decoders {
    private static final Map<ImageFormat, ImageReaderSpi> FOUND = new ConcurrentHashMap<>();

    private Decoders() {}

    /** The service that decodes this format; null if the platform has none. */
    static @Nullable ImageReaderSpi of(ImageFormat format) {
        ImageReaderSpi found = FOUND.get(format);
        if (found == null) {
            found = builtIn(format);
            if (found != null) {
                FOUND.put(format, found);
            }
        }
        return found;
    }

    // The platform's own readers: a plug-in for the same format may convert colours, which Pillow does not.
    private static @Nullable ImageReaderSpi builtIn(ImageFormat format) {
        Iterator<ImageReaderSpi> all =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
        while (all.hasNext()) {
            ImageReaderSpi candidate = all.next();
            if (candidate.getClass().getName().startsWith("com.sun.imageio.") && reads(candidate, format)) {
                return candidate;
            }
        }
        return null;
    }

    private static boolean reads(ImageReaderSpi candidate, ImageFormat format) {
        for (String name : candidate.getFormatNames()) {
            if (name.equalsIgnoreCase(format.formatName())) {
                return true;
            }
        }
        return false;
    }
}
