package org.convnext4j.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildJvmTest {
    @TempDir
    Path temp;

    private record Result(int exitCode, String output) {
        boolean says(String part) {
            return output.contains(part);
        }
    }

    private static Process start(Map<String, String> environment, String accessOption) throws Exception {
        ProcessBuilder builder = new ProcessBuilder();
        builder.command()
                .addAll(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        accessOption,
                        "-cp",
                        System.getProperty("java.class.path")));
        builder.command().add(Probe.class.getName());
        for (String name : List.of("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS")) {
            builder.environment().remove(name);
        }
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true).start();
    }

    private static Process start(Map<String, String> environment) throws Exception {
        return start(environment, "--enable-native-access=ALL-UNNAMED");
    }

    private static Result finish(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    @Test
    void twoProcessesMayFillAnEmptyCacheAtOnce() throws Exception {
        Map<String, String> environment = Map.of("CONVNEXT4J_CACHE", temp.toString());
        Process first = start(environment);
        Process second = start(environment);
        for (Result result : List.of(finish(first), finish(second))) {
            assertEquals(0, result.exitCode(), result.output());
            assertTrue(result.says("product=11.0"), result.output());
            assertTrue(result.says("threads=1"), result.output());
            assertTrue(result.says("version=0.3.31"), result.output());
            assertTrue(result.says("path=" + temp), result.output());
        }
        try (Stream<Path> files = Files.walk(temp)) {
            assertFalse(files.anyMatch(path -> path.toString().endsWith(".part")));
        }
    }

    @Test
    void aLoweredCoreTypeIsReportedAndLoggedOnce() throws Exception {
        CpuInfo cpu = CpuInfo.read();
        assumeTrue(cpu.has("avx2") && cpu.has("fma"));
        Result lowered = finish(start(Map.of("OPENBLAS_CORETYPE", "Nehalem")));
        assertTrue(lowered.says("core=Nehalem"), lowered.output());
        assertTrue(lowered.says("warning=The environment variable OPENBLAS_CORETYPE=Nehalem"), lowered.output());
        List<String> logged =
                lowered.output().lines().filter(line -> line.contains(" WARN ")).toList();
        assertEquals(1, logged.size(), lowered.output());
        assertTrue(logged.get(0).contains("unset OPENBLAS_CORETYPE"), lowered.output());
    }

    @Test
    void noWarningAndNoWorkerThreadWithoutCause() throws Exception {
        Result plain = finish(start(Map.of("OPENBLAS_NUM_THREADS", "1")));
        assertEquals(0, plain.exitCode(), plain.output());
        assertTrue(plain.output().lines().anyMatch(line -> line.equals("warning=")), plain.output());
        assertTrue(plain.says("workers=0"), plain.output());
        assertFalse(plain.says(" WARN "), plain.output());
    }

    @Test
    void deniedNativeAccessIsExplained() throws Exception {
        Result denied = finish(start(Map.of(), "--illegal-native-access=deny"));
        assertEquals(1, denied.exitCode(), denied.output());
        assertTrue(denied.says("NativeLibraryException"), denied.output());
        assertTrue(denied.says("--enable-native-access=ALL-UNNAMED"), denied.output());
    }
}
