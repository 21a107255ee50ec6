package org.convnext4j.model.data;

import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.data.augment.Mixing;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.random.Randomness;

/** What happens to a picture between the data set and the network. */
public sealed interface Pipeline permits TrainingPipeline, EvaluationPipeline {
    /** H of the network's input. */
    int height();

    /** W of the network's input. */
    int width();

    /** How whole batches are mixed afterwards. */
    Mixing mixing();

    /** The share of the target that is spread over all classes, 0 to 1; 0 outside training. */
    double smoothing();

    /**
     * Turns a picture into one sample of a batch. What is random follows from the seed, the epoch and the index alone.
     *
     * @param in (any H, any W, 3)
     * @param randomness the run's seed
     * @param epoch from 0
     * @param index the sample's place in its data set, or another number where an epoch takes it again
     * @param batch (N, 3, height, width), written to
     * @param n which sample of the batch, 0..N-1
     * @throws IllegalArgumentException if the picture or the batch does not fit
     */
    void write(RgbImage in, Randomness randomness, int epoch, int index, Tensor batch, int n);
}
