package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.weights.FormulaWeights;
import org.junit.jupiter.api.Test;

/** A warm call leaves next to nothing for the collector: no vectors, no buffers; a few dozen small objects. */
final class GarbageTest {
    private static final long MOST_BYTES = 10_000;
    private static final int CALLS = 20;

    /** Compiling takes a few seconds, on a loaded machine more; then the first quiet round is enough. */
    private static final int MOST_ROUNDS = 60;

    @Test
    void aWarmCallLeavesUnder10KilobytesOfGarbage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ConvNeXtConfig config = KnownModel.of("tiny").orElseThrow().config();
        try (Engine engine = Engine.create(Backend.VECTOR, 2);
                Arena arena = Arena.ofShared();
                ConvNeXt model = ConvNeXt.of(config, FormulaWeights.of(config, 0, arena), engine)) {
            Tensor picture = FormulaWeights.input(0, arena, 1, 3, 96, 96);
            long least = Long.MAX_VALUE;
            for (int round = 0; round < MOST_ROUNDS && least > MOST_BYTES; round++) {
                long before = threads.getTotalThreadAllocatedBytes();
                for (int call = 0; call < CALLS; call++) {
                    model.logits(picture);
                }
                least = Math.min(least, (threads.getTotalThreadAllocatedBytes() - before) / CALLS);
            }
            assertTrue(least <= MOST_BYTES, least + " bytes of garbage a call, more than " + MOST_BYTES);
        }
    }
}
