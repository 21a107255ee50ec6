package org.convnext4j.engine.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Alone, because it counts the threads of the JVM and measures what they spend. */
@Isolated
@Timeout(60)
class WorkersTest {
    private static final String HELPER = "convnext4j-";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void everyPartRunsOnceAndItsResultIsVisible(int threads) {
        Random random = new Random(threads);
        try (Workers workers = new Workers(threads);
                Team team = workers.team()) {
            assertEquals(threads, team.size());
            for (int round = 0; round < 3_000; round++) {
                int parts = random.nextInt(12);
                // Plain memory: only what run promises makes the writes visible.
                int[] runs = new int[parts];
                int[] twice = new int[parts];
                int seed = round;
                team.run(parts, (index, member) -> runs[index] += seed);
                team.run(parts, (index, member) -> twice[parts - 1 - index] = 2 * runs[parts - 1 - index]);
                int[] expected = new int[parts];
                Arrays.fill(expected, 2 * seed);
                assertEquals(Arrays.toString(expected), Arrays.toString(twice));
            }
        }
    }

    @Test
    void aMemberRunsOnePartAtATime() {
        try (Workers workers = new Workers(3);
                Team team = workers.team()) {
            AtomicInteger[] busy = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
            AtomicInteger clashes = new AtomicInteger();
            team.run(2_000, (index, member) -> {
                if (busy[member].incrementAndGet() != 1) {
                    clashes.incrementAndGet();
                }
                Thread.onSpinWait();
                busy[member].decrementAndGet();
            });
            assertEquals(0, clashes.get());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void whatAPartThrowsReachesTheCallerAndTheTeamGoesOn(int threads) {
        try (Workers workers = new Workers(threads);
                Team team = workers.team()) {
            for (int round = 0; round < 200; round++) {
                int bad = round % 7;
                RuntimeException thrown = new RuntimeException("part " + bad);
                RuntimeException caught = assertThrows(
                        RuntimeException.class,
                        () -> team.run(7, (index, member) -> {
                            if (index == bad) {
                                throw thrown;
                            }
                        }));
                assertSame(thrown, caught);
                AtomicInteger sum = new AtomicInteger();
                team.run(9, (index, member) -> sum.addAndGet(index));
                assertEquals(36, sum.get());
            }
            assertThrows(
                    StackOverflowError.class,
                    () -> team.run(3, (index, member) -> {
                        throw new StackOverflowError();
                    }));
            team.run(3, (index, member) -> {});
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void moreCallersThanThreadsNeverRunMoreAtOnce(int threads) throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        try (Workers workers = new Workers(threads);
                ExecutorService callers = Executors.newFixedThreadPool(8)) {
            List<Future<?>> calls = new ArrayList<>();
            for (int caller = 0; caller < 8; caller++) {
                calls.add(callers.submit(() -> {
                    for (int i = 0; i < 100; i++) {
                        try (Team team = workers.team()) {
                            team.run(5, (index, member) -> {
                                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                                done.incrementAndGet();
                                Thread.onSpinWait();
                                now.decrementAndGet();
                            });
                        }
                    }
                }));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        }
        assertEquals(8 * 100 * 5, done.get());
        assertTrue(most.get() <= threads, most.get() + " parts ran at once on " + threads + " threads");
    }

    @Test
    void closingWaitsForTheCallUnderWayAndRefusesLaterOnes() throws Exception {
        Workers workers = new Workers(2);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<?> call = threads.submit(() -> {
                try (Team team = workers.team()) {
                    team.run(4, (index, member) -> {
                        begun.countDown();
                        await(proceed);
                        done.incrementAndGet();
                    });
                }
            });
            begun.await();
            Future<Integer> closing = threads.submit(() -> {
                workers.close();
                return done.get();
            });
            Thread.sleep(50);
            assertFalse(closing.isDone());
            proceed.countDown();
            assertEquals(4, closing.get());
            call.get();
        }
        assertThrows(IllegalStateException.class, workers::team);
        assertThrows(IllegalStateException.class, workers::team);
        workers.close();
    }

    @Test
    void aCallerThatWaitsForAThreadIsRefusedByTheClose() throws Exception {
        Workers workers = new Workers(1);
        Team holding = workers.team();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<?> waiting = threads.submit(workers::team);
            Thread.sleep(20);
            Future<?> closing = threads.submit(workers::close);
            Thread.sleep(20);
            holding.close();
            closing.get();
            ExecutionException refused = assertThrows(ExecutionException.class, waiting::get);
            assertTrue(refused.getCause() instanceof IllegalStateException, String.valueOf(refused.getCause()));
        }
    }

    @Test
    void helpersAreDaemonsParkWhenIdleAndEndWithTheClose() throws Exception {
        Workers workers = new Workers(3);
        try (Team team = workers.team()) {
            team.run(300, (index, member) -> Thread.onSpinWait());
        }
        List<Thread> helpers = helpers();
        assertTrue(helpers.size() >= 2, helpers.toString());
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Thread.sleep(100);
        List<Long> before = new ArrayList<>();
        for (Thread helper : helpers) {
            assertTrue(helper.isDaemon(), helper.getName());
            ThreadInfo info = threads.getThreadInfo(helper.threadId());
            assertEquals(Thread.State.WAITING, info.getThreadState(), helper.getName());
            before.add(threads.getThreadCpuTime(helper.threadId()));
        }
        Thread.sleep(200);
        for (int i = 0; i < helpers.size(); i++) {
            long spent = threads.getThreadCpuTime(helpers.get(i).threadId()) - before.get(i);
            assertTrue(spent < Duration.ofMillis(1).toNanos(), "an idle helper spent " + spent + " ns");
        }
        workers.close();
        for (Thread helper : helpers) {
            assertTrue(helper.join(Duration.ofSeconds(10)), helper.getName() + " is still running");
        }
    }

    @Test
    void anInterruptedHelperParksAgain() throws Exception {
        try (Workers workers = new Workers(2)) {
            try (Team team = workers.team()) {
                team.run(300, (index, member) -> Thread.onSpinWait());
            }
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            for (int round = 0; round < 3; round++) {
                Thread.sleep(50);
                List<Thread> helpers = helpers();
                assertFalse(helpers.isEmpty());
                helpers.forEach(Thread::interrupt);
                Thread.sleep(50);
                for (Thread helper : helpers) {
                    long before = threads.getThreadCpuTime(helper.threadId());
                    Thread.sleep(100);
                    long spent = threads.getThreadCpuTime(helper.threadId()) - before;
                    assertTrue(spent < Duration.ofMillis(5).toNanos(), "an idle helper spent " + spent + " ns");
                    assertFalse(helper.isInterrupted());
                }
            }
            try (Team team = workers.team()) {
                AtomicInteger sum = new AtomicInteger();
                team.run(9, (index, member) -> sum.addAndGet(index));
                assertEquals(36, sum.get());
            }
        }
    }

    /** Whatever depth the stack ends at, the workers have all their permits afterwards and no helper is at work. */
    @Test
    void callersWithoutStackLoseNothing() throws Exception {
        int[] failed = new int[1];
        int[] done = new int[1];
        AtomicInteger after = new AtomicInteger();
        try (Workers workers = new Workers(3)) {
            for (int round = 0; round < 60; round++) {
                Thread caller =
                        new Thread(null, () -> overflow(workers, failed, done, after), "deep", (256 + round) << 10);
                caller.start();
                caller.join();
                try (Team team = workers.team()) {
                    assertEquals(3, team.size(), "after round " + round);
                }
            }
        }
        assertTrue(failed[0] > 0, "no call ran out of stack");
        assertTrue(done[0] > 0, "no call had enough");
        assertEquals(0, after.get(), "parts that ran after run had thrown");
    }

    /** Calls at every depth on the way back from the deepest. */
    @SuppressWarnings("InfiniteRecursion") // the stack ends it
    private static void overflow(Workers workers, int[] failed, int[] done, AtomicInteger after) {
        try {
            overflow(workers, failed, done, after);
        } catch (StackOverflowError e) {
            // further up there is room again
        }
        if (done[0] - failed[0] > 300) {
            return;
        }
        boolean[] over = new boolean[1];
        try (Team team = workers.team()) {
            team.run(4, (index, member) -> {
                if (over[0]) {
                    after.incrementAndGet();
                }
            });
            done[0]++;
        } catch (StackOverflowError e) {
            over[0] = true;
            failed[0]++;
            throw e;
        }
    }

    @Test
    void withoutFurtherThreadsATeamHasThoseThereAre() {
        AtomicInteger left = new AtomicInteger(1);
        ThreadFactory factory = task -> new Thread(task) {
            @Override
            public void start() {
                if (left.getAndDecrement() <= 0) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                super.start();
            }
        };
        try (Workers workers = new Workers(4, factory)) {
            for (int round = 0; round < 3; round++) {
                try (Team team = workers.team()) {
                    assertEquals(2, team.size());
                    AtomicInteger sum = new AtomicInteger();
                    team.run(9, (index, member) -> sum.addAndGet(index));
                    assertEquals(36, sum.get());
                }
            }
            left.set(2);
            try (Team team = workers.team()) {
                assertEquals(4, team.size());
            }
        }
    }

    @Test
    void aThreadFactoryThatFailsLosesNoPermit() {
        AtomicInteger calls = new AtomicInteger();
        ThreadFactory factory = task -> {
            if (calls.getAndIncrement() == 1) {
                throw new AssertionError("no thread today");
            }
            return new Thread(task);
        };
        try (Workers workers = new Workers(3, factory)) {
            assertThrows(AssertionError.class, workers::team);
            try (Team team = workers.team()) {
                assertEquals(3, team.size());
            }
        }
    }

    @Test
    void aClosedTeamRunsNothing() {
        try (Workers workers = new Workers(2)) {
            Team team = workers.team();
            team.close();
            assertThrows(IllegalStateException.class, () -> team.run(2, (index, member) -> {}));
        }
    }

    @Test
    void aPoolOfNoThreadsIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Workers(0));
    }

    private static List<Thread> helpers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(HELPER))
                .toList();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
