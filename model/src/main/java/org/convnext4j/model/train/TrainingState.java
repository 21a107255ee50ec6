package org.convnext4j.model.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.convnext4j.model.design.ConvNeXtConfig;

/**
 * Where a run stands, beside the numbers in its {@link Parameters}. Together they, the data and nothing else tell how it
 * goes on.
 *
 * @param step steps of the optimizer made; also the updates of the moving average
 * @param epoch epochs finished
 * @param batchInEpoch batches of the running epoch that went into a step
 * @param dataFingerprint tells the training data from others
 * @param best the epoch with the best validation so far; empty before the first
 * @param totals of the steps of the running epoch
 * @param network what is trained
 * @param config all values of the run, its seed among them
 * @param classNames of the classes in their order; empty if they have none
 * @param notes whatever else is to be kept
 */
public record TrainingState(
        long step,
        int epoch,
        long batchInEpoch,
        String dataFingerprint,
        Optional<BestEpoch> best,
        EpochTotals totals,
        ConvNeXtConfig network,
        TrainingConfig config,
        List<String> classNames,
        Map<String, String> notes) {
    private static final int LISTED = 5;
    private static final String EPOCHS = "schedule.epochs:";

    /** What a recipe fits to the length of a run, see {@link RunLength}. */
    private static final List<String> FITTED_TO_EPOCHS =
            List.of("schedule.warmupSteps", "schedule.warmupEpochs", "batch.accumulation", "ema.decay", "ema.warmup");

    /**
     * Copies the names and the notes, keeping their order.
     *
     * @throws IllegalArgumentException if a count is negative, the best epoch comes after these steps, or there are names
     *     for another number of classes
     */
    public TrainingState {
        classNames = List.copyOf(classNames);
        notes = Collections.unmodifiableMap(new LinkedHashMap<>(notes));
        Checks.atLeast("the step", step, 0, "0 is before the first");
        Checks.atLeast("the epoch", epoch, 0, "0 is the first");
        Checks.atLeast("the batch in the epoch", batchInEpoch, 0, "0 is the first");
        Checks.require(
                classNames.isEmpty() || classNames.size() == network.classes(),
                "the number of class names",
                classNames.size(),
                "0 or that of the network's classes, " + network.classes());
    }

    /** The seed of everything random. */
    public long seed() {
        return config.seed();
    }

    /**
     * Checks that a run that goes on from here does what the one that stopped here would have done.
     *
     * @param source what messages call this state, its folder for example
     * @param other the values of the run that wants to go on; its checkpoint policy and patience may differ
     * @param otherNetwork its network
     * @param otherFingerprint of its data
     * @throws TrainingException naming what differs
     */
    public void requireSameRun(
            String source, TrainingConfig other, ConvNeXtConfig otherNetwork, String otherFingerprint) {
        requireSameNetwork(source, otherNetwork);
        requireSameValues(source, config.differences(other));
        requireSameData(source, otherFingerprint);
    }

    /**
     * As {@link #requireSameRun}, but the run may become longer, or shorter if it is not that far.
     *
     * @throws TrainingException naming what differs, or how many epochs are made or begun
     */
    void requireContinuedRun(
            String source, TrainingConfig other, ConvNeXtConfig otherNetwork, String otherFingerprint) {
        requireSameNetwork(source, otherNetwork);
        requireSameValues(
                source,
                config.differences(other).stream()
                        .filter(line -> !line.startsWith(EPOCHS))
                        .toList());
        requireSameData(source, otherFingerprint);
        int epochs = other.schedule().epochs();
        int least = epoch + (batchInEpoch > 0 ? 1 : 0);
        if (epochs < least) {
            throw new TrainingException(source + ": has " + epoch + " epochs done"
                    + (batchInEpoch > 0 ? " and one begun" : "") + ", so it cannot become a run of " + epochs
                    + "; take schedule.epochs (--epochs) of " + least + " or more");
        }
    }

    private void requireSameNetwork(String source, ConvNeXtConfig other) {
        if (!network.equals(other)) {
            throw new TrainingException(source + ": was made by a run of another network ("
                    + String.join("; ", ConfigTree.differences(network, other))
                    + "); resume with that network or start a new run in an empty folder");
        }
    }

    private static void requireSameValues(String source, List<String> differences) {
        if (differences.isEmpty()) {
            return;
        }
        boolean epochsAlone = differences.stream().anyMatch(line -> line.startsWith(EPOCHS))
                && differences.stream().allMatch(line -> line.startsWith(EPOCHS) || followsFromEpochs(line));
        List<String> named = epochsAlone
                ? differences.stream().filter(line -> line.startsWith(EPOCHS)).toList()
                : differences;
        int shown = Math.min(LISTED, named.size());
        throw new TrainingException(source + ": was made by a run with other values ("
                + String.join("; ", named.subList(0, shown))
                + (shown < named.size() ? " and " + (named.size() - shown) + " more" : "")
                + "); "
                + (epochsAlone
                        ? "give --resume (in Java Training.resume) to go on with it to so many epochs"
                        : "resume without changing them")
                + " or start a new run in an empty folder");
    }

    /** Whether a value is another only because recipes fit it to the length of the run. */
    private static boolean followsFromEpochs(String difference) {
        return FITTED_TO_EPOCHS.stream().anyMatch(key -> difference.startsWith(key + ": "));
    }

    private void requireSameData(String source, String otherFingerprint) {
        if (!dataFingerprint.equals(otherFingerprint)) {
            throw new TrainingException(source + ": was made with the data \"" + dataFingerprint + "\", not \""
                    + otherFingerprint + "\"; resume with that data or start a new run in an empty folder");
        }
    }

    /**
     * Checks that each output of the network still stands for the same class.
     *
     * @param source what messages call this state
     * @param otherNames of the classes of the run that wants to go on, in their order
     * @throws TrainingException naming the first class that differs
     */
    public void requireSameClasses(String source, List<String> otherNames) {
        if (classNames.isEmpty() || classNames.equals(otherNames)) {
            return;
        }
        int first = 0;
        while (first < Math.min(classNames.size(), otherNames.size())
                && classNames.get(first).equals(otherNames.get(first))) {
            first++;
        }
        throw new TrainingException(source + ": was made with other classes: class " + first + " was "
                + (first < classNames.size() ? classNames.get(first) : "none") + " and is now "
                + (first < otherNames.size() ? otherNames.get(first) : "none")
                + "; give the data the same classes or start a new run in an empty folder");
    }
}
