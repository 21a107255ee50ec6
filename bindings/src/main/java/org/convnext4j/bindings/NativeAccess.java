package org.convnext4j.bindings;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;

/** Whether Java lets this library call native code and read memory by its address. */
public final class NativeAccess {
    private NativeAccess() {}

    /**
     * Why it does not, with the mend; empty if it does. Java has no question for this that tells what is denied from what
     * it only warns of, so it is tried, with a call that does nothing; where Java warns of such calls, it does so here.
     */
    public static Optional<String> obstacle() {
        try {
            Objects.requireNonNull(MemorySegment.NULL.reinterpret(0));
            return Optional.empty();
        } catch (IllegalCallerException e) {
            return Optional.of("this JVM denies native access (" + e.getMessage()
                    + "); start Java with --enable-native-access=ALL-UNNAMED");
        }
    }
}
