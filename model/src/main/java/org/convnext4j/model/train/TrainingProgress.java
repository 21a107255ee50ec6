package org.convnext4j.model.train;

import java.time.Duration;

/**
 * How far a run is.
 *
 * @param step steps of the optimizer made
 * @param steps of the whole run
 * @param epoch epochs finished, counted in parts of an epoch
 * @param epochs of the whole run
 * @param loss of the last step, the mean over its pictures
 * @param gradientNorm of the last step, before clipping
 * @param learningRate of the last step
 * @param imagesPerSecond pictures trained on per second, of late; 0 before the first step
 * @param remaining what the steps and the validations left take, going by the latest; 0 before the first step
 */
public record TrainingProgress(
        long step,
        long steps,
        double epoch,
        int epochs,
        double loss,
        double gradientNorm,
        double learningRate,
        double imagesPerSecond,
        Duration remaining) {}
