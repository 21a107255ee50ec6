package org.convnext4j.model.data;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.model.random.Randomness;

/** Which samples make up the batches of an epoch. Immutable. */
final class EpochPlan {
    private final int samples;
    private final int batchSize;
    private final int batches;

    /** The place in the data set at each place of the epoch; empty if they are the same. */
    private final int[] order;

    /** How often the sample came before in the epoch; empty if each comes once. */
    private final int[] repeats;

    EpochPlan(Dataset dataset, LoaderOptions options, Randomness randomness, int epoch) {
        this.samples = dataset.size();
        this.batchSize = options.batchSize();
        this.batches = options.dropLast() ? samples / batchSize : (int) ((samples + batchSize - 1L) / batchSize);
        int[] all = options.order() == SampleOrder.AS_LISTED
                ? new int[0]
                : randomness.stream("order", epoch, 0).permutation(samples);
        if (options.order() == SampleOrder.BALANCED) {
            List<int[]> classes = samplesByClass(dataset);
            int[] chosen = balanced(classes, samples, randomness, epoch);
            order = new int[samples];
            for (int i = 0; i < samples; i++) {
                order[i] = chosen[all[i]];
            }
            repeats = repeats(order);
        } else {
            order = all;
            repeats = new int[0];
        }
    }

    int batches() {
        return batches;
    }

    /** N of a batch: only the last one of an epoch may be smaller. */
    int samplesIn(int batch) {
        return (int) Math.min(batchSize, samples - (long) batch * batchSize);
    }

    /** The place in the data set of sample n of a batch. */
    int index(int batch, int n) {
        int position = batch * batchSize + n;
        return order.length == 0 ? position : order[position];
    }

    /** The number of the random streams of sample n of a batch: its place in the data set, or another if it came before. */
    int stream(int batch, int n) {
        int position = batch * batchSize + n;
        // It may overflow: what matters is that numbers seldom meet.
        return repeats.length == 0 ? index(batch, n) : order[position] + samples * repeats[position];
    }

    /** Places in the data set, a list for each class that has any. */
    private static List<int[]> samplesByClass(Dataset dataset) {
        List<Integer> counts = ClassCounts.of(dataset).counts();
        List<int[]> classes = new ArrayList<>();
        counts.forEach(count -> classes.add(new int[count]));
        int[] filled = new int[counts.size()];
        for (int i = 0; i < dataset.size(); i++) {
            int label = dataset.label(i);
            classes.get(label)[filled[label]++] = i;
        }
        return classes.stream().filter(list -> list.length > 0).toList();
    }

    /** As many of each class, in no useful order. */
    private static int[] balanced(List<int[]> classes, int samples, Randomness randomness, int epoch) {
        int[] chosen = new int[samples];
        int size = classes.size();
        // Which classes get one more is drawn too.
        int[] luck = randomness.stream("balance", epoch, 0).permutation(size);
        int filled = 0;
        for (int c = 0; c < size; c++) {
            int share = samples / size + (luck[c] < samples % size ? 1 : 0);
            int[] own = classes.get(c);
            int[] turn = randomness.stream("balance", epoch, c + 1).permutation(own.length);
            for (int i = 0; i < share; i++) {
                chosen[filled++] = own[turn[i % own.length]];
            }
        }
        return chosen;
    }

    private static int[] repeats(int[] order) {
        int[] seen = new int[order.length];
        int[] repeats = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            repeats[i] = seen[order[i]]++;
        }
        return repeats;
    }
}
