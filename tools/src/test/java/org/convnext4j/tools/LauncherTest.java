package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a checkout that looks built, with folders that look like JDKs: their java prints its arguments. */
@DisabledOnOs(OS.WINDOWS)
@Tag("slow")
class LauncherTest {
    private static final List<String> TOOLS = List.of(
            "cat",
            "date",
            "dirname",
            "find",
            "head",
            "mkdir",
            "mv",
            "ps",
            "readlink",
            "rm",
            "rmdir",
            "sed",
            "sh",
            "sleep",
            "uname");

    /** What a build leaves. */
    private static final String BUILD = "echo >tools/target/other.jar";

    @TempDir
    private Path temporary = Path.of("");

    private Path checkout = Path.of("");
    private Map<String, String> environment = Map.of();

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

    @Test
    void startsJavaInALocaleWhoseFileNamesAreUtf8() throws Exception {
        Path jdk = jdk("25.0.1");
        script(jdk.resolve("bin/java"), "printf '%s\\n' \"LC_ALL=${LC_ALL:-}\"");
        for (Map<String, String> ascii : List.of(
                Map.<String, String>of(),
                Map.of("LC_ALL", "C"),
                Map.of("LC_ALL", "POSIX", "LANG", "de_DE.UTF-8"),
                Map.of("LC_CTYPE", "C"),
                Map.of("LANG", "xx_XX.UTF-8", "CHARMAP", "ANSI_X3.4-1968"))) {
            environment = ascii;
            assertEquals(List.of("LC_ALL=C.UTF-8"), launch(jdk, "doctor").out(), ascii.toString());
        }
        environment = Map.of("LANG", "de_DE.ISO-8859-1", "CHARMAP", "ISO-8859-1");
        assertEquals(List.of("LC_ALL="), launch(jdk, "doctor").out(), "an encoding that somebody chose stays");
    }

    @Test
    void whereNothingCanBeWrittenItSaysSoAtOnce() throws Exception {
        Path target = checkout.resolve("tools/target");
        Files.move(target, temporary.resolve("away"));
        Files.writeString(target, "a file, so that not even root can write there");
        Result result = launch(jdk("25.0.1"), "doctor");
        assertEquals(1, result.code());
        assertTrue(
                result.err()
                        .startsWith(
                                "convnext: this checkout is not built and " + target + " cannot be written; make room"),
                result.err());
        assertEquals(1, result.err().lines().count(), result.err());
    }

    @Test
    void whatIsBuiltRunsWithoutTheRightToWrite() throws Exception {
        Path target = checkout.resolve("tools/target");
        Path pom = Files.writeString(checkout.resolve("pom.xml"), "");
        Files.setLastModifiedTime(pom, FileTime.from(Instant.now().plusSeconds(60)));
        assertTrue(target.toFile().setWritable(false));
        try {
            assumeFalse(Files.isWritable(target), "root may write everywhere");
            Result result = launch(jdk("25.0.1"), "doctor");
            assertEquals(0, result.code(), result.err());
            assertTrue(
                    result.err().startsWith("convnext: note: " + pom + " is newer than the build, which runs"),
                    result.err());
            Path jar = target.resolve("other.jar");
            assertTrue(jar.toFile().setReadable(false));
            result = launch(jdk("25.0.1"), "doctor");
            assertEquals(1, result.code());
            assertTrue(result.err().startsWith("convnext: " + jar + ", which this checkout was"), result.err());
        } finally {
            assertTrue(target.toFile().setWritable(true));
        }
    }

