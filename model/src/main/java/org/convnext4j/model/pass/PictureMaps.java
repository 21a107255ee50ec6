package org.convnext4j.model.pass;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.parallel.TeamReading;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.MapShape;

/** Pictures as the first map. */
final class PictureMaps {
    private PictureMaps() {}

    /** (N, I, H, W) to (N, H, W, I). */
    static BatchMap channelsLast(PassContext context, Tensor images) {
        int channels = images.dim(1);
        BatchMap map = context.memory().take(images.dim(0), new MapShape(images.dim(2), images.dim(3), channels));
        MemorySegment from = TeamReading.of(images).data();
        context.team().run(map.n(), (image, member) -> {
            long start = (long) image * map.shape().pixels() * channels;
            for (int c = 0; c < channels; c++) {
                plane(from, start + (long) c * map.shape().pixels(), map, start + c);
            }
        });
        return map;
    }

    private static void plane(MemorySegment from, long fromIndex, BatchMap to, long toIndex) {
        int pixels = to.shape().pixels();
        int channels = to.channels();
        for (int i = 0; i < pixels; i++) {
            to.data()
                    .setAtIndex(
                            Tensor.FLOAT, toIndex + (long) i * channels, from.getAtIndex(Tensor.FLOAT, fromIndex + i));
        }
    }
}
