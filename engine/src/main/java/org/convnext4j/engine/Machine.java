package org.convnext4j.engine;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;

/**
 * The Java that runs and what it runs on.
 *
 * @param javaVersion such as {@code 25.0.3+9-LTS}
 * @param vmName such as {@code OpenJDK 64-Bit Server VM}
 * @param vmInfo such as {@code mixed mode, sharing}
 * @param javaHome where Java is installed
 * @param system the operating system's name and version and the architecture
 * @param processors how many Java may use, which respects container limits
 * @param heapBytes the most that Java's heap may take; tensors live outside it
 * @param physicalBytes memory of the machine or container; empty if unknown
 */
public record Machine(
        String javaVersion,
        String vmName,
        String vmInfo,
        String javaHome,
        String system,
        int processors,
        long heapBytes,
        OptionalLong physicalBytes) {
    static Machine read() {
        return new Machine(
                Runtime.version().toString(),
                property("java.vm.name"),
                property("java.vm.info"),
                property("java.home"),
                property("os.name") + " " + property("os.version") + ", " + property("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory(),
                physicalMemory());
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown");
    }

    private static OptionalLong physicalMemory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? OptionalLong.of(system.getTotalMemorySize())
                : OptionalLong.empty();
    }
}
