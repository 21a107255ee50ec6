package org.convnext4j.model.train;

/**
 * Linear warm-up from 0, then half a cosine, by steps of the optimizer. Source: cosine_scheduler of the released
 * utils.py. The warm-up is spaced over both its ends, so its last step already has the peak and the cosine starts at the
 * peak again; the cosine's end would be one step after the last, so the last step is a little above the minimum. A
 * warm-up of a single step is 0, as numpy's linspace has it.
 *
 * @param peak the highest rate
 * @param minimum where the cosine heads
 * @param warmupSteps how many steps rise
 * @param steps of the whole run, warm-up included
 */
public record LearningRateSchedule(double peak, double minimum, long warmupSteps, long steps) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a rate is negative or not finite, or the warm-up is negative or longer than the
     *     run
     */
    public LearningRateSchedule {
        Checks.notNegative("the peak learning rate", peak, "try 0.001");
        Checks.notNegative("the minimum learning rate", minimum, "try 1e-6");
        Checks.atLeast("the number of steps", steps, 1, "is the data set smaller than one batch?");
        Checks.require(
                warmupSteps >= 0 && warmupSteps <= steps,
                "the warm-up",
                warmupSteps,
                "0 to " + steps
                        + " steps, the length of the run; lower schedule.warmupSteps or schedule.warmupEpochs, or raise"
                        + " schedule.epochs");
    }

    /**
     * The schedule of a run.
     *
     * @param stepsPerEpoch steps of the optimizer in one epoch
     * @throws IllegalArgumentException if the warm-up is longer than the run or an epoch has no step
     */
    public static LearningRateSchedule of(TrainingConfig config, long stepsPerEpoch) {
        ScheduleConfig schedule = config.schedule();
        Checks.atLeast(
                "the number of steps per epoch",
                stepsPerEpoch,
                1,
                "the data set has fewer pictures than batch.size times batch.accumulation; lower them");
        long warmupSteps =
                schedule.warmupSteps() > 0 ? schedule.warmupSteps() : schedule.warmupEpochs() * stepsPerEpoch;
        return new LearningRateSchedule(
                config.peakLearningRate(), schedule.minLearningRate(), warmupSteps, schedule.epochs() * stepsPerEpoch);
    }

    /**
     * The rate of a step, before a parameter group's own scale.
     *
     * @param step 0 to {@link #steps} - 1
     * @throws IllegalArgumentException if the run has no such step
     */
    public double at(long step) {
        if (step < 0 || step >= steps) {
            throw new IllegalArgumentException("step " + step + " is not in 0.." + (steps - 1));
        }
        if (step < warmupSteps) {
            if (warmupSteps == 1) {
                return 0;
            }
            // Spacing first, as numpy does; the last is the peak itself, whatever the spacing rounds to.
            return step == warmupSteps - 1 ? peak : step * (peak / (warmupSteps - 1));
        }
        double position = (double) (step - warmupSteps) / (steps - warmupSteps);
        return minimum + 0.5 * (peak - minimum) * (1 + Math.cos(Math.PI * position));
    }
}
