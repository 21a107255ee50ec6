package org.convnext4j.tools.output;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;

/** Which of the standard streams are terminals. Java itself only knows about input and output together. */
final class Terminal {
    private static final int INPUT = 0;
    private static final int OUTPUT = 1;

    private Terminal() {}

    /** Whether somebody would have to type what is read. */
    static boolean isInput() {
        return isTerminal(INPUT);
    }

    /** Whether what is written is shown to somebody. */
    static boolean isOutput() {
        return isTerminal(OUTPUT);
    }

    private static boolean isTerminal(int descriptor) {
        boolean windows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        try {
            Linker linker = Linker.nativeLinker();
            Optional<MemorySegment> function = linker.defaultLookup().find(windows ? "_isatty" : "isatty");
            if (function.isEmpty()) {
                return false;
            }
            MethodHandle isatty = linker.downcallHandle(
                    function.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            return (int) isatty.invokeExact(descriptor) != 0;
        } catch (Throwable e) {
            // Without the right to call native code nothing is refused, as in programs that do not look.
            return false;
        }
    }
}
