package org.convnext4j.engine.jvm;

import java.io.File;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.convnext4j.engine.Engine;

/** Opens engines until any warning has had its chance to come twice, and prints what the diagnosis says is wrong. */
public final class WarningMain {
    private WarningMain() {}

    /**
     * This JVM's class path without a library.
     *
     * @param library part of the names of its jars
     */
    static String classPathWithout(String library) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains(library))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Takes nothing. */
    public static void main(String[] args) {
        for (int i = 0; i < 2; i++) {
            try (Engine engine = Engine.create()) {
                engine.gradientKernels();
                if (i == 1) {
                    System.out.println("PROBLEMS " + engine.diagnosis().problems());
                }
            }
        }
    }
}
