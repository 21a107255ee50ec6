package org.convnext4j.bindings;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** The few calls that are made once, at start: what was loaded, and how many threads it may use. */
final class OpenBlasInfo {
    private static final List<String> NEEDED = List.of(
            "cblas_sgemm",
            "cblas_sgemv",
            "openblas_get_config",
            "openblas_get_corename",
            "openblas_get_num_threads",
            "openblas_set_num_threads");

    private final MethodHandle getConfig;
    private final MethodHandle getCoreName;
    private final MethodHandle getNumThreads;
    private final MethodHandle setNumThreads;

    private OpenBlasInfo(SymbolLookup symbols) {
        getConfig = handle(symbols, "openblas_get_config", OpenBlasDescriptors.GET_CONFIG);
        getCoreName = handle(symbols, "openblas_get_corename", OpenBlasDescriptors.GET_CORE_NAME);
        getNumThreads = handle(symbols, "openblas_get_num_threads", OpenBlasDescriptors.GET_NUM_THREADS);
        setNumThreads = handle(symbols, "openblas_set_num_threads", OpenBlasDescriptors.SET_NUM_THREADS);
    }

    /**
     * Makes sure that a library is an OpenBLAS that can be called safely.
     *
     * @throws IOException if a function is missing or the integers of its interface have 64 bits
     */
    static OpenBlasInfo of(SymbolLookup symbols) throws IOException {
        for (String name : NEEDED) {
            if (symbols.find(name).isEmpty()) {
                throw new IOException("it has no function " + name + ", so it is not an OpenBLAS with CBLAS");
            }
        }
        OpenBlasInfo info = new OpenBlasInfo(symbols);
        if (info.config().contains("USE64BITINT")) {
            throw new IOException("it was built with 64-bit integers (" + info.config()
                    + "); a build with 32-bit integers is needed");
        }
        return info;
    }

    String config() {
        return text(getConfig);
    }

    String coreName() {
        return text(getCoreName);
    }

    int threads() {
        try {
            return (int) getNumThreads.invokeExact();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void setThreads(int count) {
        try {
            setNumThreads.invokeExact(count);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static MethodHandle handle(SymbolLookup symbols, String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), descriptor);
    }

    private static String text(MethodHandle getter) {
        try {
            // The generated pointer layout has an unbounded target, so the segment reaches to the final zero byte.
            MemorySegment chars = (MemorySegment) getter.invokeExact();
            return chars.getString(0).strip();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Wraps what a downcall cannot throw according to its documentation; errors and unchecked ones pass through. */
    static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException unchecked
                ? unchecked
                : new IllegalStateException("A call of OpenBLAS failed: " + e.getMessage(), e);
    }
}
