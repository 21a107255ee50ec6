package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToDoubleFunction;
import org.convnext4j.engine.tensor.Tensor;

/** What every call does with pictures that another thread owns, or closes: an exception at one side, never a crash. */
public final class CallersTensors {
    private static final int ROUNDS = 12;

    private CallersTensors() {}

    /**
     * Calls with such tensors.
     *
     * @param pictures in memory that stays
     * @param call gives a number that depends on the pictures, the same to the bit in every call
     */
    public static void check(Tensor pictures, ToDoubleFunction<Tensor> call) {
        double expected = call.applyAsDouble(pictures);
        Tensor closed;
        try (Arena arena = Arena.ofConfined()) {
            Tensor confined = copy(pictures, arena);
            assertEquals(expected, call.applyAsDouble(confined), "confined to the caller");
            CompletionException thrown = assertThrows(
                    CompletionException.class,
                    () -> CompletableFuture.supplyAsync(() -> call.applyAsDouble(confined))
                            .join());
            assertInstanceOf(WrongThreadException.class, thrown.getCause());
            closed = confined;
        }
        assertThrows(IllegalStateException.class, () -> call.applyAsDouble(closed));
        assertEquals(expected, call.applyAsDouble(copy(pictures, Arena.ofAuto())), "automatic");
        closeMeanwhile(pictures, call, expected);
        assertEquals(expected, call.applyAsDouble(pictures), "afterwards");
    }

    @SuppressWarnings("MustBeClosedChecker") // closed by the other thread
    private static void closeMeanwhile(Tensor pictures, ToDoubleFunction<Tensor> call, double expected) {
        long begin = System.nanoTime();
        assertEquals(expected, call.applyAsDouble(pictures));
        long nanos = System.nanoTime() - begin;
        Random random = new Random(1);
        for (int round = 0; round < ROUNDS; round++) {
            Arena arena = Arena.ofShared();
            Tensor shared = copy(pictures, arena);
            CountDownLatch started = new CountDownLatch(1);
            long delay = (long) (random.nextDouble() * nanos * (round % 2 == 0 ? 1 : 0.05));
            Thread closer = new Thread(() -> close(arena, started, delay));
            closer.start();
            started.countDown();
            try {
                assertEquals(expected, call.applyAsDouble(shared), "a call that returned");
            } catch (IllegalStateException e) {
                assertTrue(String.valueOf(e.getMessage()).contains("losed"), e.toString());
            }
            join(closer);
        }
    }

    private static void join(Thread thread) {
        // Where closing memory ends a call on it, the JVM marks the caller's thread as interrupted too: nobody asked.
        Thread.interrupted();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void close(Arena arena, CountDownLatch started, long delayNanos) {
        try {
            started.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        long until = System.nanoTime() + delayNanos;
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        while (arena.scope().isAlive()) {
            try {
                arena.close();
            } catch (IllegalStateException e) {
                Thread.onSpinWait(); // a native call holds it
            }
        }
    }

    private static Tensor copy(Tensor tensor, Arena arena) {
        int[] dims = tensor.shape().dims().stream().mapToInt(Integer::intValue).toArray();
        Tensor copy = Tensor.allocate(arena, dims);
        copy.data().copyFrom(tensor.data());
        return copy;
    }
}
