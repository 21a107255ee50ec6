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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server can do wrong, and what is in the cache afterwards. */
class DownloadTest {
    private static final int SIZE = 300_007;
    private static final String WEIGHTS = "model.safetensors";

    @TempDir
    private Path folder;

    private final byte[] content = new byte[SIZE];
    private FakeHub hub;
    private HubSettings settings;

    @BeforeEach
    void start() throws IOException {
        new Random(5).nextBytes(content);
        hub = new FakeHub().put("config.json", "{\"model_type\": \"convnext\"}").put(WEIGHTS, content);
        settings = hub.settings(folder);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private ModelFiles fetch() {
        return ModelHub.of(settings).fetch(FakeHub.REPOSITORY);
    }

    private HubException refused(HubException.Reason reason, String... parts) throws IOException {
        HubException refusal = assertThrows(HubException.class, this::fetch);
        assertEquals(reason, refusal.reason(), refusal.getMessage());
        for (String part : parts) {
            assertTrue(String.valueOf(refusal.getMessage()).contains(part), refusal.getMessage());
        }
        assertFalse(Files.exists(snapshot()), "nothing may be used");
        assertFalse(Files.exists(blob()), "nothing may look whole");
        return refusal;
    }

    private Path snapshot() {
        return settings.hubCache()
                .resolve(FakeHub.FOLDER)
                .resolve("snapshots")
                .resolve(FakeHub.COMMIT)
                .resolve(WEIGHTS);
    }

    private Path blob() {
        return settings.hubCache().resolve(FakeHub.FOLDER).resolve("blobs").resolve(FakeHub.etag(WEIGHTS, content));
    }

    private Path incomplete() {
        return blob().resolveSibling(blob().getFileName() + ".incomplete");
    }

    private void assertWhole(ModelFiles files) throws IOException {
        assertEquals(snapshot(), files.weights());
        assertArrayEquals(content, Files.readAllBytes(files.weights()));
        assertFalse(Files.exists(incomplete()), "the incomplete file became the blob");
    }

    private List<String> ranges() {
        return hub.requests.stream()
                .filter(request ->
                        request.method().equals("GET") && request.path().startsWith("/large/"))
                .map(request -> String.valueOf(request.range()))
                .toList();
    }

    private void patient(Duration stall, int attempts) {
        settings = new HubSettings(
                settings.hubCache(),
                settings.torchCheckpoints(),
                settings.endpoint(),
                settings.torchvision(),
                settings.facebook(),
                settings.token(),
                false,
                new Patience(Duration.ofSeconds(60), stall, attempts, Duration.ofMillis(1)));
    }

    @Test
    void anUndisturbedDownload() throws IOException {
        assertWhole(fetch());
        assertEquals(List.of("null"), ranges());
    }

    @Test
    void aCutConnectionGoesOnWhereItBroke() throws IOException {
        hub.storageFaults.add(FakeHub.cutAfter(100_000));
        hub.storageFaults.add(FakeHub.cutAfter(50_000));
        assertWhole(fetch());
        assertEquals(List.of("null", "bytes=100000-", "bytes=150000-"), ranges());
    }

    @Test
    void manyCutsAreBorneAsLongAsEachBringsSomething() throws IOException {
        for (int i = 0; i < 20; i++) {
            hub.storageFaults.add(FakeHub.cutAfter(10_000));
        }
        assertWhole(fetch());
        assertEquals(21, ranges().size());
    }

    @Test
    void whatAnEarlierProcessLeftIsNotFetchedAgain() throws IOException {
        hub.storageFaults.add(FakeHub.cutAfter(200_000));
        patient(Duration.ofSeconds(60), 1);
        refused(HubException.Reason.UNREACHABLE, FakeHub.REPOSITORY, WEIGHTS, "ask again");
        assertEquals(200_000, Files.size(incomplete()));
        assertWhole(fetch());
        assertEquals(List.of("null", "bytes=200000-"), ranges());
    }

    @Test
    void aWrongBeginningIsThrownAwayOnce() throws IOException {
        Files.createDirectories(incomplete().getParent());
        Files.write(incomplete(), new byte[1000]);
        assertWhole(fetch());
        assertEquals(List.of("bytes=1000-", "null"), ranges());
    }

    @Test
    void aBeginningLongerThanTheFileIsThrownAway() throws IOException {
        Files.createDirectories(incomplete().getParent());
        Files.write(incomplete(), new byte[SIZE + 1]);
        assertWhole(fetch());
        assertEquals(List.of("null"), ranges());
    }

    @Test
    void aWholeButUnverifiedFileIsVerified() throws IOException {
        Files.createDirectories(incomplete().getParent());
        Files.write(incomplete(), content);
        assertWhole(fetch());
        assertEquals(List.of(), ranges());
    }

    @Test
    void aServerThatIgnoresRangesSendsAllAgain() throws IOException {
        hub.storageFaults.add(FakeHub.cutAfter(100_000));
        hub.storageFaults.add(FakeHub.whole(content));
        assertWhole(fetch());
    }

    @Test
    void aRangeThatWasNotAskedForIsNotUsed() throws IOException {
        hub.storageFaults.add(FakeHub.cutAfter(100_000));
        hub.storageFaults.add((exchange, bytes) -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 5-" + (SIZE - 1) + "/" + SIZE);
            exchange.sendResponseHeaders(206, SIZE - 5);
            exchange.getResponseBody().write(bytes, 5, SIZE - 5);
        });
        assertWhole(fetch());
        assertEquals(List.of("null", "bytes=100000-", "null"), ranges());
    }

