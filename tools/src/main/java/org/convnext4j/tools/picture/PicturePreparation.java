package org.convnext4j.tools.picture;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.function.Function;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.PictureFailures;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.RgbImage;

/**
 * From a picture file to a network's input.
 *
 * @param toPicture decodes a file and brings it to the size of {@code preprocessor}
 * @param preprocessor normalises what that gives
 */
record PicturePreparation(Function<Path, RgbImage> toPicture, Preprocessor preprocessor) {
    /**
     * The picture as the network sees it, before normalisation: (H, W, 3).
     *
     * @throws ModelException if it cannot be prepared, for whatever reason; the message names the file
     */
    RgbImage picture(Path file) {
        return PictureFailures.naming(toPicture).apply(file);
    }

    /** The input for one file: (1, 3, H, W). */
    Tensor input(Path file, Arena arena) {
        return input(picture(file), arena);
    }

    /** The input for what {@link #picture} gave: (1, 3, H, W). */
    Tensor input(RgbImage picture, Arena arena) {
        Tensor input = Tensor.allocate(arena, 1, 3, preprocessor.height(), preprocessor.width());
        preprocessor.normalise(picture, input, 0);
        return input;
    }
}
