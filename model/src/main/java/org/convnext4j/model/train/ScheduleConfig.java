package org.convnext4j.model.train;

/**
 * How long a run is and how the learning rate moves in it.
 *
 * @param epochs passes over the data
 * @param warmupEpochs in which the rate rises from 0 to its peak
 * @param warmupSteps the same in steps of the optimizer; 0 means that {@code warmupEpochs} counts
 * @param minLearningRate where the cosine ends
 * @param patience the run ends before its last epoch after so many without a better validation; 0 never does
 */
public record ScheduleConfig(int epochs, int warmupEpochs, int warmupSteps, double minLearningRate, int patience) {
    /**
     * Of a run that makes all its epochs.
     *
     * @throws IllegalArgumentException naming the key and the mend
     */
    public ScheduleConfig(int epochs, int warmupEpochs, int warmupSteps, double minLearningRate) {
        this(epochs, warmupEpochs, warmupSteps, minLearningRate, 0);
    }

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the key and the mend
     */
    public ScheduleConfig {
        Checks.atLeast("schedule.epochs", epochs, 1, "the paper takes 300 from scratch and 30 for fine-tuning");
        Checks.atLeast("schedule.warmupEpochs", warmupEpochs, 0, "0 starts at the peak");
        Checks.atLeast("schedule.warmupSteps", warmupSteps, 0, "0 means that schedule.warmupEpochs counts");
        Checks.require(
                warmupSteps > 0 || warmupEpochs <= epochs,
                "schedule.warmupEpochs",
                warmupEpochs,
                "at most schedule.epochs, " + epochs);
        Checks.notNegative("schedule.minLearningRate", minLearningRate, "the paper takes 1e-6");
        Checks.atLeast("schedule.patience", patience, 0, "0 makes all epochs");
    }
}
