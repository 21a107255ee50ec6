package org.convnext4j.model.train;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.convnext4j.model.data.SkipListener;

/** Passes on each picture of one data set once, although every epoch finds it again. Safe for use by many threads. */
final class SkipOnce implements SkipListener {
    private final SkipListener listener;
    private final Set<Integer> told = ConcurrentHashMap.newKeySet();

    SkipOnce(SkipListener listener) {
        this.listener = listener;
    }

    @Override
    public void skipped(int index, String name, RuntimeException problem) {
        if (told.add(index)) {
            listener.skipped(index, name, problem);
        }
    }
}
