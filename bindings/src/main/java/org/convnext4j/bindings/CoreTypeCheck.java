package org.convnext4j.bindings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Notices when environment variables make OpenBLAS slower than the processor allows. OpenBLAS obeys them without a
 * word, and results stay right, so nothing but the time would show it.
 */
final class CoreTypeCheck {
    static final String CORE_TYPE_VARIABLE = "OPENBLAS_CORETYPE";
    static final String L2_SIZE_VARIABLE = "OPENBLAS_L2_SIZE";

    /**
     * Generations of x86-64 kernels, slowest first. Those for processors with AVX-512 are one generation: they differ
     * in bf16, which is not used here, and OpenBLAS itself picks SkylakeX on some processors that have bf16.
     */
    private enum Level {
        SSE("SSE"),
        AVX("AVX"),
        AVX2("AVX2 with FMA"),
        AVX512("AVX-512");

        private final String label;

        Level(String label) {
            this.label = label;
        }
    }

    private CoreTypeCheck() {}

    /**
     * Compares what was chosen with what is possible.
     *
     * @param settings where the environment variables are read
     * @param coreName the kernels that OpenBLAS chose
     * @param cpu what the processor can do
     * @return what is wrong and how to mend it, or empty if nothing is
     */
    static Optional<String> warning(Settings settings, String coreName, CpuInfo cpu) {
        List<String> sentences = new ArrayList<>();
        settings.variable(CORE_TYPE_VARIABLE)
                .flatMap(value -> loweredKernels(value, coreName, cpu))
                .ifPresent(sentences::add);
        settings.variable(L2_SIZE_VARIABLE)
                .map(value -> "The environment variable " + L2_SIZE_VARIABLE + "=" + value
                        + " overrides the size of the second-level cache that OpenBLAS would measure;"
                        + " unset it unless it is there on purpose.")
                .ifPresent(sentences::add);
        return sentences.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", sentences));
    }

    private static Optional<String> loweredKernels(String value, String coreName, CpuInfo cpu) {
        Optional<Level> chosen = levelOfCore(coreName);
        Optional<Level> possible = levelOfCpu(cpu);
        if (chosen.isEmpty() || possible.isEmpty() || chosen.get().compareTo(possible.get()) >= 0) {
            return Optional.empty();
        }
        return Optional.of("The environment variable " + CORE_TYPE_VARIABLE + "=" + value
                + " makes OpenBLAS use its slower " + coreName + " kernels (" + chosen.get().label
                + ") although this processor has " + possible.get().label + "; unset " + CORE_TYPE_VARIABLE
                + " and start again.");
    }

    // A core that is not listed gives no level and so no warning: silence is better than a false alarm.
    private static Optional<Level> levelOfCore(String coreName) {
        return switch (coreName.toLowerCase(Locale.ROOT)) {
            case "prescott",
                    "core2",
                    "penryn",
                    "dunnington",
                    "nehalem",
                    "atom",
                    "nano",
                    "athlon",
                    "opteron",
                    "opteron_sse3",
                    "barcelona",
                    "bobcat" -> Optional.of(Level.SSE);
            case "sandybridge", "bulldozer", "piledriver", "steamroller", "excavator" -> Optional.of(Level.AVX);
            case "haswell", "zen" -> Optional.of(Level.AVX2);
            case "skylakex", "cooperlake", "sapphirerapids" -> Optional.of(Level.AVX512);
            default -> Optional.empty();
        };
    }

    private static Optional<Level> levelOfCpu(CpuInfo cpu) {
        if (cpu.has("avx512f")) {
            return Optional.of(Level.AVX512);
        }
        if (cpu.has("avx2") && cpu.has("fma")) {
            return Optional.of(Level.AVX2);
        }
        return cpu.has("avx") ? Optional.of(Level.AVX) : Optional.empty();
    }
}
