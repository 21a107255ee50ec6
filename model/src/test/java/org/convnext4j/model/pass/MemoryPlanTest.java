package org.convnext4j.model.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Memory that is planned, and the memory of passes that follow the plan or do not. */
class MemoryPlanTest {
    @Test
    void whatIsNotThereAtTheSameTimeSharesMemory() {
        MemoryPlan plan = MemoryPlan.of(List.of(64L, 32L, MemoryPlan.giving(0), 48L, 16L, MemoryPlan.giving(3)));
        assertEquals(List.of(0L, 64L, 0L, 48L), plan.offsets());
        assertEquals(96, plan.floats());
        assertEquals(0, MemoryPlan.of(List.of()).floats());
    }

    /** Whatever the order, nothing that is there at the same time overlaps, and the whole is hardly more than the peak. */
    @Test
    void randomOrders() {
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 200; round++) {
            List<Long> events = events(random);
            MemoryPlan plan = MemoryPlan.of(events);
            Map<Integer, Long> there = new HashMap<>();
            int takes = 0;
            long live = 0;
            long peak = 0;
            for (long event : events) {
                if (event < 0) {
                    live -= Objects.requireNonNull(there.remove((int) (-1 - event)));
                    continue;
                }
                long begin = plan.offset(takes);
                assertEquals(0, begin % 16);
                for (Map.Entry<Integer, Long> other : there.entrySet()) {
                    long at = plan.offset(other.getKey());
                    assertTrue(begin + event <= at || at + other.getValue() <= begin, events.toString());
                }
                assertTrue(begin + event <= plan.floats());
                there.put(takes++, event);
                live += event;
                peak = Math.max(peak, live);
            }
            assertTrue(plan.floats() <= 1.5 * peak + 16 * takes, plan.floats() + " for " + peak);
        }
    }

    private static List<Long> events(SplittableRandom random) {
        List<Long> events = new ArrayList<>();
        List<Integer> there = new ArrayList<>();
        int takes = 0;
        for (int i = 0; i < 60; i++) {
            if (!there.isEmpty() && random.nextInt(5) < 2) {
                events.add(MemoryPlan.giving(there.remove(/* index= */ random.nextInt(there.size()))));
            } else {
                there.add(takes++);
                events.add(random.nextLong(1, 1000));
            }
        }
        return events;
    }

    /** A pass, which writes to what it takes: through the plan it has the same memory each time. */
    @Test
    void passesThatFollowAndOneThatDoesNot() {
        try (MapMemory memory = new MapMemory()) {
            pass(memory, 100);
            List<Long> first = pass(memory, 100);
            assertEquals(first, pass(memory, 100));
            // Of another size: its own memory at once, a plan of it afterwards.
            pass(memory, 300);
            List<Long> other = pass(memory, 300);
            assertEquals(other, pass(memory, 300));
            // One that ends early follows the plan all the same.
            MemorySegment a = memory.take(300);
            assertEquals(other.get(0), a.address());
            memory.giveAll();
            assertEquals(other, pass(memory, 300));
            assertEquals(first.get(0), first.get(2), "what was given back is taken again");
        }
    }

    private static List<Long> pass(MapMemory memory, int floats) {
        MemorySegment a = memory.take(floats);
        a.setAtIndex(Tensor.FLOAT, floats - 1, 1);
        MemorySegment b = memory.take(10);
        b.setAtIndex(Tensor.FLOAT, 9, 2);
        memory.give(a);
        MemorySegment c = memory.take(floats);
        c.fill((byte) 0);
        assertEquals(2, b.getAtIndex(Tensor.FLOAT, 9));
        List<Long> addresses = List.of(a.address(), b.address(), c.address());
        assertThrows(IllegalStateException.class, () -> memory.give(MemorySegment.NULL));
        memory.giveAll();
        return addresses;
    }
}
