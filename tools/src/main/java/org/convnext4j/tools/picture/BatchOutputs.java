package org.convnext4j.tools.picture;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.convnext4j.model.bulk.FiniteValues;
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
            if (FiniteValues.areFinite(values, n * width, width)) {
                System.arraycopy(values, n * width, kept, images.size() * width, width);
                images.add(image);
            } else {
                unusable.add(new Unusable(image, FiniteValues.notFinite(image.toString())));
            }
        }
        return new BatchOutputs(images, Arrays.copyOf(kept, images.size() * width), unusable);
    }
}
