package org.convnext4j.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
    @ParameterizedTest
    @CsvSource({
        "Linux,amd64,linux-x86_64", "Linux,aarch64,linux-arm64", "Mac OS X,aarch64,macosx-arm64",
        "Mac OS X,x86_64,macosx-x86_64", "Windows 11,amd64,windows-x86_64", "Windows Server 2022,amd64,windows-x86_64"
    })
    void everyPlatformHasAllItsFilesOnTheClassPath(String os, String arch, String classifier) throws Exception {
        Platform platform = Platform.of(os, arch).orElseThrow();
        assertEquals(classifier, platform.classifier());
        PlatformFiles files = PlatformFiles.find(PlatformTest.class.getClassLoader(), platform)
                .orElseThrow();
        List<String> names = files.files().stream().map(NativeFile::name).toList();
        assertEquals(platform.files(), names);
        assertTrue(names.get(names.size() - 1).startsWith("libopenblas."), names::toString);
        assertTrue(
                files.folder().matches("openblas-0\\.3\\.31-1\\.5\\.13-" + classifier + "-[0-9a-f]{16}"),
                files.folder());
    }

    @ParameterizedTest
    @CsvSource({"Linux,riscv64,linux-riscv64", "Windows 11,aarch64,windows-arm64", "SunOS,sparc,sunos-sparc"})
    void unknownPlatformsHaveANameButNoFiles(String os, String arch, String classifier) {
        assertEquals(Optional.empty(), Platform.of(os, arch));
        assertEquals(classifier, Platform.classifierOf(os, arch));
    }

    @Test
    void theCacheLiesWhereTheUserOrTheSystemSays() {
        assertEquals(Path.of("/p"), root(Map.of("convnext4j.cache", "/p"), Map.of("CONVNEXT4J_CACHE", "/e")));
        assertEquals(
                Path.of("/e"),
                root(Map.of("os.name", "Linux"), Map.of("CONVNEXT4J_CACHE", "/e", "XDG_CACHE_HOME", "/x")));
        Map<String, String> linux = Map.of("os.name", "Linux", "user.home", "/home/u");
        assertEquals(Path.of("/x/convnext4j"), root(linux, Map.of("XDG_CACHE_HOME", "/x")));
        assertEquals(Path.of("/home/u/.cache/convnext4j"), root(linux, Map.of("XDG_CACHE_HOME", "relative")));
        Map<String, String> mac = Map.of("os.name", "Mac OS X", "user.home", "/Users/u");
        assertEquals(Path.of("/Users/u/Library/Caches/convnext4j"), root(mac, Map.of("XDG_CACHE_HOME", "/x")));
        assertEquals(Path.of("/l/convnext4j"), root(Map.of("os.name", "Windows 11"), Map.of("LOCALAPPDATA", "/l")));
    }

    /** As in Python: a job's HOME counts more than the account's folder, which is what Java says. */
    @Test
    void theEnvironmentsHomeComesBeforeJavas() {
        Map<String, String> linux = Map.of("os.name", "Linux", "user.home", "/home/u");
        assertEquals(Path.of("/job/.cache/convnext4j"), root(linux, Map.of("HOME", "/job", "USERPROFILE", "/w")));
        assertEquals(Path.of("/home/u/.cache/convnext4j"), root(linux, Map.of("HOME", " ")));
        assertEquals(Path.of("/home/u/.cache/convnext4j"), root(linux, Map.of("HOME", "relative")));
        assertEquals(Path.of("/x/convnext4j"), root(linux, Map.of("HOME", "/job", "XDG_CACHE_HOME", "/x")));
        Map<String, String> mac = Map.of("os.name", "Mac OS X", "user.home", "/Users/u");
        assertEquals(Path.of("/job/Library/Caches/convnext4j"), root(mac, Map.of("HOME", "/job")));
        Map<String, String> windows = Map.of("os.name", "Windows 11", "user.home", "/Users/u");
        assertEquals(
                Path.of("/w/AppData/Local/convnext4j"), root(windows, Map.of("HOME", "/job", "USERPROFILE", "/w")));
        assertEquals(Optional.of(Path.of("/job")), UserHome.of(Map.of("HOME", "/job")::get, name -> null));
        assertEquals(Optional.empty(), UserHome.of(Map.of("HOME", "a\0b")::get, name -> null));
    }

    @Test
    void aHomeOfQuestionMarkIsNoHome() {
        Settings settings = new Settings(Map.of("os.name", "Linux", "user.home", "?")::get, name -> null);
        assertEquals(Optional.empty(), CacheRoot.choose(settings));
    }

    private static Path root(Map<String, String> properties, Map<String, String> environment) {
        return CacheRoot.choose(new Settings(properties::get, environment::get)).orElseThrow();
    }
}
