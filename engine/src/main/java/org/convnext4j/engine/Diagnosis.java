package org.convnext4j.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.convnext4j.bindings.CpuInfo;
import org.convnext4j.bindings.NativeLibraryException;
import org.convnext4j.bindings.OpenBlasLibrary;
import org.convnext4j.engine.vector.VectorKernels;

/**
 * What this machine and this JVM offer, and what is in the way: the facts that {@code convnext doctor} prints.
 *
 * @param machine Java, system, processors and memory
 * @param cpu name and instruction sets; unknown but on Linux
 * @param laneBits the width of vectors, bits; empty without the module of the Vector API
 * @param vectorObstacle why vector kernels are not used, with the mend; empty if they are fine
 * @param openBlas the loaded library; empty if there is none
 * @param openBlasFailure why there is none
 * @param cacheFolder where shared libraries are unpacked; empty if that is not known
 * @param backends every backend, tried
 */
public record Diagnosis(
        Machine machine,
        CpuInfo cpu,
        OptionalInt laneBits,
        Optional<String> vectorObstacle,
        Optional<OpenBlasInfo> openBlas,
        Optional<String> openBlasFailure,
        Optional<Path> cacheFolder,
        List<BackendCheck> backends) {
    /** Copies the list. */
    public Diagnosis {
        backends = List.copyOf(backends);
    }

    /**
     * Looks around and tries everything: loads OpenBLAS and opens an engine of each backend, which takes up to half a
     * second the first time. Throws nothing: what does not work is what it reports. Any thread may call it.
     */
    public static Diagnosis ofThisMachine() {
        Optional<OpenBlasInfo> openBlas = Optional.empty();
        Optional<String> failure = Optional.empty();
        try {
            openBlas = Optional.of(OpenBlasInfo.of(OpenBlasLibrary.load()));
        } catch (NativeLibraryException e) {
            failure = Optional.of(String.valueOf(e.getMessage()));
        }
        return new Diagnosis(
                Machine.read(),
                CpuInfo.read(),
                VectorSupport.isModuleLoaded() ? OptionalInt.of(VectorKernels.laneBits()) : OptionalInt.empty(),
                VectorSupport.obstacle(),
                openBlas,
                failure,
                OpenBlasLibrary.cacheFolder(),
                Stream.of(Backend.values()).map(BackendCheck::of).toList());
    }

    /** Whether anything can run. */
    public boolean works() {
        return backends.stream().anyMatch(BackendCheck::works);
    }

    /** What is wrong, each with its mend; empty if nothing is. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        vectorObstacle.ifPresent(text -> problems.add("No vector kernels: " + text));
        openBlasFailure.ifPresent(text -> problems.add("No OpenBLAS: " + text));
        openBlas.flatMap(OpenBlasInfo::coreTypeWarning).ifPresent(problems::add);
        cacheFolder
                .filter(folder -> !isWritable(folder))
                .ifPresent(folder -> problems.add(
                        "The cache folder " + folder + " cannot be written to; name another with CONVNEXT4J_CACHE"));
        return List.copyOf(problems);
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
