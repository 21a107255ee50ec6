package org.convnext4j.bindings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the operating system says about the processor. Only Linux says it in a file; elsewhere both parts are unknown.
 *
 * @param modelName the processor's name, or empty if unknown
 * @param flags names of instruction set extensions as Linux spells them, such as {@code avx512f} or {@code asimd};
 *     empty if unknown
 */
public record CpuInfo(Optional<String> modelName, SortedSet<String> flags) {
    private static final Path LINUX_FILE = Path.of("/proc/cpuinfo");

    /** Copies the flags. */
    public CpuInfo {
        flags = Collections.unmodifiableSortedSet(new TreeSet<>(flags));
    }

    /**
     * Reads about the processor of this machine; what cannot be read is unknown.
     *
     * @return name and flags
     */
    public static CpuInfo read() {
        try {
            return parse(Files.readString(LINUX_FILE, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // Not Linux, or a sandbox without /proc: nothing here is needed for results to be right.
            return new CpuInfo(Optional.empty(), new TreeSet<>());
        }
    }

    /** Reads the first processor from text in the format of {@code /proc/cpuinfo}. */
    static CpuInfo parse(String text) {
        Optional<String> modelName = Optional.empty();
        SortedSet<String> flags = new TreeSet<>();
        for (String line : text.lines().toList()) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String key = line.substring(0, colon).strip();
            String value = line.substring(colon + 1).strip();
            if (key.equals("model name") && modelName.isEmpty() && !value.isEmpty()) {
                modelName = Optional.of(value);
            } else if (flags.isEmpty() && !value.isEmpty() && (key.equals("flags") || key.equals("Features"))) {
                flags.addAll(List.of(value.split("\\s+")));
            }
        }
        return new CpuInfo(modelName, flags);
    }

    /**
     * Asks for one extension.
     *
     * @param flag its name as Linux spells it
     * @return whether the processor is known to have it
     */
    public boolean has(String flag) {
        return flags.contains(flag);
    }
}
