package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every argument of every method of every implementation of every contract, out of its range: the call throws what the
 * contract says and changes nothing outside of its outputs.
 */
@EachWidth
@Tag("slow")
final class OperandContractTest {
    private static final long LEAST = Long.MIN_VALUE;
    private static final long MOST = Long.MAX_VALUE;
    private static final Arena ARENA = Arena.ofShared();
    private static List<KernelCall> calls = List.of();

    @BeforeAll
    static void pack() {
        calls = KernelCalls.all(ARENA);
    }

    @AfterAll
    static void close() {
        ARENA.close();
    }

    @Test
    void theCallsAreValid() {
        assertFalse(calls.isEmpty());
        for (KernelCall call : calls) {
            assertNull(call.run(), call::toString);
        }
    }

    @Test
    void numbersOutOfRange() {
        for (KernelCall call : calls) {
            for (int i = 0; i < call.size(); i++) {
                if (call.isMeasure(i)) {
                    for (int value : new int[] {-1, -16, -64, -1 << 20, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                        assertRefused(call, call.run(i, value), i, value);
                    }
                }
            }
        }
    }

    /** Ranges that end inside a panel or beyond all of them, strides that let rows overlap, maps of other sizes. */
    @Test
    void numbersNearTheRightOnesChangeNothingElse() {
        for (KernelCall call : calls) {
            for (int i = 0; i < call.size(); i++) {
                if (call.argument(i) instanceof Integer right) {
                    for (int value = Math.max(-2, right - 20); value < right + 20; value++) {
                        assertReturnedOrRefused(call, call.run(i, value), i, value);
                    }
                }
            }
        }
    }

    /** Products of two that do not fit an int, or a long. */
    @Test
    void twoLargeNumbers() {
        int[] values = {1 << 15, 1 << 16, 46_341, 65_537, 1 << 30, Integer.MAX_VALUE, -1, Integer.MIN_VALUE};
        for (KernelCall call : calls) {
            for (int i = 0; i < call.size(); i++) {
                for (int j = i + 1; j < call.size(); j++) {
                    if (call.argument(i) instanceof Integer && call.argument(j) instanceof Integer) {
                        for (int one : values) {
                            for (int other : values) {
                                @Nullable Throwable thrown = call.run(i, one, j, other);
                                boolean empty = one == other && one > 0; // if these are a range
                                if ((call.isMeasure(i) || call.isMeasure(j)) && !empty) {
                                    assertRefused(call, thrown, i, one, j, other);
                                } else {
                                    assertReturnedOrRefused(call, thrown, i, one, j, other);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    @Test
    void offsetsOutOfRange() {
        for (KernelCall call : calls) {
            for (int i = 1; i < call.size(); i++) {
                if (call.argument(i) instanceof Long && call.argument(i - 1) instanceof MemorySegment operand) {
                    long end = operand.byteSize();
                    if (end == 0) {
                        continue; // the empty scratch memory of those that need none
                    }
                    int offset = i;
                    for (long value :
                            new long[] {-1, -4, -64, -4096, 1, 4, end, end - 4, LEAST, MOST, MOST - 3, 1L << 62}) {
                        @Nullable Throwable thrown = call.run(i, value);
                        assertTrue(
                                thrown instanceof IndexOutOfBoundsException || isUnread(call, offset - 1),
                                () -> call.describe(offset, value) + ": " + thrown);
                    }
                }
            }
        }
    }

    /** The residual of an epilogue without one. */
    private static boolean isUnread(KernelCall call, int i) {
        return call.argument(i) instanceof MemorySegment segment && segment.byteSize() == Float.BYTES;
    }

    @Test
    void segmentsThatMustNotBeUsed() {
        MemorySegment foreign = foreign();
        for (KernelCall call : calls) {
            for (int i = 0; i < call.size(); i++) {
                if (!(call.argument(i) instanceof MemorySegment operand)
                        || operand.byteSize() == 0
                        || isUnread(call, i)) {
                    continue;
                }
                long bytes = operand.byteSize();
                assertThrown(IndexOutOfBoundsException.class, call, i, operand.asSlice(0, bytes - 4));
                assertThrown(IndexOutOfBoundsException.class, call, i, operand.asSlice(0, 0));
                assertThrown(
                        IllegalArgumentException.class, call, i, MemorySegment.ofArray(new float[(int) bytes / 4]));
                assertThrown(WrongThreadException.class, call, i, foreign.asSlice(0, bytes));
                MemorySegment closed;
                try (Arena arena = Arena.ofConfined()) {
                    closed = arena.allocate(bytes, 64);
                }
                assertThrown(IllegalStateException.class, call, i, closed);
                if (call.isOutput(i)) {
                    assertThrown(IllegalArgumentException.class, call, i, operand.asReadOnly());
                } else {
                    int input = i;
                    @Nullable Throwable thrown = call.run(i, operand.asReadOnly());
                    assertNull(thrown, () -> call.describe(input, "read-only"));
                }
            }
        }
    }

    /** Confined to a thread that has ended; never freed. */
    @SuppressWarnings("MustBeClosedChecker")
    private static MemorySegment foreign() {
        return CompletableFuture.supplyAsync(() -> Arena.ofConfined().allocate(1 << 20, 64))
                .join();
    }

    private static void assertThrown(
            Class<? extends Throwable> expected, KernelCall call, int i, MemorySegment segment) {
        @Nullable Throwable thrown = call.run(i, segment);
        assertTrue(expected.isInstance(thrown), () -> call.describe(i, segment) + ": " + thrown);
    }

    private static void assertRefused(KernelCall call, @Nullable Throwable thrown, Object... replaced) {
        if (thrown == null) {
            fail(call.describe(replaced) + " returned");
        }
        assertReturnedOrRefused(call, thrown, replaced);
    }

    /** IllegalArgumentException for what the contracts give it for: maps smaller than a kernel, kernels that are none. */
    private static void assertReturnedOrRefused(KernelCall call, @Nullable Throwable thrown, Object... replaced) {
        if (thrown == null || thrown instanceof IndexOutOfBoundsException) {
            return;
        }
        boolean measures = thrown instanceof IllegalArgumentException
                && String.valueOf(thrown.getMessage())
                        .matches(
                                ".*(too small for a kernel|inside a part|the kernel size is|the stride is|the dilation is).*");
        assertTrue(measures, () -> call.describe(replaced) + ": " + thrown);
    }

    /** An implementation that is added must be called here too. */
    @Test
    void everyImplementationIsCalled() throws ReflectiveOperationException {
        Set<String> called = new TreeSet<>();
        calls.forEach(call -> called.add(simpleName(call.kernel())));
        called.add("VectorGemm"); // its layers are WeightPanels
        Set<String> missing = new TreeSet<>();
        for (Method method : Implementations.class.getDeclaredMethods()) {
            if (method.getReturnType() == List.class && method.getParameterCount() == 0) {
                for (Object implementation : (List<?>) method.invoke(null)) {
                    missing.add(simpleName(implementation));
                }
            }
        }
        assertTrue(missing.size() > 20, missing::toString);
        missing.removeAll(called);
        assertEquals(Set.of(), missing);
    }

    private static String simpleName(Object kernel) {
        return kernel.getClass().getName().replaceAll(".*\\.", "").replaceAll("\\$.*", "");
    }
}
