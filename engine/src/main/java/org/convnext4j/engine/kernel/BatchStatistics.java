package org.convnext4j.engine.kernel;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.tensor.Tensor;

/**
 * What is computed once for each channel of a batch normalisation: in double, and by one implementation, as it is little
 * beside the pixels. All vectors are (C) and begin at offset 0.
 */
public final class BatchStatistics {
    private BatchStatistics() {}

    /**
     * The mean and the biased variance of all rows, from those of their parts: with n rows in part p, the sums over the
     * parts of {@code n mean_p} and of {@code squares_p + n (mean_p - mean)^2}, each divided by the number of rows, both
     * in the order of the parts.
     *
     * @param rows how many rows (pixels), 1 or more
     * @param channels C
     * @param channelBegin first channel
     * @param channelEnd one past the last channel
     * @param parts (parts, 2, C), as {@link BatchNorm#partStatistics} leaves them
     * @param partsBytes offset of part 0
     * @param mean (C), of which only the range is written
     * @param variance (C), of which only the range is written
     */
    public static void combine(
            int rows,
            int channels,
            int channelBegin,
            int channelEnd,
            MemorySegment parts,
            long partsBytes,
            MemorySegment mean,
            MemorySegment variance) {
        int count = BatchNorm.parts(rows);
        int last = rows - (count - 1) * BatchNorm.PART_ROWS;
        for (int c = channelBegin; c < channelEnd; c++) {
            double sum = 0;
            for (int part = 0; part < count; part++) {
                int n = part < count - 1 ? BatchNorm.PART_ROWS : last;
                sum += n * (double) get(parts, partsBytes, 2L * part * channels + c);
            }
            double whole = sum / rows;
            double squares = 0;
            for (int part = 0; part < count; part++) {
                int n = part < count - 1 ? BatchNorm.PART_ROWS : last;
                double difference = get(parts, partsBytes, 2L * part * channels + c) - whole;
                squares += get(parts, partsBytes, (2L * part + 1) * channels + c) + n * difference * difference;
            }
            mean.setAtIndex(Tensor.FLOAT, c, (float) whole);
            variance.setAtIndex(Tensor.FLOAT, c, (float) (squares / rows));
        }
    }

    /**
     * Moves the running statistics towards a batch's: {@code running = (1 - momentum) running + momentum batch}, with the
     * unbiased variance, {@code rows / (rows - 1)} times the biased one, as PyTorch has it.
     *
     * @param channels C
     * @param rows how many rows (pixels) the batch had
     * @param momentum the batch's share, usually 0.1
     * @param mean (C), the batch's
     * @param variance (C), the batch's, biased
     * @param runningMean (C), changed
     * @param runningVariance (C), changed
     * @throws IllegalArgumentException if there are fewer than 2 rows, or the momentum is not from 0 to 1
     */
    public static void updateRunning(
            int channels,
            int rows,
            double momentum,
            MemorySegment mean,
            MemorySegment variance,
            MemorySegment runningMean,
            MemorySegment runningVariance) {
        if (rows < 2) {
            throw new IllegalArgumentException("batch normalisation needs 2 or more pixels in a batch to train on, but"
                    + " has " + rows + "; take larger batches or pictures");
        }
        if (!(momentum >= 0 && momentum <= 1)) {
            throw new IllegalArgumentException("the momentum is " + momentum + ", but must be from 0 to 1");
        }
        double unbiased = rows / (rows - 1.0);
        for (int c = 0; c < channels; c++) {
            move(runningMean, c, momentum, mean.getAtIndex(Tensor.FLOAT, c));
            move(runningVariance, c, momentum, unbiased * variance.getAtIndex(Tensor.FLOAT, c));
        }
    }

    private static void move(MemorySegment running, int c, double momentum, double batch) {
        double moved = (1 - momentum) * running.getAtIndex(Tensor.FLOAT, c) + momentum * batch;
        running.setAtIndex(Tensor.FLOAT, c, (float) moved);
    }

    /**
     * What {@link BatchNorm#affine} multiplies by and adds: {@code scale = weight / sqrt(variance + epsilon)} and
     * {@code shift = bias - mean scale}.
     *
     * @param channels C
     * @param epsilon added to the variance, 1e-5 in ResNets
     * @param mean (C)
     * @param variance (C), biased in training, running in inference
     * @param weight (C)
     * @param bias (C)
     * @param scale (C), overwritten
     * @param shift (C), overwritten
     */
    public static void affine(
            int channels,
            double epsilon,
            MemorySegment mean,
            MemorySegment variance,
            MemorySegment weight,
            MemorySegment bias,
            MemorySegment scale,
            MemorySegment shift) {
        for (int c = 0; c < channels; c++) {
            double factor = weight.getAtIndex(Tensor.FLOAT, c)
                    * inverseDeviation(variance.getAtIndex(Tensor.FLOAT, c), epsilon);
            double moved = bias.getAtIndex(Tensor.FLOAT, c) - mean.getAtIndex(Tensor.FLOAT, c) * factor;
            scale.setAtIndex(Tensor.FLOAT, c, (float) factor);
            shift.setAtIndex(Tensor.FLOAT, c, (float) moved);
        }
    }

    /**
     * {@code 1 / sqrt(variance + epsilon)}; NaN for a variance that overflowed, for 0 would pass for a result.
     *
     * @param variance of one channel
     * @param epsilon added to it
     */
    public static double inverseDeviation(double variance, double epsilon) {
        return variance == Double.POSITIVE_INFINITY ? Double.NaN : 1 / Math.sqrt(variance + epsilon);
    }

    private static float get(MemorySegment segment, long bytes, long index) {
        return segment.get(Tensor.FLOAT, bytes + index * Float.BYTES);
    }
}
