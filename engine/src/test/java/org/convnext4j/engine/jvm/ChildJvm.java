package org.convnext4j.engine.jvm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A fresh JVM with this one's class path, for what depends on flags or on a cold start.
 *
 * @param exit its exit code
 * @param output what it printed, standard error included
 */
public record ChildJvm(int exit, String output) {
    /** The flags that users are told to start with. */
    public static final List<String> USUAL =
            List.of("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED");

    private static final long TIMEOUT_SECONDS = 120;

    /** Runs a main class to its end. */
    public static ChildJvm run(List<String> flags, Class<?> main, String... arguments) {
        return runOn(System.getProperty("java.class.path"), flags, main, arguments);
    }

    /** Runs a main class to its end, on another class path than this JVM's. */
    public static ChildJvm runOn(String classPath, List<String> flags, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-cp");
        command.add(classPath);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // A test of a default JVM must not inherit flags.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        try {
            Process process = builder.start();
            try (InputStream out = process.getInputStream()) {
                String output = new String(out.readAllBytes(), StandardCharsets.UTF_8);
                if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                    throw new AssertionError("the child JVM hangs after printing " + output);
                }
                return new ChildJvm(process.exitValue(), output);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
