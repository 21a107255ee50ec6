package org.convnext4j.engine.jvm;

import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs every vector kernel for a few seconds, then prints how many bytes a call of each allocates. */
public final class WarmUpMain {
    private static final long WARM_UP_NANOS = 3_000_000_000L;
    private static final long PATIENCE_NANOS = 30_000_000_000L;
    private static final int COUNTED = 50;

    /** Such as {@code ALLOCATED 0 gelu 7x77}. */
    static final String ALLOCATED = "ALLOCATED ";

    private WarmUpMain() {}

    /** Takes no arguments. */
    public static void main(String[] args) throws InterruptedException {
        try (Arena arena = Arena.ofConfined()) {
            Map<String, Runnable> calls = VectorCalls.of(arena);
            calls.putAll(RoadmapVectorCalls.of(arena));
            calls.putAll(FamilyGradientVectorCalls.of(arena));
            long end = System.nanoTime() + WARM_UP_NANOS;
            while (System.nanoTime() < end) {
                calls.values().forEach(Runnable::run);
            }
            Map<String, Long> bytes = new LinkedHashMap<>();
            calls.forEach((name, call) -> bytes.put(name, bytesPerCall(call)));
            // The compiler may still be busy with a rare path; what counts is what a call ends up with.
            long last = System.nanoTime() + PATIENCE_NANOS;
            while (System.nanoTime() < last && bytes.values().stream().anyMatch(b -> b > 0)) {
                Thread.sleep(10);
                calls.forEach((name, call) ->
                        bytes.computeIfPresent(name, (key, b) -> b == 0 ? b : Math.min(b, bytesPerCall(call))));
            }
            bytes.forEach((name, b) -> System.out.println("\n" + ALLOCATED + b + " " + name));
        }
    }

    private static long bytesPerCall(Runnable call) {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < COUNTED; i++) {
            call.run();
        }
        // Asking allocates a few bytes itself, which the division drops.
        return (threads.getCurrentThreadAllocatedBytes() - before) / COUNTED;
    }
}
