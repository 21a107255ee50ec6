package org.convnext4j.model.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.convnext4j.model.ConvNeXtConfig;

/**
 * Where a run stands, beside the numbers in its {@link Parameters}. Together they, the data and nothing else tell how it
 * goes on.
 *
 * @param step steps of the optimizer made; also the updates of the moving average
 * @param epoch epochs finished
 * @param batchInEpoch batches of the running epoch that went into a step
 * @param dataFingerprint tells the training data from others
 * @param bestAccuracy the best share of evaluated pictures classified right so far, 0 to 1; empty before the first
 *     evaluation
 * @param historyRows rows of the log that belong to these steps
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
        OptionalDouble bestAccuracy,
        long historyRows,
        ConvNeXtConfig network,
        TrainingConfig config,
        List<String> classNames,
        Map<String, String> notes) {
    private static final int LISTED = 5;

    /**
     * Copies the names and the notes, keeping their order.
     *
     * @throws IllegalArgumentException if a count is negative, the accuracy is not a number from 0 to 1, or there are
     *     names for another number of classes
     */
    public TrainingState {
        classNames = List.copyOf(classNames);
        notes = Collections.unmodifiableMap(new LinkedHashMap<>(notes));
        Checks.atLeast("the step", step, 0, "0 is before the first");
        Checks.atLeast("the epoch", epoch, 0, "0 is the first");
        Checks.atLeast("the batch in the epoch", batchInEpoch, 0, "0 is the first");
        Checks.atLeast("the rows of the log", historyRows, 0, "0 is an empty log");
        Checks.require(
                classNames.isEmpty() || classNames.size() == network.classes(),
                "the number of class names",
                classNames.size(),
                "0 or that of the network's classes, " + network.classes());
        Checks.fraction("the best accuracy", bestAccuracy.orElse(0), "empty before the first evaluation");
    }

    /** The seed of everything random. */
    public long seed() {
        return config.seed();
    }

    /**
     * Checks that a run that goes on from here does what the one that stopped here would have done.
     *
     * @param source what messages call this state, its folder for example
     * @param other the values of the run that wants to go on; its checkpoint policy may differ
     * @param otherNetwork its network
     * @param otherFingerprint of its data
     * @throws TrainingException naming what differs
     */
    public void requireSameRun(
            String source, TrainingConfig other, ConvNeXtConfig otherNetwork, String otherFingerprint) {
        if (!network.equals(otherNetwork)) {
            throw new TrainingException(source + ": was made by a run of " + network + ", not of " + otherNetwork
                    + "; resume with that network or start a new run in an empty folder");
        }
        List<String> differences = new ArrayList<>(config.differences(other));
        if (!differences.isEmpty()) {
            int shown = Math.min(LISTED, differences.size());
            throw new TrainingException(source + ": was made by a run with other values ("
                    + String.join("; ", differences.subList(0, shown))
                    + (shown < differences.size() ? " and " + (differences.size() - shown) + " more" : "")
                    + "); resume without changing them or start a new run in an empty folder");
        }
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
