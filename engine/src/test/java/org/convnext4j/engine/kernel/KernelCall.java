package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One call of a kernel with operands that are just as long as they must be, each between guards, so that any argument can
 * be exchanged and what is overwritten beside the operands is seen.
 */
final class KernelCall {
    /** On both sides of an operand. */
    private static final int GUARD_BYTES = 16 << 10;

    private static final byte GUARD = 0x5a;

    private final String name;
    private final Object kernel;
    private final Method method;
    private final Object[] arguments;
    private final boolean[] outputs;
    private final boolean[] free;
    private final List<MemorySegment> blocks = new ArrayList<>();

    /** An operand to be. */
    record Operand(long floats, boolean output) {}

    /** A number of which any value is allowed. */
    record Free(int value) {}

    static Operand in(long floats) {
        return new Operand(floats, false);
    }

    static Operand out(long floats) {
        return new Operand(floats, true);
    }

    /**
     * A call.
     *
     * @param contract has the method
     * @param kernel implements it
     * @param arguments those of the method, with {@link #in} or {@link #out} for a segment
     */
    KernelCall(Arena arena, Class<?> contract, Object kernel, String method, Object... arguments) {
        this.name = kernel.getClass().getName().replaceAll(".*\\.", "") + "." + method;
        this.kernel = kernel;
        this.method = Arrays.stream(contract.getMethods())
                .filter(one -> one.getName().equals(method) && one.getParameterCount() == arguments.length)
                .findFirst()
                .orElseThrow();
        this.arguments = arguments.clone();
        this.outputs = new boolean[arguments.length];
        this.free = new boolean[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] instanceof Operand operand) {
                outputs[i] = operand.output();
                this.arguments[i] = guarded(arena, operand.floats());
            } else if (arguments[i] instanceof Free any) {
                free[i] = true;
                this.arguments[i] = any.value();
            }
        }
    }

    private MemorySegment guarded(Arena arena, long floats) {
        long bytes = floats * Float.BYTES;
        MemorySegment block = arena.allocate(bytes + 2 * GUARD_BYTES, Tensor.ALIGNMENT_BYTES);
        block.fill(GUARD);
        blocks.add(block);
        return block.asSlice(GUARD_BYTES, bytes).fill((byte) 0);
    }

    Object kernel() {
        return kernel;
    }

    int size() {
        return arguments.length;
    }

    Object argument(int i) {
        return arguments[i];
    }

    boolean isOutput(int i) {
        return outputs[i];
    }

    /** Whether an argument is a number that must fit the operands. */
    boolean isMeasure(int i) {
        return arguments[i] instanceof Integer && !free[i];
    }

    /** Calls, with other values for some arguments: index, value, and so on. */
    @Nullable
    Throwable run(Object... replaced) {
        Object[] changed = arguments.clone();
        for (int i = 0; i < replaced.length; i += 2) {
            changed[(Integer) replaced[i]] = replaced[i + 1];
        }
        @Nullable Throwable thrown = null;
        try {
            method.invoke(kernel, changed);
        } catch (InvocationTargetException e) {
            thrown = e.getCause();
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
        for (MemorySegment block : blocks) {
            assertIntact(block.asSlice(0, GUARD_BYTES), describe(replaced) + " wrote before an operand");
            assertIntact(
                    block.asSlice(block.byteSize() - GUARD_BYTES), describe(replaced) + " wrote beyond an operand");
        }
        return thrown;
    }

    private static void assertIntact(MemorySegment guard, String message) {
        assertEquals(-1, guard.mismatch(PATTERN), message);
    }

    private static final MemorySegment PATTERN =
            Arena.ofAuto().allocate(GUARD_BYTES).fill(GUARD);

    /** For messages: which arguments have which other values. */
    String describe(Object... replaced) {
        StringBuilder text = new StringBuilder(name);
        for (int i = 0; i < replaced.length; i += 2) {
            int argument = (Integer) replaced[i];
            text.append(", ").append(method.getParameters()[argument].getName());
            text.append(" (argument ").append(argument).append(") = ").append(replaced[i + 1]);
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return name;
    }
}
