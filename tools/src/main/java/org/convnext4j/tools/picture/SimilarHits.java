package org.convnext4j.tools.picture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The pictures that are most like one. Not thread-safe. */
final class SimilarHits {
    /**
     * A picture and how like the query it is.
     *
     * @param order of two that are as like, the one with the smaller number comes first
     */
    record Hit(String image, double similarity, long order) {
        private static final Comparator<Hit> WORST_FIRST =
                Comparator.comparingDouble(Hit::similarity).thenComparing(Hit::order, Comparator.reverseOrder());
    }

    private final int most;
    private final PriorityQueue<Hit> best = new PriorityQueue<>(Hit.WORST_FIRST);

    /** Keeps so many. */
    SimilarHits(int most) {
        this.most = most;
    }

    /** Adds a picture, if it is among the best so far. */
    void add(String image, double similarity, long order) {
        best.add(new Hit(image, similarity, order));
        if (best.size() > most) {
            best.remove();
        }
    }

    /** The best, the best first. */
    List<Hit> bestFirst() {
        List<Hit> hits = new ArrayList<>(best);
        hits.sort(Hit.WORST_FIRST.reversed());
        return hits;
    }
}
