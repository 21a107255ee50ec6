package org.convnext4j.model.train;

/**
 * One line of a run's log. A value that was not measured is NaN, an empty cell in the file.
 *
 * @param step steps of the optimizer made so far
 * @param epoch epochs finished, counted in parts of an epoch
 * @param learningRate the schedule's rate of that step
 * @param loss mean of the training loss since the row before
 * @param gradientNorm Euclidean norm of the step's gradients before clipping
 * @param imagesPerSecond pictures trained on per second since the row before
 * @param evaluationLoss mean loss over the evaluation pictures
 * @param top1 share of evaluation pictures classified right, 0 to 1
 * @param top5 share whose class is among the five highest scores
 */
public record LogRow(
        long step,
        double epoch,
        double learningRate,
        double loss,
        double gradientNorm,
        double imagesPerSecond,
        double evaluationLoss,
        double top1,
        double top5) {
    /** A row of training alone. */
    public static LogRow training(
            long step, double epoch, double learningRate, double loss, double gradientNorm, double imagesPerSecond) {
        return new LogRow(
                step, epoch, learningRate, loss, gradientNorm, imagesPerSecond, Double.NaN, Double.NaN, Double.NaN);
    }

    /** A row of an evaluation alone. */
    public static LogRow evaluation(long step, double epoch, double evaluationLoss, double top1, double top5) {
        return new LogRow(step, epoch, Double.NaN, Double.NaN, Double.NaN, Double.NaN, evaluationLoss, top1, top5);
    }
}
