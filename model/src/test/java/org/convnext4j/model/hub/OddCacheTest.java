package org.convnext4j.model.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Caches that cannot be written, and those in which somebody has put links. A file in a folder's place stands for a
 * folder that cannot be written, because root may write everywhere.
 */
class OddCacheTest {
    private static final String WEIGHTS = "model.safetensors";
    private static final String KEPT = "a file of somebody's";

    @TempDir
    private Path folder;

    private final byte[] content = new byte[50_000];
    private FakeHub hub;
    private HubSettings settings;
    private Path model;

    @BeforeEach
    void start() throws IOException {
        new Random(6).nextBytes(content);
        hub = new FakeHub().put("config.json", "{\"model_type\": \"convnext\"}").put(WEIGHTS, content);
        settings = hub.settings(folder);
        model = settings.hubCache().resolve(FakeHub.FOLDER);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private Path fetch() {
        return ModelHub.of(settings).fetch(FakeHub.REPOSITORY).weights();
    }

    private static void replaceByFile(Path gone) throws IOException {
        try (var all = Files.walk(gone)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        Files.writeString(gone, "");
    }

    @Test
    void aWholeModelLoadsWhereNothingCanBeNotedWhileTheHubAnswers() throws IOException {
        fetch();
        replaceByFile(model.resolve(".no_exist"));
        replaceByFile(settings.hubCache().resolve(".locks"));
        assertArrayEquals(content, Files.readAllBytes(fetch()));
        replaceByFile(model.resolve("refs"));
        assertArrayEquals(content, Files.readAllBytes(fetch()));
    }

    @Test
    void whereAnUpdateCannotBeWrittenTheOldOneIsUsed() throws IOException {
        Path before = fetch();
        Path newer = model.resolve("snapshots").resolve("f".repeat(40));
        Files.writeString(newer, "no folder, so that nothing can be put in it");
        byte[] config = "{\"model_type\": \"convnext\"}".getBytes(StandardCharsets.UTF_8);
        hub.hubFaults.add(FakeHub.status(
                200,
                "X-Repo-Commit",
                "f".repeat(40),
                "ETag",
                '"' + FakeHub.etag("config.json", config) + '"',
                "Content-Length",
                String.valueOf(config.length)));
        assertEquals(before, fetch());
    }

    @Test
    void aModelThatIsNotThereNeedsACacheThatCanBeWritten() throws IOException {
        Files.createDirectories(settings.hubCache());
        Files.writeString(settings.hubCache().resolve(".locks"), "");
        HubException refusal = assertThrows(HubException.class, this::fetch);
        assertEquals(HubException.Reason.DISK, refusal.reason(), refusal.getMessage());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void linksInThePlaceOfLocksAreRefusedAndTheirTargetsLeftAlone() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), KEPT);
        Files.setLastModifiedTime(victim, FileTime.fromMillis(1000));
        for (Path target : List.of(victim, folder.resolve("not there"))) {
            Path lock = folder.resolve("lock");
            Files.deleteIfExists(lock);
            Files.createSymbolicLink(lock, target);
            assertThrows(IOException.class, () -> JavaFileLock.tryTake(lock));
            if (LinuxFileLock.isUsable()) {
                IOException refusal = assertThrows(IOException.class, () -> LinuxFileLock.tryTake(lock));
                assertTrue(String.valueOf(refusal.getMessage()).contains("symbolic link"), refusal.getMessage());
            }
        }
        Path planted = settings.hubCache().resolve(".locks").resolve(FakeHub.FOLDER);
        Files.createDirectories(planted);
        Files.createSymbolicLink(planted.resolve(FakeHub.etag(WEIGHTS, content) + ".lock"), victim);
        HubException refusal = assertThrows(HubException.class, this::fetch);
        assertEquals(HubException.Reason.DISK, refusal.reason());
        assertEquals(KEPT, Files.readString(victim));
        assertEquals(1000, Files.getLastModifiedTime(victim).toMillis());
        assertFalse(Files.exists(folder.resolve("not there")));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void linksInThePlaceOfDownloadsAreRemovedAndTheirTargetsLeftAlone() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), KEPT);
        Path blobs = Files.createDirectories(model.resolve("blobs"));
        Path incomplete = blobs.resolve(FakeHub.etag(WEIGHTS, content) + ".incomplete");
        Files.createSymbolicLink(incomplete, victim);
        assertArrayEquals(content, Files.readAllBytes(fetch()));
        assertEquals(KEPT, Files.readString(victim));
        replaceByNothing();
        Files.createDirectories(blobs);
        Files.createLink(incomplete, victim);
        assertArrayEquals(content, Files.readAllBytes(fetch()));
        assertEquals(KEPT, Files.readString(victim));
        assertTrue(Files.isRegularFile(blobs.resolve(FakeHub.etag(WEIGHTS, content)), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aLinkInThePlaceOfANoteIsNotFollowed() throws IOException {
        Path marks = Files.createDirectories(model.resolve(".no_exist").resolve(FakeHub.COMMIT));
        Path elsewhere = folder.resolve("elsewhere");
        Files.createSymbolicLink(marks.resolve("preprocessor_config.json"), elsewhere);
        assertArrayEquals(content, Files.readAllBytes(fetch()));
        assertFalse(Files.exists(elsewhere));
    }

    private void replaceByNothing() throws IOException {
        replaceByFile(model);
        Files.delete(model);
    }

    @Test
    void aLockIsStillALock() throws IOException {
        Path lock = folder.resolve("Schlo\u00df.lock");
        if (LinuxFileLock.isUsable()) {
            try (Closeable held = LinuxFileLock.tryTake(lock).orElseThrow()) {
                assertNotNull(held);
                assertTrue(Files.exists(lock), "the name is the one Java knows");
                assertTrue(LinuxFileLock.tryTake(lock).isEmpty());
            }
        }
    }
}
