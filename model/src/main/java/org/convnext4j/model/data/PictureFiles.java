package org.convnext4j.model.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Which files of an image folder are pictures: by the endings of their names. */
final class PictureFiles {
    /** The formats, as {@link org.convnext4j.model.image.ImageReader#format} calls them, by their endings. */
    private static final Map<String, String> FORMATS =
            Map.of("jpg", "jpeg", "jpeg", "jpeg", "png", "png", "gif", "gif", "bmp", "bmp", "webp", "webp");

    private PictureFiles() {}

    static boolean isPicture(Path file) {
        return format(file).isPresent() && Files.isRegularFile(file);
    }

    /** The format that a file's ending promises; empty if it is not a picture's. */
    static Optional<String> format(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return Optional.ofNullable(FORMATS.get(name.substring(name.lastIndexOf('.') + 1)));
    }

    /** The endings, for messages. */
    static String endings() {
        return String.join(", ", List.of("jpg", "jpeg", "png", "gif", "bmp", "webp"));
    }
}
