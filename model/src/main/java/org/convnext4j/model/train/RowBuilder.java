package org.convnext4j.model.train;

/** Gathers the losses of some steps for one row of the log. */
final class RowBuilder {
    private final TrainingLog log;
    private final Pace pace;
    private double sum;
    private int steps;

    RowBuilder(TrainingLog log, Pace pace) {
        this.log = log;
        this.pace = pace;
    }

    /** Notes the loss of a step. */
    void add(double loss) {
        sum += loss;
        steps++;
    }

    /** Writes the row if there was a step since the last. */
    void write(TrainingProgress now) {
        if (steps > 0) {
            log.append(LogRow.training(
                    now.step(), now.epoch(), now.learningRate(), sum / steps, now.gradientNorm(), pace.takeRow()));
            sum = 0;
            steps = 0;
        }
    }
}
