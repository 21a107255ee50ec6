package org.convnext4j.engine;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Optional;
import org.convnext4j.bindings.NativeAccess;

/** Whether the Vector API is any good in this JVM, asked without touching it. */
public final class VectorSupport {
    private static final String MODULE = "jdk.incubator.vector";

    private VectorSupport() {}

    /** Whether Java was started with the module of the Vector API. */
    public static boolean isModuleLoaded() {
        return ModuleLayer.boot().findModule(MODULE).isPresent();
    }

    /**
     * Why vector kernels would fail or crawl here, with the mend; empty if they are fine.
     *
     * <p>Without C2 every vector operation allocates: measured 5,000 to 10,000 times slower in the interpreter and
     * slower than scalar code under C1, while the API goes on reporting full-width vectors.
     */
    public static Optional<String> obstacle() {
        if (!isModuleLoaded()) {
            return Optional.of("the module " + MODULE + " is not loaded; start java with --add-modules " + MODULE);
        }
        String vm = System.getProperty("java.vm.name", "").toLowerCase(Locale.ROOT);
        if (vm.contains("openj9")) {
            return Optional.of("OpenJ9 does not compile the Vector API; run on a HotSpot JVM");
        }
        if (System.getProperty("java.vm.info", "").contains("interpreted mode")) {
            return Optional.of("the JVM only interprets (-Xint); leave that flag out");
        }
        for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (argument.matches("-XX:TieredStopAtLevel=[0-3]")) {
                return Optional.of("the optimising compiler is off (" + argument + "); leave that flag out");
            }
        }
        return NativeAccess.obstacle();
    }
}
