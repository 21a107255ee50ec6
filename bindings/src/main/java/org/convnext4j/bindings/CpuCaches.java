package org.convnext4j.bindings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The sizes of the CPU's caches, by which tiles are cut. */
public final class CpuCaches {
    /** What server cores have had at least since 2017; taken where the system does not tell. */
    private static final long DEFAULT_L2_BYTES = 1 << 20;

    private static final long L2_BYTES = read(Path.of("/sys/devices/system/cpu/cpu0/cache/index2/size"));

    private CpuCaches() {}

    /** The second-level cache of one core, in bytes. */
    public static long l2Bytes() {
        return L2_BYTES;
    }

    private static long read(Path file) {
        try {
            String text = Files.readString(file).strip();
            return text.matches("[0-9]{1,9}K")
                    ? Long.parseLong(text.substring(0, text.length() - 1)) << 10
                    : DEFAULT_L2_BYTES;
        } catch (IOException | SecurityException e) {
            return DEFAULT_L2_BYTES;
        }
    }
}