    @Test
    void aRangeThatTheServerDoesNotHaveIsAskedForFromTheStart() throws IOException {
        hub.storageFaults.add(FakeHub.cutAfter(100_000));
        hub.storageFaults.add(FakeHub.status(416));
        assertWhole(fetch());
    }

    @Test
    void wrongBytesAreNotKept() throws IOException {
        byte[] wrong = content.clone();
        wrong[SIZE / 2] ^= 1;
        hub.storageFaults.add(FakeHub.whole(wrong));
        refused(HubException.Reason.DAMAGED, WEIGHTS, "SHA-256", FakeHub.etag(WEIGHTS, content));
        assertFalse(Files.exists(incomplete()), "wrong bytes must not be the beginning of the next attempt");
        assertWhole(fetch());
    }

    @Test
    void wrongBytesOfASmallFileAreNotKept() {
        hub.hubFaults.add(FakeHub.status(
                200,
                "X-Repo-Commit",
                FakeHub.COMMIT,
                "ETag",
                '"' + FakeHub.hash("SHA-1", new byte[] {7}) + '"',
                "Content-Length",
                "26"));
        HubException refusal = assertThrows(HubException.class, this::fetch);
        assertEquals(HubException.Reason.DAMAGED, refusal.reason(), refusal.getMessage());
        assertTrue(String.valueOf(refusal.getMessage()).contains("Git hash"), refusal.getMessage());
    }

    @Test
    void aWrongSizeIsNotBelieved() throws IOException {
        hub.storageFaults.add(FakeHub.whole(Arrays.copyOf(content, SIZE - 1)));
        refused(HubException.Reason.DAMAGED, WEIGHTS, (SIZE - 1) + " bytes", SIZE + " it announced");
    }

    @Test
    void moreThanWasPromisedIsCutOff() throws IOException {
        hub.storageFaults.add(FakeHub.chunked(new byte[50 * SIZE]));
        refused(HubException.Reason.DAMAGED, WEIGHTS, "more bytes");
        assertFalse(Files.exists(incomplete()));
    }

    @Test
    void lessThanWasPromisedInPiecesIsACut() throws IOException {
        hub.storageFaults.add(FakeHub.chunked(Arrays.copyOf(content, 1000)));
        assertWhole(fetch());
        assertEquals(List.of("null", "bytes=1000-"), ranges());
    }

    @Test
    void aStallIsNoticedAndTheRestIsFetched() throws IOException {
        patient(Duration.ofMillis(300), 10);
        hub.storageFaults.add(hub.stallAfter(100_000));
        assertWhole(fetch());
        assertTrue(ranges().contains("bytes=100000-"), ranges().toString());
    }

    @Test
    void aServerThatIsSilentFromTheStartIsGivenUp() throws IOException {
        patient(Duration.ofMillis(300), 2);
        FakeHub.Fault silence = (exchange, bytes) -> hub.stallAfter(0).answer(exchange, bytes);
        hub.storageFaults.add(silence);
        hub.storageFaults.add(silence);
        refused(HubException.Reason.UNREACHABLE, "nothing came for 300 ms", "2 attempts");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void aFaultThatPassesIsWaitedFor(int status) throws IOException {
        hub.hubFaults.add(FakeHub.status(status));
        hub.storageFaults.add(FakeHub.status(status, "Retry-After", "0"));
        hub.storageFaults.add(FakeHub.status(status, "Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"));
        assertWhole(fetch());
    }

    @Test
    void aFaultThatDoesNotPassIsGivenUp() throws IOException {
        for (int i = 0; i < 3; i++) {
            hub.storageFaults.add(FakeHub.status(503));
        }
        refused(HubException.Reason.UNREACHABLE, "status 503", "3 attempts");
        assertEquals(3, ranges().size());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 418})
    void aRefusalIsNotTriedAgain(int status) throws IOException {
        hub.storageFaults.add(FakeHub.status(status));
        refused(HubException.Reason.REFUSED, WEIGHTS, "status " + status);
        assertEquals(1, ranges().size());
    }

