package org.convnext4j.model.data.augment;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.RgbImage;

/**
 * From bytes to floats: a sample v becomes {@code (v / 255 - mean) / std} in float32, the very value
 * {@link Preprocessor} gives.
 */
public final class Normalisation {
    /** With ImageNet's statistics. */
    public static final Normalisation IMAGENET =
            new Normalisation(Preprocessor.IMAGENET_MEAN, Preprocessor.IMAGENET_STD);

    private static final int CHANNELS = 3;
    private static final int LEVELS = 256;

    private final List<Float> mean;
    private final List<Float> std;
    private final float[] table = new float[CHANNELS * LEVELS];

    /**
     * The normalisation with these statistics of red, green and blue, taken over 0..1.
     *
     * @throws IllegalArgumentException if a list has other than three values, or one is not finite or divides by 0
     */
    public Normalisation(List<Float> mean, List<Float> std) {
        this.mean = List.copyOf(mean);
        this.std = List.copyOf(std);
        if (mean.size() != CHANNELS || std.size() != CHANNELS) {
            throw new IllegalArgumentException("mean and std need a value for each of red, green and blue, but have "
                    + mean.size() + " and " + std.size());
        }
        for (int c = 0; c < CHANNELS; c++) {
            if (!Float.isFinite(mean.get(c)) || !Float.isFinite(std.get(c)) || std.get(c) == 0) {
                throw new IllegalArgumentException("mean " + mean + " and std " + std + " must be finite, std not 0");
            }
            for (int v = 0; v < LEVELS; v++) {
                table[c * LEVELS + v] = (v / 255f - mean.get(c)) / std.get(c);
            }
        }
    }

    /** The means of red, green and blue. */
    public List<Float> mean() {
        return mean;
    }

    /** The standard deviations of red, green and blue. */
    public List<Float> std() {
        return std;
    }

    /**
     * Writes one sample of a batch.
     *
     * @param picture (H, W, 3)
     * @param batch (N, 3, H, W)
     * @param n which sample, 0..N-1
     * @throws IllegalArgumentException if the batch is of another shape
     * @throws IndexOutOfBoundsException if n is outside the batch
     */
    public void apply(RgbImage picture, Tensor batch, int n) {
        requireSample(batch, n);
        if (batch.dim(2) != picture.height() || batch.dim(3) != picture.width()) {
            throw new IllegalArgumentException(picture + " does not fit a batch of shape " + batch.shape());
        }
        int plane = picture.height() * picture.width();
        byte[] data = picture.data();
        MemorySegment out = batch.data();
        for (int c = 0; c < CHANNELS; c++) {
            long first = ((long) n * CHANNELS + c) * plane;
            int levels = c * LEVELS;
            for (int i = 0, from = c; i < plane; i++, from += CHANNELS) {
                out.setAtIndex(Tensor.FLOAT, first + i, table[levels + (data[from] & 0xff)]);
            }
        }
    }

    /** Checks for (N, 3, H, W) and n below N. */
    static void requireSample(Tensor batch, int n) {
        if (batch.shape().rank() != 4 || batch.dim(1) != CHANNELS) {
            throw new IllegalArgumentException("the batch must be (N, 3, H, W), but is " + batch.shape());
        }
        if (n < 0 || n >= batch.dim(0)) {
            throw new IndexOutOfBoundsException("sample " + n + " of a batch of " + batch.dim(0));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Normalisation that && mean.equals(that.mean) && std.equals(that.std);
    }

    @Override
    public int hashCode() {
        return 31 * mean.hashCode() + std.hashCode();
    }

    @Override
    public String toString() {
        return "mean " + mean + ", std " + std;
    }
}