    @Test
    void buildsWithMavenAndTellsEachStep() throws Exception {
        maven(String.join(
                "\n",
                "echo '[INFO] Building convnext4j-engine 0.1.0-SNAPSHOT                 [2/3]'",
                "echo 'Downloading from central: https://repo/a.jar'",
                "echo 'Downloading from central: https://repo/b.jar'",
                "echo '[INFO] Building jar: /elsewhere/a.jar'",
                "echo '[INFO] Building convnext4j-tools 0.1.0-SNAPSHOT                  [3/3]'",
                BUILD));
        Result result = launch(jdk("25.0.1"), "doctor");
        assertEquals(0, result.code(), result.err());
        assertEquals(
                List.of(
                        "convnext: building (a minute or two the first time)",
                        "convnext: N s  convnext4j-engine, 2 of 3",
                        "convnext: N s  fetching jars that Maven does not have yet",
                        "convnext: N s  convnext4j-tools, 3 of 3",
                        "convnext: N s  an archive of classes, with which Java starts faster",
                        "convnext: N s  built"),
                result.err()
                        .lines()
                        .map(line -> line.replaceFirst(" +\\d+ s ", " N s "))
                        .toList());
        assertFalse(Files.exists(checkout.resolve("tools/target/launcher-lock")));
        Path log = checkout.resolve("tools/target/launcher-build.log");
        assertTrue(Files.readString(log).contains("a.jar\nDownloading from central: https://repo/b.jar"));
    }

    @Test
    void aBuildThatFailsSaysWhyWithoutColoursAndWhereItsLogIs() throws Exception {
        Path log = checkout.resolve("tools/target/launcher-build.log");
        maven("exit 1");
        Result failed = launch(jdk("25.0.1"), "doctor");
        assertEquals(1, failed.code());
        assertTrue(
                failed.err()
                        .contains("\nred words\nconvnext: the build failed; all that Maven said is in " + log + " ("),
                failed.err());
        assertFalse(failed.err().contains("\033"), failed.err());

        maven("echo '[INFO] much'\nprintf '[\\033[31mERROR\\033[0m] what is wrong\\n'\nexit 1");
        failed = launch(jdk("25.0.1"), "doctor");
        assertEquals(1, failed.code());
        assertTrue(failed.err().contains("\n[ERROR] what is wrong\nconvnext: the build failed"), failed.err());
        assertFalse(failed.err().contains("much"), failed.err());
        assertTrue(Files.readString(log).contains("[INFO] much"));
    }

    @Test
    void theJarsOfSourcesAndDocumentationAreNotRun() throws Exception {
        Path target = checkout.resolve("tools/target");
        for (String kind : List.of("javadoc", "sources")) {
            Files.writeString(target.resolve("convnext4j-tools-1-" + kind + ".jar"), "");
        }
        Result result = launch(jdk("25.0.1"), "doctor");
        assertEquals(0, result.code(), result.err());
        assertTrue(
                result.out().contains(target.resolve("convnext4j-tools-1.jar") + ":" + target.resolve("other.jar")),
                result.out().toString());
    }

    /** A folder that looks like an unpacked release archive: no JDK is found or asked for, nor Maven. */
    @Test
    void aReleaseArchiveRunsOnItsOwnJava() throws Exception {
        Path folder = Files.createDirectories(temporary.resolve("a release")).toRealPath();
        Files.copy(checkout.resolve("convnext"), folder.resolve("convnext"), StandardCopyOption.COPY_ATTRIBUTES);
        Path lib = Files.createDirectories(folder.resolve("lib"));
        Files.writeString(lib.resolve("convnext4j-tools-1.jar"), "");
        Files.writeString(lib.resolve("other.jar"), "");
        Files.move(jdk("25"), folder.resolve("runtime"));
        Result result = run(folder.resolve("convnext"), temporary.resolve("no JDK"), "demo", "two words");
        assertEquals(0, result.code(), result.err());
        assertTrue(
                result.out()
                        .contains(lib.resolve("convnext4j-tools-1.jar") + ":" + lib.resolve("convnext4j-tools-1.jar")
                                + ":" + lib.resolve("other.jar")),
                result.out().toString());
        int main = result.out().indexOf("org.convnext4j.tools.Main");
        assertEquals(
                List.of("demo", "two words"),
                result.out().subList(main + 1, result.out().size()));
    }

