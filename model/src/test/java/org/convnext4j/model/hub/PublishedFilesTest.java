package org.convnext4j.model.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.convnext4j.model.image.Preset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Single files of torchvision and the authors, in PyTorch's cache. */
class PublishedFilesTest {
    private static final String TORCHVISION = "ConvNeXt_Tiny_Weights.IMAGENET1K_V1";
    private static final String FACEBOOK = "convnext_tiny_22k_1k_384.pth";

    @TempDir
    private Path folder;

    private FakeHub hub;
    private HubSettings settings;

    @BeforeEach
    void start() throws IOException {
        hub = new FakeHub();
        settings = hub.settings(folder);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private ModelFiles fetch(String name) {
        return ModelHub.of(settings).fetch(name);
    }

    @Test
    void aFileWhoseNameTellsAnotherHashIsRefused() {
        hub.put("convnext_tiny-983f1562.pth", "no such hash");
        HubException refusal = assertThrows(HubException.class, () -> fetch(TORCHVISION));
        assertEquals(HubException.Reason.DAMAGED, refusal.reason());
        assertTrue(String.valueOf(refusal.getMessage()).contains("instead of 983f1562"), refusal.getMessage());
        assertFalse(Files.exists(settings.torchCheckpoints().resolve("convnext_tiny-983f1562.pth")));
    }

    @Test
    void theHashInANameIsThatOfTheContent() throws IOException {
        byte[] content = {1, 2, 3};
        Path file = Files.write(folder.resolve("content"), content);
        String hash = FakeHub.hash("SHA-256", content);
        assertEquals(Optional.empty(), RemoteFile.bySha256(hash.substring(0, 8)).fault(file));
        assertTrue(RemoteFile.bySha256("00000000").fault(file).isPresent());
    }

    @Test
    void aFileWithoutAHashIsFetchedAndKept() throws IOException {
        byte[] content = new byte[5000];
        hub.put(FACEBOOK, content);
        ModelFiles files = fetch(FACEBOOK);
        assertEquals(settings.torchCheckpoints().resolve(FACEBOOK), files.weights());
        assertArrayEquals(content, Files.readAllBytes(files.weights()));
        assertEquals(Optional.of(Preset.SQUASH_384.preprocessor()), files.preprocessor());
        assertEquals(
                List.of("/" + FACEBOOK),
                hub.requests.stream().map(FakeHub.Request::path).distinct().toList());
        hub.close();
        assertEquals(files, fetch(FACEBOOK));
    }

    @Test
    void whatPyTorchFetchedIsUsedWithoutARequest() throws IOException {
        Files.createDirectories(settings.torchCheckpoints());
        Path there = Files.write(settings.torchCheckpoints().resolve("convnext_tiny-983f1562.pth"), new byte[9]);
        ModelFiles files = fetch(TORCHVISION);
        assertEquals(there, files.weights());
        assertEquals(Optional.of(Preset.TORCHVISION_TINY.preprocessor()), files.preprocessor());
        assertEquals(List.of(), hub.requests);
    }

    @Test
    void aBrokenDownloadGoesOn() throws IOException {
        byte[] content = new byte[50_000];
        hub.put(FACEBOOK, content);
        // One for the question, so that the cut is of the content.
        hub.storageFaults.add(FakeHub::send);
        hub.storageFaults.add(FakeHub.cutAfter(20_000));
        assertArrayEquals(content, Files.readAllBytes(fetch(FACEBOOK).weights()));
        assertEquals("bytes=20000-", hub.requests.get(hub.requests.size() - 1).range());
    }

    @Test
    void theHubsTokenIsNotForOthers() {
        hub.put(FACEBOOK, new byte[10]);
        settings = new HubSettings(
                settings.hubCache(),
                settings.torchCheckpoints(),
                settings.endpoint(),
                settings.torchvision(),
                settings.facebook(),
                Optional.of(new Token("hf_secret")),
                false,
                settings.patience());
        fetch(FACEBOOK);
        hub.requests.forEach(request -> assertNull(request.authorization(), request.toString()));
    }

    @Test
    void aFileThatIsGone() {
        HubException refusal = assertThrows(HubException.class, () -> fetch(FACEBOOK));
        assertEquals(HubException.Reason.ABSENT, refusal.reason());
    }

    @Test
    void offline() {
        settings = new HubSettings(
                settings.hubCache(),
                settings.torchCheckpoints(),
                settings.endpoint(),
                settings.torchvision(),
                settings.facebook(),
                Optional.empty(),
                true,
                settings.patience());
        HubException refusal = assertThrows(HubException.class, () -> fetch(TORCHVISION));
        assertEquals(HubException.Reason.OFFLINE, refusal.reason());
        assertEquals(List.of(), hub.requests);
    }
}
