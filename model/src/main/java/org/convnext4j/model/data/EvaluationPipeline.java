package org.convnext4j.model.data;

import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.data.augment.Mixing;
import org.convnext4j.model.data.augment.Normalisation;
import org.convnext4j.model.image.Interpolation;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.random.Randomness;

/**
 * The preprocessing of inference; nothing is random.
 *
 * @param preprocessor resize, centre crop, normalisation
 */
public record EvaluationPipeline(Preprocessor preprocessor) implements Pipeline {
    private static final int SQUASH_FROM = 384;
    private static final double CROP_SHARE = 224 / 256.0;

    /**
     * As the paper's code evaluates at this size, bicubic: up to 32 the shorter edge becomes the size, below 384 the
     * size / 0.875, truncated, and the centre is cropped; from 384 on the picture is squashed.
     */
    public static EvaluationPipeline of(int size, Normalisation normalisation) {
        Preprocessor sized = sized(size);
        return new EvaluationPipeline(
                sized.withNormalisation(Preprocessor.TO_UNIT, normalisation.mean(), normalisation.std()));
    }

    /** What goes with a training pipeline: its size and its normalisation. */
    public static EvaluationPipeline of(TrainingPipeline training) {
        return of(training.size(), training.normalisation());
    }

    private static Preprocessor sized(int size) {
        if (size >= SQUASH_FROM) {
            return Preprocessor.squash(size, Interpolation.BICUBIC);
        }
        int edge = size <= TrainingPipeline.SMALL ? size : (int) (size / CROP_SHARE);
        return Preprocessor.centerCrop(edge, size, Interpolation.BICUBIC);
    }

    @Override
    public int height() {
        return preprocessor.height();
    }

    @Override
    public int width() {
        return preprocessor.width();
    }

    @Override
    public Mixing mixing() {
        return Mixing.NONE;
    }

    @Override
    public double smoothing() {
        return 0;
    }

    @Override
    public void write(RgbImage in, Randomness randomness, int epoch, int index, Tensor batch, int n) {
        preprocessor.toTensor(in, batch, n);
    }
}
