package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a checkout that looks built, with folders that look like JDKs: their java prints its arguments. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    @TempDir
    private Path temporary = Path.of("");

    private Path checkout = Path.of("");

    private record Result(int code, List<String> out, String err) {}

    @BeforeEach
    void checkOut() throws IOException {
        // Tests run in the module's folder.
        Path launcher = Path.of("").toAbsolutePath().resolveSibling("convnext");
        // A space, because users' folders have some.
        checkout = Files.createDirectories(temporary.resolve("a checkout")).toRealPath();
        Files.copy(launcher, checkout.resolve("convnext"), StandardCopyOption.COPY_ATTRIBUTES);
        Path target = Files.createDirectories(checkout.resolve("tools/target"));
        Files.writeString(target.resolve("convnext4j-tools-1.jar"), "");
        Files.writeString(target.resolve("other.jar"), "");
        Files.writeString(
                target.resolve("class-path"), target.resolve("other.jar").toString());
        Files.writeString(target.resolve("launcher-built"), checkout + "\n");
    }

    @Test
    void startsTheNamedJdkOnTheBuiltJars() throws Exception {
        Result result = launch(jdk("25.0.1"), "classify", "a picture.jpg");
        assertEquals(0, result.code(), result.err());
        Path target = checkout.resolve("tools/target");
        assertTrue(
                result.out().contains(target.resolve("convnext4j-tools-1.jar") + ":" + target.resolve("other.jar")),
                result.out().toString());
        assertTrue(
                result.out().contains("--enable-native-access=ALL-UNNAMED"),
                result.out().toString());
        int main = result.out().indexOf("org.convnext4j.tools.Main");
        assertEquals(
                List.of("classify", "a picture.jpg"),
                result.out().subList(main + 1, result.out().size()));
    }

    @Test
    void worksThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), checkout.resolve("convnext"));
        assertEquals(0, run(link, jdk("25"), "doctor").code());
    }

    @Test
    void refusesAnotherJdkThanTheOneItNeeds() throws Exception {
        for (String version : List.of("17.0.15", "24.0.2", "250", "2.5")) {
            Path jdk = jdk(version);
            Result result = launch(jdk, "doctor");
            assertEquals(1, result.code(), version);
            assertEquals("convnext: CONVNEXT_JAVA_HOME=" + jdk + " is not a JDK 25\n", result.err());
        }
    }

    @Test
    void asksForMavenWhereSomethingIsMissing() throws Exception {
        Files.delete(checkout.resolve("tools/target/other.jar"));
        Result result = launch(jdk("25.0.1"), "doctor");
        assertEquals(1, result.code());
        assertTrue(result.err().startsWith("convnext: this checkout is not built and Maven is not"), result.err());
    }

    private Path jdk(String version) throws IOException {
        Path jdk = Files.createDirectories(temporary.resolve("jdk " + version));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"none\"\nJAVA_VERSION=\"" + version + "\"\n");
        Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
        script(java, "printf '%s\\n' \"$@\"");
        return jdk;
    }

    private static void script(Path file, String command) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + command + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }

    private Result launch(Path jdk, String... args) throws IOException, InterruptedException {
        return run(checkout.resolve("convnext"), jdk, args);
    }

    private Result run(Path launcher, Path jdk, String... args) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", launcher.toString());
        builder.command().addAll(List.of(args));
        // Only what the launcher calls: a Maven on the real path would build.
        Path tools = Files.createDirectories(temporary.resolve("bin"));
        for (String tool : List.of("dirname", "readlink", "find", "head")) {
            script(tools.resolve(tool), "exec " + find(tool) + " \"$@\"");
        }
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("CONVNEXT_JAVA_HOME", jdk.toString());
        Path err = temporary.resolve("err");
        Process process = builder.redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        return new Result(process.exitValue(), out.lines().toList(), Files.readString(err));
    }

    private static Path find(String tool) {
        for (String folder : Objects.requireNonNull(System.getenv("PATH")).split(":", -1)) {
            Path file = Path.of(folder, tool);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        throw new AssertionError("there is no " + tool);
    }
}
