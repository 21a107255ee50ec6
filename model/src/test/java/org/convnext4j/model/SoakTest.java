package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.weights.FormulaWeights;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Many calls from many threads on one model, while other models come and go. */
@Tag("slow")
class SoakTest {
    private static final int FORWARDS = 10_000;
    private static final int CALLERS = 8;
    private static final long PAUSE_NANOS = 5_000_000;

    /** What may be held longer at the end than after the warm-up: compiled code, arenas of malloc, heap in use. */
    private static final long SLACK_KIB = 48 << 10;

    /**
     * A leak grows in every round. The collector, which shares this JVM with hundreds of other tests, may let the heap grow
     * once: by 56 MiB in a JVM that held 2.5 GiB.
     */
    private static final int ROUNDS = 3;

    private static final List<String> FILES = List.of(
            "facebook.safetensors",
            "facebook.pth",
            "facebook-legacy.pth",
            "timm.safetensors",
            "facebook-f16.safetensors");

    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(240)
    void resultsStayRightAndMemoryFlat() throws Exception {
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, 2);
                ConvNeXt shared = ToyModels.formula(engine)) {
            List<Tensor> inputs = new ArrayList<>();
            List<float[]> expected = new ArrayList<>();
            for (int salt = 0; salt < 3; salt++) {
                inputs.add(FormulaWeights.input(salt, arena, 1, 3, 64, 64));
                expected.add(shared.logits(inputs.get(salt)));
            }
            soak(shared, engine, inputs, expected, FORWARDS / 5);
            List<String> grown = new ArrayList<>();
            while (grown.size() < ROUNDS) {
                long before = residentKiB();
                int models = soak(shared, engine, inputs, expected, FORWARDS);
                long after = residentKiB();
                if (after - before <= SLACK_KIB) {
                    return;
                }
                grown.add("from " + before + " to " + after + " KiB with " + models + " models opened");
            }
            fail("resident memory grew in each round of " + FORWARDS + " forwards: " + grown);
        }
    }

    /** How many models were opened and closed meanwhile. */
    private static int soak(ConvNeXt shared, Engine engine, List<Tensor> inputs, List<float[]> expected, int forwards)
            throws Exception {
        AtomicInteger left = new AtomicInteger(forwards);
        AtomicInteger models = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS + 1)) {
            Future<?> opener = threads.submit(() -> {
                while (!done.get()) {
                    String file = FILES.get(models.getAndIncrement() % FILES.size());
                    try (ConvNeXt model = ToyModels.load(file, engine)) {
                        if (models.get() % 8 == 0) {
                            model.logits(inputs.get(0));
                        }
                    }
                    // Loading is not what is to be worn out; without a pause it takes half of the machine.
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            });
            List<Future<?>> callers = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                callers.add(threads.submit(() -> {
                    for (int i = left.getAndDecrement(); i > 0; i = left.getAndDecrement()) {
                        assertArrayEquals(expected.get(i % 3), shared.logits(inputs.get(i % 3)));
                    }
                }));
            }
            try {
                for (Future<?> caller : callers) {
                    caller.get();
                }
            } finally {
                done.set(true);
            }
            opener.get();
        }
        return models.get();
    }

    private static long residentKiB() throws IOException {
        // So that what is measured is what is held, not what is not yet collected.
        System.gc();
        String line = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(l -> l.startsWith("VmRSS:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", ""));
    }
}
