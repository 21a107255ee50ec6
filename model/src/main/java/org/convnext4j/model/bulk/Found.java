package org.convnext4j.model.bulk;

import java.nio.file.Path;
import java.util.Optional;
import org.convnext4j.model.failure.ModelException;

/**
 * A step of a {@link PictureWalk}: a file that should be a picture, or a folder that cannot be used.
 *
 * @param path of the file or the folder
 * @param problem what is wrong with the folder; empty for a file
 */
public record Found(Path path, Optional<ModelException> problem) {
    static Found file(Path path) {
        return new Found(path, Optional.empty());
    }

    static Found problem(Path folder, String message) {
        return new Found(folder, Optional.of(new ModelException(folder + ": " + message)));
    }
}
