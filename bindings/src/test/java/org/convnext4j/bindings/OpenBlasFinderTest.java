package org.convnext4j.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OpenBlasFinderTest {
    private static final List<String> ABSENT = List.of("libopenblas-absent.so.0", "libopenblas-absent.so");

    @TempDir
    Path temp;

    private final Map<String, String> properties = new HashMap<>(Map.of(
            "os.name", System.getProperty("os.name"),
            "os.arch", System.getProperty("os.arch"),
            "java.io.tmpdir", System.getProperty("java.io.tmpdir")));
    private final Map<String, String> environment = new HashMap<>();

    private OpenBlasFinder finder(ClassLoader loader) {
        return new OpenBlasFinder(new Settings(properties::get, environment::get), loader, ABSENT);
    }

    private static ClassLoader ownLoader() {
        return OpenBlasFinderTest.class.getClassLoader();
    }

    private static ClassLoader loaderWithoutJar() {
        return ClassLoader.getPlatformClassLoader();
    }

    private String failure(ClassLoader loader) {
        return String.valueOf(
                assertThrows(NativeLibraryException.class, () -> finder(loader).find())
                        .getMessage());
    }

    private static void assertContains(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), () -> "no \"" + part + "\" in: " + text);
        }
    }

    @Test
    void aNamedFileThatIsMissingIsAnErrorAlthoughTheJarIsThere() {
        properties.put("convnext4j.openblas.path", temp.resolve("none.so").toString());
        assertContains(
                failure(ownLoader()),
                "system property convnext4j.openblas.path",
                temp.resolve("none.so").toString(),
                "no such file");
    }

    @Test
    void aNamedFileThatIsNoLibraryIsAnError() throws Exception {
        Path text = Files.writeString(temp.resolve("text.so"), "not a library");
        environment.put("CONVNEXT4J_OPENBLAS_PATH", text.toString());
        assertContains(failure(ownLoader()), "environment variable CONVNEXT4J_OPENBLAS_PATH", text.toString());
        environment.put("CONVNEXT4J_OPENBLAS_PATH", temp.toString());
        assertContains(failure(ownLoader()), temp.toString(), "it is not a file");
    }

    @Test
    void aNamedLibraryThatIsNotOpenBlasIsAnError() {
        properties.put("convnext4j.cache", temp.resolve("cache").toString());
        Path openBlas = Path.of(finder(ownLoader()).find().path());
        Path other = openBlas.resolveSibling("libgcc_s.so.1");
        if (Files.exists(other)) {
            properties.put("convnext4j.openblas.path", other.toString());
            assertContains(failure(ownLoader()), other.toString(), "no function cblas_sgemm");
        }
        properties.put("convnext4j.openblas.path", openBlas.toString());
        assertEquals(openBlas.toString(), finder(loaderWithoutJar()).find().path());
    }

    @Test
    void listsAllThatWasTried() {
        String classifier = Platform.classifierOf(System.getProperty("os.name"), System.getProperty("os.arch"));
        assertContains(
                failure(loaderWithoutJar()),
                "convnext4j.openblas.path and environment variable CONVNEXT4J_OPENBLAS_PATH (not set)",
                "class path (holds no org/bytedeco/openblas/",
                "installed libopenblas-absent.so.0",
                "installed libopenblas-absent.so ",
                "add the Maven dependency org.convnext4j:convnext4j-openblas-" + classifier,
                "-Dconvnext4j.openblas.path=FILE");
    }

    @Test
    void saysSoIfThereIsNoJarForThePlatform() {
        properties.put("os.arch", "riscv64");
        String message = failure(ownLoader());
        assertContains(message, "class path (no jar exists for ", "-riscv64)", "To mend it, install OpenBLAS, or name");
        assertFalse(message.contains("convnext4j-openblas"), message);
    }

    /** As in a build that stops before jars are made, and in a fat jar. */
    @Test
    void theVersionIsFoundInAFolderOfClassesAndMayBeAbsent() throws Exception {
        Platform platform = Platform.of("Mac OS X", "aarch64").orElseThrow();
        Path library = temp.resolve(PlatformFiles.resource(platform, "libopenblas.0.dylib"));
        Files.createDirectories(library.getParent());
        Files.writeString(library, "content");
        try (URLClassLoader loader = folderLoader()) {
            assertContains(folderName(loader, platform), "openblas-unversioned-macosx-arm64-");
        }
        Path version = temp.resolve("META-INF/maven/org.bytedeco/openblas/pom.properties");
        Files.createDirectories(version.getParent());
        Files.writeString(version, "version=1.2/3");
        try (URLClassLoader loader = folderLoader()) {
            assertContains(folderName(loader, platform), "openblas-1.2_3-macosx-arm64-");
        }
    }

    private URLClassLoader folderLoader() throws IOException {
        return new URLClassLoader(new URL[] {temp.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
    }

    private static String folderName(ClassLoader loader, Platform platform) throws IOException {
        return PlatformFiles.find(loader, platform).orElseThrow().folder();
    }

    @Test
    void unpacksToATemporaryFolderIfTheCacheCannotBeWritten() throws Exception {
        Path file = Files.createFile(temp.resolve("file"));
        Path fallback = Files.createDirectory(temp.resolve("tmp"));
        properties.put("convnext4j.cache", file.resolve("below").toString());
        properties.put("java.io.tmpdir", fallback.toString());
        assertTrue(Path.of(finder(ownLoader()).find().path()).startsWith(fallback));
    }

    @Test
    void unpacksOnceWhereTheCacheCannotBeWritten() throws Exception {
        Path file = Files.createFile(temp.resolve("file"));
        Path fallback = Files.createDirectory(temp.resolve("tmp"));
        properties.put("convnext4j.cache", file.resolve("below").toString());
        properties.put("java.io.tmpdir", fallback.toString());
        properties.put("user.name", "somebody");
        Path first = Path.of(finder(ownLoader()).find().path());
        assertTrue(first.startsWith(fallback.resolve("convnext4j-somebody")), first.toString());
        Object key = Files.readAttributes(first, BasicFileAttributes.class).fileKey();
        assertEquals(first.toString(), finder(ownLoader()).find().path());
        assertEquals(key, Files.readAttributes(first, BasicFileAttributes.class).fileKey());
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aFolderThatOthersMayWriteToIsNotTaken() throws Exception {
        Path planted = Files.createDirectory(temp.resolve("convnext4j-somebody"));
        Files.setPosixFilePermissions(planted, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThrows(IOException.class, () -> PrivateFolder.provide(temp, "convnext4j-somebody"));
        Files.createSymbolicLink(temp.resolve("link"), Files.createDirectory(temp.resolve("elsewhere")));
        assertThrows(IOException.class, () -> PrivateFolder.provide(temp, "link"));
        Path made = PrivateFolder.provide(temp, "own");
        assertEquals(made, PrivateFolder.provide(temp, "own"));
    }

    @Test
    void namesBothFoldersAndTheRemedyIfNoneCanBeWritten() throws Exception {
        Path file = Files.createFile(temp.resolve("file"));
        properties.put("convnext4j.cache", file.resolve("below").toString());
        properties.put("java.io.tmpdir", file.toString());
        assertContains(
                failure(ownLoader()),
                file.resolve("below").toString(),
                "nor to the temporary folder",
                "-Dconvnext4j.cache=FOLDER");
    }

    @Test
    void aDamagedCacheIsRepairedBeforeItIsLoaded() throws Exception {
        properties.put("convnext4j.cache", temp.resolve("cache").toString());
        PlatformFiles files = PlatformFiles.find(
                        ownLoader(),
                        Platform.of(System.getProperty("os.name"), System.getProperty("os.arch"))
                                .orElseThrow())
                .orElseThrow();
        Path folder = Files.createDirectories(temp.resolve("cache").resolve(files.folder()));
        for (NativeFile file : files.files()) {
            Files.writeString(folder.resolve(file.name()), "damaged");
        }
        assertTrue(finder(ownLoader()).find().info().config().startsWith("OpenBLAS 0.3.31"));
    }
}
