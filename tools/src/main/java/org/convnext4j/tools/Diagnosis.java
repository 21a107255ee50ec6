package org.convnext4j.tools;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.convnext4j.bindings.CpuInfo;
import org.convnext4j.bindings.NativeLibraryException;
import org.convnext4j.bindings.OpenBlasLibrary;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.VectorSupport;
import org.convnext4j.engine.vector.VectorKernels;

/**
 * What this machine and this JVM offer.
 *
 * @param cpu name and instruction sets
 * @param laneBits the width of vectors, empty without the Vector API
 * @param vectorObstacle why vector kernels are not used
 * @param openBlas the loaded library
 * @param openBlasFailure why there is none
 * @param cacheFolder where shared libraries are unpacked
 * @param heapBytes the most that Java's heap may take; tensors live outside it
 * @param physicalBytes memory of the machine or container
 * @param backends every backend, tried
 */
record Diagnosis(
        CpuInfo cpu,
        OptionalInt laneBits,
        Optional<String> vectorObstacle,
        Optional<OpenBlasLibrary> openBlas,
        Optional<String> openBlasFailure,
        Optional<Path> cacheFolder,
        long heapBytes,
        OptionalLong physicalBytes,
        List<BackendCheck> backends) {
    /** Looks around and tries everything. */
    static Diagnosis ofThisMachine() {
        Optional<OpenBlasLibrary> openBlas = Optional.empty();
        Optional<String> failure = Optional.empty();
        try {
            openBlas = Optional.of(OpenBlasLibrary.load());
        } catch (NativeLibraryException e) {
            failure = Optional.of(Failures.line(e));
        }
        Optional<String> obstacle = VectorSupport.obstacle();
        boolean module = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        return new Diagnosis(
                CpuInfo.read(),
                module ? OptionalInt.of(VectorKernels.laneBits()) : OptionalInt.empty(),
                obstacle,
                openBlas,
                failure,
                OpenBlasLibrary.cacheFolder(),
                Runtime.getRuntime().maxMemory(),
                physicalMemory(),
                Stream.of(Backend.values()).map(BackendCheck::of).toList());
    }

    private static OptionalLong physicalMemory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? OptionalLong.of(system.getTotalMemorySize())
                : OptionalLong.empty();
    }

    /** Whether anything can run. */
    boolean works() {
        return backends.stream().anyMatch(check -> check.kernels().isPresent());
    }

    /** What is wrong, each with its mend; empty if nothing is. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        vectorObstacle.ifPresent(text -> problems.add("No vector kernels: " + text));
        openBlasFailure.ifPresent(text -> problems.add("No OpenBLAS: " + text));
        openBlas.flatMap(OpenBlasLibrary::coreTypeWarning).ifPresent(problems::add);
        cacheFolder
                .filter(folder -> !isWritable(folder))
                .ifPresent(folder -> problems.add(
                        "The cache folder " + folder + " cannot be written to; name another with CONVNEXT4J_CACHE"));
        return problems;
    }

    /** Whether the folder, or the nearest that exists above it, may be written to. */
    private static boolean isWritable(Path folder) {
        for (Path at = folder; at != null; at = at.getParent()) {
            if (Files.exists(at)) {
                return Files.isWritable(at);
            }
        }
        return false;
    }
}
