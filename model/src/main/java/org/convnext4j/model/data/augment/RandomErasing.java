package org.convnext4j.model.data.augment;

import java.util.Optional;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.random.RandomStream;

/**
 * Noise over a random rectangle of a normalised picture (reference: Zhong et al. 2017, timm 0.3.3's mode "pixel" with
 * one rectangle).
 *
 * @param probability with which a picture is changed, 0 to 1
 */
public record RandomErasing(double probability) {
    /** Never. */
    public static final RandomErasing NONE = new RandomErasing(0);

    private static final int ATTEMPTS = 10;
    private static final double MIN_AREA = 0.02;
    private static final double MAX_AREA = 1 / 3.0;
    private static final double MAX_LOG_RATIO = StrictMath.log(1 / 0.3);
    private static final double MIN_LOG_RATIO = StrictMath.log(0.3);

    /**
     * Checks the probability.
     *
     * @throws IllegalArgumentException if it is outside 0..1
     */
    public RandomErasing {
        Chances.require("erasing", probability);
    }

    /**
     * Changes one sample of a batch, or not: inside the rectangle each float becomes a draw from the standard normal
     * distribution, channel by channel, row by row.
     *
     * @param batch (N, 3, H, W), normalised, written to
     * @param n which sample, 0..N-1
     * @throws IllegalArgumentException if the batch is of another shape
     * @throws IndexOutOfBoundsException if n is outside the batch
     */
    public void apply(Tensor batch, int n, RandomStream random) {
        Normalisation.requireSample(batch, n);
        if (!random.chance(probability)) {
            return;
        }
        int height = batch.dim(2);
        int width = batch.dim(3);
        Optional<Window> drawn = window(height, width, random);
        if (drawn.isEmpty()) {
            return;
        }
        Window window = drawn.get();
        for (int c = 0; c < 3; c++) {
            for (int y = window.top(); y < window.top() + window.height(); y++) {
                long row = (((long) n * 3 + c) * height + y) * width + window.left();
                for (int x = 0; x < window.width(); x++) {
                    batch.set(row + x, (float) random.gaussian());
                }
            }
        }
    }

    /**
     * Draws the rectangle: ten times an area of 2 % to a third and the logarithm of height / width, from 0.3 to 1 / 0.3,
     * until it is smaller than the picture both ways; its row and column follow.
     *
     * @return empty if none was; it may be empty of pixels in a tiny picture
     */
    Optional<Window> window(int height, int width, RandomStream random) {
        double area = (double) height * width;
        for (int i = 0; i < ATTEMPTS; i++) {
            double target = random.uniform(MIN_AREA, MAX_AREA) * area;
            double ratio = StrictMath.exp(random.uniform(MIN_LOG_RATIO, MAX_LOG_RATIO));
            long rows = (long) Math.rint(Math.sqrt(target * ratio));
            long columns = (long) Math.rint(Math.sqrt(target / ratio));
            if (rows < height && columns < width) {
                int top = random.integer(height - (int) rows + 1);
                int left = random.integer(width - (int) columns + 1);
                return Optional.of(new Window(top, left, (int) rows, (int) columns));
            }
        }
        return Optional.empty();
    }
}