    /** The number of a process that has ended, then that of another one, and no number at all. */
    @Test
    void aLockThatAKilledLauncherLeftIsTakenOver() throws Exception {
        Path lock = checkout.resolve("tools/target/launcher-lock");
        Process ended = new ProcessBuilder("/bin/sh", "-c", "exit 0").start();
        ended.waitFor();
        long self = ProcessHandle.current().pid();
        for (String signature :
                List.of(ended.pid() + "\n17\n" + machine() + "\n", self + "\n17\n" + machine() + "\n", "")) {
            maven(BUILD);
            Files.createDirectories(lock);
            if (!signature.isEmpty()) {
                Files.writeString(lock.resolve("launcher"), signature);
            }
            Result result = launch(jdk("25.0.1"), "doctor");
            assertEquals(0, result.code(), result.err());
            assertFalse(Files.exists(lock));
        }
    }

    /** Two at once, and one whose launcher is killed while its Maven goes on: the next one waits for that Maven. */
    @Test
    void twoBuildsDoNotMeet() throws Exception {
        Path log = checkout.resolve("runs");
        maven("echo begin >>runs\nsleep 3\n" + BUILD + "\necho end >>runs");
        Path jdk = jdk("25.0.1");
        Process first = start(checkout.resolve("convnext"), jdk, temporary.resolve("first"), "doctor");
        waitFor(log);
        Result second = launch(jdk, "doctor");
        assertEquals(0, second.code(), second.err());
        assertTrue(second.err().startsWith("convnext: waiting for process " + first.pid() + " on "), second.err());
        assertEquals(0, first.waitFor());
        assertEquals(List.of("begin", "end"), Files.readAllLines(log), "the second has nothing to build");

        Files.delete(log);
        Files.writeString(checkout.resolve("pom.xml"), "newer than what is built");
        Process killed = start(checkout.resolve("convnext"), jdk, temporary.resolve("first"), "doctor");
        waitFor(log);
        killed.destroyForcibly().waitFor();
        assertEquals(0, launch(jdk, "doctor").code());
        assertEquals(List.of("begin", "end", "begin", "end"), Files.readAllLines(log));
    }

    private static void waitFor(Path file) throws InterruptedException {
        for (int i = 0; i < 600 && !Files.exists(file); i++) {
            Thread.sleep(50);
        }
        assertTrue(Files.exists(file), file.toString());
    }

    private static String machine() throws IOException {
        Process process = new ProcessBuilder("uname", "-n").start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** A Maven that writes colour codes, for a checkout of which a jar is missing. */
    private void maven(String commands) throws IOException {
        Files.deleteIfExists(checkout.resolve("tools/target/other.jar"));
        Path tools = Files.createDirectories(temporary.resolve("bin"));
        String colours = "printf '\\033[31mred words\\033[0m\\n'\nprintf '\\033[0m' >&2\n";
        script(tools.resolve("mvn"), colours + commands);
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
        Path err = temporary.resolve("err");
        Process process = start(launcher, jdk, err, args);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        return new Result(process.exitValue(), out.lines().toList(), Files.readString(err));
    }

    private Process start(Path launcher, Path jdk, Path err, String... args) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", launcher.toString());
        builder.command().addAll(List.of(args));
        // Only what the launcher calls: a Maven on the real path would build.
        Path tools = Files.createDirectories(temporary.resolve("bin"));
        for (String tool : TOOLS) {
            script(tools.resolve(tool), "exec " + find(tool) + " \"$@\"");
        }
        script(
                tools.resolve("locale"),
                "case ${LC_ALL:-} in C.UTF-8) echo UTF-8 ;; *) echo \"${CHARMAP:-UTF-8}\" ;; esac");
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("CONVNEXT_JAVA_HOME", jdk.toString());
        return builder.redirectError(err.toFile()).start();
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
