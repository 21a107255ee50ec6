package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.run.Lease;
import org.convnext4j.model.weights.FormulaWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing models, before, during and after calls. */
@Timeout(60)
class LifetimeTest {
    @Test
    void aLeaseFreesOnceAndLast() {
        AtomicInteger freed = new AtomicInteger();
        Lease lease = new Lease(freed::incrementAndGet);
        assertTrue(lease.begin());
        assertTrue(lease.begin());
        lease.close();
        lease.close();
        assertFalse(lease.begin());
        lease.end();
        assertEquals(0, freed.get());
        lease.end();
        assertEquals(1, freed.get());
        lease.close();
        assertEquals(1, freed.get());
    }

    @Test
    void anIdleLeaseFreesAtOnce() {
        AtomicInteger freed = new AtomicInteger();
        Lease lease = new Lease(freed::incrementAndGet);
        lease.close();
        lease.close();
        assertEquals(1, freed.get());
        assertFalse(lease.begin());
    }

    @Test
    void aLeaseContendedFreesOnce() throws Exception {
        for (int round = 0; round < 100; round++) {
            AtomicInteger freed = new AtomicInteger();
            AtomicInteger usedAfterFree = new AtomicInteger();
            Lease lease = new Lease(freed::incrementAndGet);
            CountDownLatch start = new CountDownLatch(1);
            try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
                List<Future<?>> calls = new ArrayList<>();
                for (int caller = 0; caller < 3; caller++) {
                    calls.add(threads.submit(() -> {
                        start.await();
                        while (lease.begin()) {
                            usedAfterFree.addAndGet(freed.get());
                            lease.end();
                        }
                        return null;
                    }));
                }
                calls.add(threads.submit(() -> {
                    start.await();
                    lease.close();
                    return null;
                }));
                start.countDown();
                for (Future<?> call : calls) {
                    call.get();
                }
            }
            assertEquals(1, freed.get());
            assertEquals(0, usedAfterFree.get());
        }
    }

    @Test
    void aCallAfterTheCloseSaysSo() {
        try (Arena arena = Arena.ofShared()) {
            Tensor input = ToyModels.input("x32", arena);
            ConvNeXt model = ConvNeXt.load(ToyModels.file("timm.safetensors"));
            assertEquals(10, model.logits(input).length);
            model.close();
            model.close();
            IllegalStateException closed = assertThrows(IllegalStateException.class, () -> model.logits(input));
            assertTrue(closed.toString().contains("is closed"), closed.toString());
            assertThrows(IllegalStateException.class, () -> model.embedding(input));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"VECTOR", "OPENBLAS", "SCALAR"})
    void picturesOfOthersAndClosedOnes(Backend backend) {
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(backend, 2);
                ConvNeXt model = ToyModels.formula(engine)) {
            CallersTensors.check(ToyModels.input("x32", arena), pictures -> {
                double sum = 0;
                for (float logit : model.logits(pictures)) {
                    sum += logit;
                }
                return sum;
            });
        }
    }

    @Test
    void aCallAfterTheEngineIsClosedSaysSo() {
        try (Arena arena = Arena.ofShared()) {
            Tensor input = ToyModels.input("x32", arena);
            Engine engine = Engine.create(Backend.VECTOR, 2);
            try (ConvNeXt model = ToyModels.formula(engine)) {
                engine.close();
                assertThrows(IllegalStateException.class, () -> model.logits(input));
            }
        }
    }

    /** Results after the close are right, or the call was refused; never anything else. */
    @Test
    void closingDuringCallsIsSafe() throws Exception {
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, 2);
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Tensor input = FormulaWeights.input(1, arena, 1, 3, 96, 96);
            float[] expected;
            try (ConvNeXt model = ToyModels.formula(engine)) {
                expected = model.logits(input);
            }
            for (int round = 0; round < 8; round++) {
                ConvNeXt model = ToyModels.formula(engine);
                CountDownLatch running = new CountDownLatch(4);
                List<Future<Integer>> calls = new ArrayList<>();
                for (int caller = 0; caller < 4; caller++) {
                    calls.add(threads.submit(() -> callUntilClosed(model, input, expected, running)));
                }
                running.await();
                model.close();
                for (Future<Integer> call : calls) {
                    assertTrue(call.get() >= 1);
                }
            }
        }
    }

    private static int callUntilClosed(ConvNeXt model, Tensor input, float[] expected, CountDownLatch running) {
        int calls = 0;
        while (true) {
            float[] logits;
            try {
                logits = model.logits(input);
            } catch (IllegalStateException e) {
                assertTrue(e.toString().contains("is closed"), e.toString());
                return calls;
            }
            assertArrayEquals(expected, logits);
            calls++;
            running.countDown();
        }
    }
}
