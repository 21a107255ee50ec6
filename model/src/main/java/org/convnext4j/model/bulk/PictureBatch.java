package org.convnext4j.model.bulk;

import java.nio.file.Path;
import java.util.List;
import org.convnext4j.engine.tensor.Tensor;

/**
 * Pictures ready for the network.
 *
 * @param files of the N pictures, in the order of the walk
 * @param input (N, 3, H, W), float32, preprocessed; a view that is valid until the stream's next call
 */
public record PictureBatch(List<Path> files, Tensor input) {
    /** Copies the list. */
    public PictureBatch {
        files = List.copyOf(files);
    }

    /** N. */
    public int size() {
        return files.size();
    }
}
