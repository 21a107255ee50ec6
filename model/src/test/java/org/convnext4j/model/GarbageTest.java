package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.weights.FormulaWeights;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A warm call leaves next to nothing for the collector: no vectors, no buffers; a few dozen small objects. In a JVM of its own:
 * where tests of other kinds of norms ran before, the compiler has seen too many callers of LayerNorm's loops to inline them,
 * and vectors that cross a call are objects (270 kB a call).
 */
@Tag("alone")
final class GarbageTest {
    private static final long MOST_BYTES = 10_000;
    private static final int CALLS = 20;

    /** Compiling takes a few seconds, on a loaded machine more; then the first quiet round is enough. */
    private static final int MOST_ROUNDS = 60;

    @Test
    void aWarmCallLeavesUnder10KilobytesOfGarbage() throws IOException {
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
            if (least > MOST_BYTES) {
                fail(least + " bytes of garbage a call, more than " + MOST_BYTES + ", from\n"
                        + sources(model, picture));
            }
        }
    }

    /** What a call allocates and where, most often met first. */
    private static String sources(ConvNeXt model, Tensor picture) throws IOException {
        Path file = Files.createTempFile("garbage", ".jfr");
        try (Recording recording = new Recording()) {
            recording
                    .enable("jdk.ObjectAllocationSample")
                    .with("throttle", "1000/s")
                    .withStackTrace();
            recording.start();
            for (int call = 0; call < 5 * CALLS; call++) {
                model.logits(picture);
            }
            recording.stop();
            recording.dump(file);
            Map<String, Long> samples = RecordingFile.readAllEvents(file).stream()
                    .collect(Collectors.groupingBy(GarbageTest::source, Collectors.counting()));
            return samples.entrySet().stream()
                    .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                    .limit(10)
                    .map(entry -> entry.getValue() + " x " + entry.getKey())
                    .collect(Collectors.joining("\n"));
        } finally {
            Files.delete(file);
        }
    }

    private static String source(RecordedEvent event) {
        RecordedStackTrace trace = event.getStackTrace();
        String frames = trace == null
                ? "?"
                : trace.getFrames().stream()
                        .filter(frame -> frame.getMethod().getType().getName().startsWith("org.convnext4j"))
                        .limit(2)
                        .map(frame -> frame.getMethod().getType().getName() + "."
                                + frame.getMethod().getName() + ":" + frame.getLineNumber() + " " + frame.getType())
                        .collect(Collectors.joining(" < "));
        return event.getClass("objectClass").getName() + " in " + frames;
    }
}
