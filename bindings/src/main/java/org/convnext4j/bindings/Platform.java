package org.convnext4j.bindings;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The operating systems and processors for which a jar with an OpenBLAS build exists, with the files to take from it.
 *
 * <p>The files are in load order: each file comes after those it needs, and OpenBLAS itself is last. The order
 * matters on Linux: libopenblas names {@code $ORIGIN} as its search path but libgfortran does not, so libgfortran
 * finds its own dependencies only if they are already loaded or installed on the system.
 *
 * @param classifier the name of the platform, as the classifiers of JavaCPP's jars, such as {@code linux-x86_64}
 * @param files the names of the files to take from the jar, in load order, OpenBLAS last
 */
record Platform(String classifier, List<String> files) {
    private static final List<Platform> KNOWN = List.of(
            new Platform(
                    "linux-x86_64",
                    List.of("libgcc_s.so.1", "libquadmath.so.0", "libgfortran.so.5", "libopenblas.so.0")),
            new Platform("linux-arm64", List.of("libgcc_s.so.1", "libgfortran.so.5", "libopenblas.so.0")),
            new Platform("macosx-arm64", List.of("libopenblas.0.dylib")),
            new Platform(
                    "macosx-x86_64",
                    List.of("libgcc_s.1.1.dylib", "libquadmath.0.dylib", "libgfortran.5.dylib", "libopenblas.0.dylib")),
            new Platform("windows-x86_64", List.of("libopenblas.dll")));

    Platform {
        files = List.copyOf(files);
    }

    /**
     * Finds the platform of a JVM.
     *
     * @param osName value of the system property {@code os.name}
     * @param osArch value of the system property {@code os.arch}
     * @return the platform, or empty if no jar exists for it
     */
    static Optional<Platform> of(String osName, String osArch) {
        String classifier = classifierOf(osName, osArch);
        return KNOWN.stream()
                .filter(platform -> platform.classifier.equals(classifier))
                .findFirst();
    }

    /** The Maven coordinates, without a version, of the jar that holds the files: the one of this project's version. */
    String artifact() {
        return "org.convnext4j:convnext4j-openblas-" + classifier;
    }

    /** Names an operating system and processor as jar classifiers do, also where no jar exists. */
    static String classifierOf(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT);
        String arch = osArch.toLowerCase(Locale.ROOT);
        return system(os) + "-" + processor(arch);
    }

    private static String system(String os) {
        if (os.startsWith("mac")) {
            return "macosx";
        }
        return os.startsWith("windows") ? "windows" : os.replace(' ', '_');
    }

    private static String processor(String arch) {
        if (arch.equals("amd64")) {
            return "x86_64";
        }
        return arch.equals("aarch64") ? "arm64" : arch;
    }
}
