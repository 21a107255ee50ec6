package org.convnext4j.model.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/**
 * The most memory this process has had resident, off-heap tensors and mapped weights included. Safe for use by many
 * threads.
 */
public final class PeakMemory {
    private static final Path LINUX_FILE = Path.of("/proc/self/status");
    private static final String KEY = "VmHWM:";

    /** Linux: writing 5 lowers the peak to what is resident now (man 5 proc_pid_clear_refs). */
    private static final Path LINUX_RESET = Path.of("/proc/self/clear_refs");

    private PeakMemory() {}

    /** Leaves out what was before, where the operating system can; elsewhere the peak stays that of the whole process. */
    public static void forget() {
        try {
            Files.writeString(LINUX_RESET, "5", StandardOpenOption.WRITE);
        } catch (IOException e) {
            // Not Linux, or not allowed: the figure is then higher than it need be, never lower.
            return;
        }
    }

    /** In bytes; empty where the operating system does not say it in a file. */
    public static OptionalLong bytes() {
        try {
            for (String line : Files.readAllLines(LINUX_FILE, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith(KEY)) {
                    String kibibytes =
                            line.substring(KEY.length()).replace("kB", "").strip();
                    return OptionalLong.of(Long.parseLong(kibibytes) * 1024);
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Not Linux, or a sandbox without /proc; the figure is then left out.
            return OptionalLong.empty();
        }
        return OptionalLong.empty();
    }
}