    @Test
    void redirectionsInACircleAreGivenUp() throws IOException {
        for (int i = 0; i < 20; i++) {
            hub.storageFaults.add(FakeHub.status(302, "Location", "/large/" + WEIGHTS));
        }
        refused(HubException.Reason.REFUSED, "redirects more than 10 times");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://127.0.0.1/x", "http:nothing", "::::"})
    void redirectionsElsewhereAreNotFollowed(String location) throws IOException {
        hub.storageFaults.add(FakeHub.status(302, "Location", location));
        refused(HubException.Reason.REFUSED, "redirects to");
    }

    @Test
    void theTokenGoesToTheHubOnly() throws IOException {
        settings = new HubSettings(
                settings.hubCache(),
                settings.torchCheckpoints(),
                settings.endpoint(),
                settings.torchvision(),
                settings.facebook(),
                Optional.of(new Token("hf_secret")),
                false,
                settings.patience());
        assertWhole(fetch());
        for (FakeHub.Request request : hub.requests) {
            if (request.path().startsWith("/large/")) {
                assertNull(request.authorization(), request.toString());
            } else {
                assertEquals("Bearer hf_secret", request.authorization(), request.toString());
            }
        }
        assertFalse(settings.toString().contains("secret"), settings.toString());
    }

    @Test
    void aRelativeRedirectionOfARenamedModelIsFollowed() throws IOException {
        String target = "/" + FakeHub.REPOSITORY + "/resolve/main/config.json";
        hub.hubFaults.add(FakeHub.status(307, "Location", target));
        assertWhole(fetch());
    }

    @Test
    void aFullDiskIsNoticedBefore() throws IOException {
        ModelHub small = new ModelHub(settings, at -> 16 << 20, Files::createSymbolicLink);
        HubException refusal = assertThrows(HubException.class, () -> small.fetch(FakeHub.REPOSITORY));
        assertEquals(HubException.Reason.DISK, refusal.reason());
        assertTrue(String.valueOf(refusal.getMessage()).contains("make room"), refusal.getMessage());
        assertTrue(hub.paths("GET").isEmpty(), hub.requests.toString());
        ModelHub unknown = new ModelHub(settings, at -> 0, Files::createSymbolicLink);
        assertWhole(unknown.fetch(FakeHub.REPOSITORY));
    }

    @Test
    void sizesNoModelHasAreRefusedBeforeAnythingIsFetched() throws IOException {
        hub.headers.put("X-Linked-Size", "99999999999999");
        refused(HubException.Reason.REFUSED, WEIGHTS, "99999999999999 bytes");
        hub.headers.put("X-Linked-Size", "18446744073709551615");
        refused(HubException.Reason.REFUSED, WEIGHTS, "18446744073709551615 bytes");
        assertEquals(List.of(), ranges());
    }

    @Test
    void aFolderThatCannotBeWrittenIsSaidSo() throws IOException {
        Files.writeString(folder.resolve("hub"), "a file where the cache should be");
        refused(HubException.Reason.DISK, "hub");
    }

    @Test
    void aTagThatIsNoFileNameIsRefused() throws IOException {
        hub.headers.put("X-Linked-Etag", "\"../../../outside\"");
        refused(HubException.Reason.REFUSED, "../../../outside");
        try (Stream<Path> all = Files.walk(folder)) {
            assertTrue(all.noneMatch(path -> path.endsWith("outside")));
        }
    }

    @Test
    void anInterruptEndsItSoonAndTheRestIsFetchedLater() throws Exception {
        hub.storageFaults.add(hub.stallAfter(100_000));
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<HubException.Reason> reason = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        DownloadListener listener = new DownloadListener() {
            @Override
            public void advanced(long presentBytes) {
                if (presentBytes >= 100_000) {
                    begun.countDown();
                }
            }
        };
        Thread thread = new Thread(() -> {
            try {
                ModelHub.of(settings).fetch(FakeHub.REPOSITORY, listener);
            } catch (HubException e) {
                reason.set(e.reason());
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        thread.start();
        assertTrue(begun.await(60, TimeUnit.SECONDS));
        thread.interrupt();
        thread.join(30_000);
        assertFalse(thread.isAlive());
        assertEquals(HubException.Reason.INTERRUPTED, reason.get());
        assertEquals(true, flag.get());
        assertEquals(100_000, Files.size(incomplete()));
        assertWhole(fetch());
        assertEquals(List.of("null", "bytes=100000-"), ranges());
    }

    @Test
    void theListenerHearsOfEveryFile() throws IOException {
        hub.storageFaults.add(FakeHub.cutAfter(100_000));
        List<String> told = new ArrayList<>();
        ModelHub.of(settings).fetch(FakeHub.REPOSITORY, new DownloadListener() {
            private long last;

            @Override
            public void started(String file, long totalBytes, long presentBytes) {
                told.add("started " + file + " " + totalBytes + " " + presentBytes);
            }

            @Override
            public void advanced(long presentBytes) {
                last = presentBytes;
            }

            @Override
            public void finished() {
                told.add("finished at " + last);
            }
        });
        assertEquals(
                List.of(
                        "started facebook/convnext-toy: config.json 26 0",
                        "finished at 26",
                        "started facebook/convnext-toy: model.safetensors " + SIZE + " 0",
                        "finished at " + SIZE),
                told);
    }
}
