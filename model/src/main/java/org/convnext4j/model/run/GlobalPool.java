package org.convnext4j.model.run;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.GlobalAveragePool;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.Pooling;

/** Makes one vector of an image's map as a {@link Pooling} says. */
public final class GlobalPool {
    private GlobalPool() {}

    /**
     * Pools one image.
     *
     * @param average the kernel of the mean
     * @param pixels of the map, 1 or more
     * @param x (pixels, channels) from byte {@code from} on
     * @param y (channels) from byte {@code to} on; does not overlap x
     */
    public static void forward(
            Pooling pooling,
            GlobalAveragePool average,
            int pixels,
            int channels,
            MemorySegment x,
            long from,
            MemorySegment y,
            long to) {
        if (pooling == Pooling.MAX) {
            // Takes the place of the mean, which is not computed then.
            MemorySegment.copy(x, from, y, to, (long) channels * Float.BYTES);
        } else {
            average.forward(pixels, channels, x, from, y, to);
        }
        if (pooling == Pooling.AVERAGE) {
            return;
        }
        for (int c = 0; c < channels; c++) {
            long at = (long) c * Float.BYTES;
            float max = Float.NEGATIVE_INFINITY;
            for (int p = 0; p < pixels; p++) {
                max = Math.max(max, x.get(Tensor.FLOAT, from + (long) p * channels * Float.BYTES + at));
            }
            float mean = y.get(Tensor.FLOAT, to + at);
            y.set(Tensor.FLOAT, to + at, pooling == Pooling.MAX ? max : 0.5f * (mean + max));
        }
    }
}
