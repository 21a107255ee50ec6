package org.convnext4j.tools;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.convnext4j.model.ModelException;
import org.convnext4j.model.bulk.PictureBatch;
import org.convnext4j.model.bulk.Unusable;

/**
 * What a network gave for a batch, without the pictures for which that is no number: no result file could hold it.
 *
 * @param images the pictures with an output
 * @param values their outputs, row-major
 * @param unusable the others
 */
@SuppressWarnings("ArrayRecordComponent") // a batch of floats that nobody compares
record BatchOutputs(List<Path> images, float[] values, List<Unusable> unusable) {
    /** Parts a batch; {@code values} are the outputs of all its pictures, row-major. */
    static BatchOutputs of(PictureBatch batch, float[] values) {
        int width = values.length / batch.size();
        List<Path> images = new ArrayList<>();
        List<Unusable> unusable = new ArrayList<>();
        float[] kept = new float[values.length];
        for (int n = 0; n < batch.size(); n++) {
            Path image = batch.files().get(n);
            if (isFinite(values, n * width, width)) {
                System.arraycopy(values, n * width, kept, images.size() * width, width);
                images.add(image);
            } else {
                unusable.add(new Unusable(image, notFinite(image)));
            }
        }
        return new BatchOutputs(images, Arrays.copyOf(kept, images.size() * width), unusable);
    }

    /** For a picture whose output is no number. */
    static ModelException notFinite(Path image) {
        return new ModelException(image
                + ": the network's output has NaN or infinite numbers; check the weights and the" + " preprocessing");
    }

    static boolean isFinite(float[] values, int from, int count) {
        for (int i = from; i < from + count; i++) {
            if (!Float.isFinite(values[i])) {
                return false;
            }
        }
        return true;
    }
}
