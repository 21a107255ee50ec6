package org.convnext4j.model.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.convnext4j.model.failure.Wording;

/**
 * How many pictures of each class a data set has. Immutable.
 *
 * @param classNames the names of the K classes
 * @param counts K numbers, of which one is above 0
 */
public record ClassCounts(List<String> classNames, List<Integer> counts) {
    /** From this ratio on a network that sees all alike tends to leave the small classes out. */
    private static final int UNEVEN = 10;

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if they have other lengths, or there is no picture at all
     */
    public ClassCounts {
        classNames = List.copyOf(classNames);
        counts = List.copyOf(counts);
        if (classNames.size() != counts.size()) {
            throw new IllegalArgumentException(
                    "there are " + classNames.size() + " classes, but " + counts.size() + " counts; give one for each");
        }
        if (counts.stream().noneMatch(count -> count > 0)) {
            throw new IllegalArgumentException("there is no picture of any class");
        }
    }

    /** Counts the pictures of a data set; reads none. */
    public static ClassCounts of(Dataset dataset) {
        int[] counts = new int[dataset.classNames().size()];
        for (int i = 0; i < dataset.size(); i++) {
            counts[dataset.label(i)]++;
        }
        List<Integer> list = new ArrayList<>();
        for (int count : counts) {
            list.add(count);
        }
        return new ClassCounts(dataset.classNames(), list);
    }

    /** All pictures. */
    public long pictures() {
        return counts.stream().mapToLong(Integer::longValue).sum();
    }

    /** How many classes have a picture. */
    public int present() {
        return Math.toIntExact(counts.stream().filter(count -> count > 0).count());
    }

    /** Whether the largest class has more than ten times as many pictures as the smallest that has any. */
    public boolean isUneven() {
        return largest() > (long) UNEVEN * smallest();
    }

    /** The largest and the smallest class with their numbers of pictures, in words. */
    public String extremes() {
        return Wording.count(largest(), "picture") + " of " + name(largest()) + ", " + smallest() + " of "
                + name(smallest());
    }

    private int largest() {
        return Collections.max(counts);
    }

    private int smallest() {
        return counts.stream()
                .filter(count -> count > 0)
                .mapToInt(Integer::intValue)
                .min()
                .orElseThrow();
    }

    private String name(int count) {
        return classNames.get(counts.indexOf(count));
    }
}
