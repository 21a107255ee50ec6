package org.convnext4j.model.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.convnext4j.model.random.Randomness;

/**
 * A data set in two: what is learned from, and a share of every class to measure on. Of a class with n pictures the share
 * times n, rounded to whole pictures, is taken at random, but never the last one. Which ones follows from the seed and the
 * number of pictures alone. Both parts have all classes and keep the order of the samples. Immutable.
 */
public final class StratifiedSplit {
    private final Dataset whole;
    private final Dataset train;
    private final Dataset validation;
    private final double share;
    private final long seed;
    private final List<String> notes;

    private StratifiedSplit(Dataset whole, double share, long seed, boolean[] taken, List<String> notes) {
        this.whole = whole;
        this.share = share;
        this.seed = seed;
        this.notes = List.copyOf(notes);
        this.train = new DatasetPart(whole, samples(taken, false), "kept for training");
        this.validation = new DatasetPart(whole, samples(taken, true), "set aside for validation");
    }

    /**
     * Splits a data set.
     *
     * @param share of each class's pictures to measure on, above 0 and below 1
     * @param seed of the random choice
     * @throws IllegalArgumentException if the share is out of range
     * @throws DatasetException if no class has enough pictures to give one away
     */
    public static StratifiedSplit of(Dataset dataset, double share, long seed) {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException(
                    "the share for validation must be above 0 and below 1, e.g. 0.2, not " + share);
        }
        int[][] byClass = byClass(dataset);
        boolean[] taken = new boolean[dataset.size()];
        List<String> without = new ArrayList<>();
        int count = 0;
        for (int label = 0; label < byClass.length; label++) {
            int[] samples = byClass[label];
            int out = (int) Math.min(samples.length - 1L, Math.round(share * samples.length));
            if (out <= 0) {
                if (samples.length > 0) {
                    without.add(dataset.classNames().get(label));
                }
                continue;
            }
            int[] order =
                    new Randomness(seed).stream("validation-share", label, 0).permutation(samples.length);
            for (int i = 0; i < out; i++) {
                taken[samples[order[i]]] = true;
            }
            count += out;
        }
        if (count == 0) {
            throw new DatasetException(
                    dataset.description() + ": a share of " + share + " for validation leaves no picture to measure on,"
                            + " because each class keeps one and parts are rounded; take a larger share or add pictures",
                    null);
        }
        List<String> notes = without.isEmpty()
                ? List.of()
                : List.of("classes with too few pictures to set one aside for validation: " + ClassNames.list(without));
        return new StratifiedSplit(dataset, share, seed, taken, notes);
    }

    private static int[][] byClass(Dataset dataset) {
        int[] counts = new int[dataset.classNames().size()];
        for (int i = 0; i < dataset.size(); i++) {
            counts[dataset.label(i)]++;
        }
        int[][] samples = new int[counts.length][];
        Arrays.setAll(samples, label -> new int[counts[label]]);
        Arrays.fill(counts, 0);
        for (int i = 0; i < dataset.size(); i++) {
            int label = dataset.label(i);
            samples[label][counts[label]++] = i;
        }
        return samples;
    }

    private static int[] samples(boolean[] taken, boolean wanted) {
        int[] samples = new int[taken.length];
        int count = 0;
        for (int i = 0; i < taken.length; i++) {
            if (taken[i] == wanted) {
                samples[count++] = i;
            }
        }
        return Arrays.copyOf(samples, count);
    }

    /** What was split. */
    public Dataset whole() {
        return whole;
    }

    /** What is learned from. */
    public Dataset train() {
        return train;
    }

    /** What is measured on. */
    public Dataset validation() {
        return validation;
    }

    /** The share that was asked for. */
    public double share() {
        return share;
    }

    /** The seed of the choice. */
    public long seed() {
        return seed;
    }

    /** What a user may want to know of the split, each a sentence without its full stop. */
    public List<String> notes() {
        return notes;
    }
}
