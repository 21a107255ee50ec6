package org.convnext4j.model.pass;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.convnext4j.engine.tensor.Tensor;

/**
 * Where in one piece of memory each thing lies that a pass takes and gives back in a known order: no two that are there at
 * the same time overlap. The largest are placed first, each where there is room nearest to the start.
 *
 * @param events in order: a take is its number of floats, above 0; a give is {@link #giving} the number of the take
 * @param offsets of each take, floats
 * @param floats of the whole
 */
record MemoryPlan(List<Long> events, List<Long> offsets, long floats) {
    private static final long ALIGNMENT = Tensor.ALIGNMENT_BYTES / Float.BYTES;

    /** What is taken at one event, of those from 0 on, and given back at another. */
    private record Span(int number, int begin, int end, long floats) {
        boolean meets(Span other) {
            return begin < other.end && other.begin < end;
        }
    }

    MemoryPlan {
        events = List.copyOf(events);
        offsets = List.copyOf(offsets);
    }

    /** The event that gives back what the take of a number took, counted from 0. */
    static long giving(int take) {
        return -1L - take;
    }

    static MemoryPlan of(List<Long> events) {
        List<Span> spans = spans(events);
        long[] offsets = new long[spans.size()];
        List<Span> placed = new ArrayList<>();
        long floats = 0;
        List<Span> bySize = new ArrayList<>(spans);
        bySize.sort(Comparator.comparingLong(Span::floats).reversed());
        for (Span span : bySize) {
            long offset = 0;
            // Those already placed, from the start of the memory on: the first gap between them that is wide enough.
            for (Span other : placed) {
                if (span.meets(other)) {
                    if (offset + span.floats() <= offsets[other.number()]) {
                        break;
                    }
                    offset = Math.max(offset, offsets[other.number()] + other.floats());
                }
            }
            offsets[span.number()] = offset;
            long at = offset;
            int after = (int) placed.stream()
                    .filter(other -> offsets[other.number()] <= at)
                    .count();
            placed.add(after, span);
            floats = Math.max(floats, offset + span.floats());
        }
        return new MemoryPlan(
                events,
                IntStream.range(0, offsets.length).mapToObj(i -> offsets[i]).toList(),
                floats);
    }

    private static List<Span> spans(List<Long> events) {
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            long event = events.get(i);
            if (event > 0) {
                long aligned = (event + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
                spans.add(new Span(spans.size(), i, events.size(), aligned));
            } else {
                int number = (int) (-1 - event);
                Span span = spans.get(number);
                spans.set(number, new Span(number, span.begin(), i, span.floats()));
            }
        }
        return spans;
    }

    /** Whether an event is the planned one of its number. */
    boolean isNext(int number, long event) {
        return number < events.size() && events.get(number) == event;
    }

    /** Where a take lies, floats. */
    long offset(int take) {
        return offsets.get(take);
    }
}
