package org.convnext4j.model.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that answer, but with nothing of use: one clear error each, and soon. */
@Tag("slow")
class OddServersTest {
    private static final String WEIGHTS = "model.safetensors";

    @TempDir
    private Path folder;

    private FakeHub hub;
    private HubSettings settings;

    @BeforeEach
    void start() throws IOException {
        hub = new FakeHub().put("config.json", "{\"model_type\": \"convnext\"}").put(WEIGHTS, new byte[300_000]);
        settings = hub.settings(folder);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private HubException refused(HubException.Reason reason, String... parts) {
        HubException refusal =
                assertThrows(HubException.class, () -> ModelHub.of(settings).fetch(FakeHub.REPOSITORY));
        assertEquals(reason, refusal.reason(), refusal.getMessage());
        for (String part : parts) {
            assertTrue(String.valueOf(refusal.getMessage()).contains(part), refusal.getMessage());
        }
        assertFalse(Files.exists(
                settings.hubCache().resolve(FakeHub.FOLDER).resolve("snapshots/" + FakeHub.COMMIT + "/" + WEIGHTS)));
        return refusal;
    }

    private void set(Patience patience, Optional<Token> token) {
        settings = new HubSettings(
                settings.hubCache(),
                settings.torchCheckpoints(),
                settings.endpoint(),
                settings.torchvision(),
                settings.facebook(),
                token,
                false,
                patience);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:0/x", "http://127.0.0.1:65536/x", "http://127.0.0.1:999999/x"})
    void redirectionsToImpossiblePortsAreRefused(String location) {
        hub.hubFaults.add(FakeHub.status(302, "Location", location));
        refused(HubException.Reason.REFUSED, location, "port is impossible");
    }

    @Test
    void anEndpointWithAnImpossiblePortIsRefused() {
        HubSettings good = settings;
        HubException refusal = assertThrows(
                HubException.class,
                () -> new HubSettings(
                        good.hubCache(),
                        good.torchCheckpoints(),
                        URI.create("http://127.0.0.1:70000"),
                        good.torchvision(),
                        good.facebook(),
                        Optional.empty(),
                        false,
                        good.patience()));
        assertEquals(HubException.Reason.BAD_NAME, refusal.reason());
    }

    @Test
    void aServerThatSendsAByteAConnectionIsGivenUp() {
        for (int i = 0; i < 1000; i++) {
            hub.storageFaults.add(FakeHub.cutAfter(1));
        }
        refused(HubException.Reason.UNREACHABLE, WEIGHTS, "3 attempts in a row", "what has come is kept");
        assertEquals(
                3,
                hub.requests.stream()
                        .filter(request -> request.path().startsWith("/large/"))
                        .count());
    }

    @Test
    void aServerThatSendsAByteNowAndThenIsGivenUp() {
        set(new Patience(Duration.ofSeconds(60), Duration.ofMillis(400), 2, Duration.ofMillis(1)), Optional.empty());
        FakeHub.Fault trickle = (exchange, content) -> {
            exchange.sendResponseHeaders(200, content.length);
            try {
                for (byte value : content) {
                    exchange.getResponseBody().write(value);
                    exchange.getResponseBody().flush();
                    Thread.sleep(20);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        for (int i = 0; i < 100; i++) {
            hub.storageFaults.add((exchange, content) -> trickle.answer(exchange, content));
        }
        refused(HubException.Reason.UNREACHABLE, " ms, 2 attempts in a row");
    }

    @Test
    void filesOfNoBytesAreRefused() {
        hub.headers.put("X-Linked-Size", "0");
        hub.headers.put("X-Linked-Etag", "\"something\"");
        refused(HubException.Reason.REFUSED, WEIGHTS, "is said to have 0 bytes");
        hub.storageFaults.add(FakeHub.status(200, "Content-Length", "0"));
        HubException published =
                assertThrows(HubException.class, () -> ModelHub.of(settings).fetch("convnext_tiny_1k_224_ema.pth"));
        assertTrue(
                String.valueOf(published.getMessage()).contains("does not tell a size that a model may have"),
                published.getMessage());
        assertFalse(Files.exists(settings.torchCheckpoints().resolve("convnext_tiny_1k_224_ema.pth")));
    }

    @Test
    void aModelThatOnlySomeMayHaveHasToBeAskedFor() {
        set(settings.patience(), Optional.of(new Token("hf_secret")));
        hub.hubFaults.add(FakeHub.status(403, "X-Error-Code", "GatedRepo"));
        HubException gated = refused(HubException.Reason.REFUSED, "status 403", "ask for access on the model's page");
        assertFalse(String.valueOf(gated.getMessage()).contains("set HF_TOKEN"), gated.getMessage());
        hub.hubFaults.add(FakeHub.status(403));
        HubException bare = refused(HubException.Reason.REFUSED, "status 403", "ask for access on the model's page");
        assertFalse(String.valueOf(bare.getMessage()).contains("set HF_TOKEN"), bare.getMessage());
        hub.hubFaults.add(FakeHub.status(401));
        refused(HubException.Reason.REFUSED, "status 401", "renew your access token");
        set(settings.patience(), Optional.empty());
        hub.hubFaults.add(FakeHub.status(403, "X-Error-Code", "GatedRepo"));
        refused(HubException.Reason.REFUSED, "ask for access on the model's page, and set HF_TOKEN");
        hub.hubFaults.add(FakeHub.status(401, "X-Error-Code", "GatedRepo"));
        refused(HubException.Reason.REFUSED, "ask for access on the model's page, and set HF_TOKEN");
        hub.hubFaults.add(FakeHub.status(401));
        refused(HubException.Reason.REFUSED, "status 401", "or set HF_TOKEN to your access token");
    }

    @Test
    void withoutFileHandlesNothingIsTriedAgain() {
        Retries retries = new Retries(Patience.DEFAULTS, "a model");
        IOException failure = new IOException("connect", new SocketException("Too many open files"));
        HubException refusal = assertThrows(HubException.class, () -> retries.failed(failure));
        assertTrue(String.valueOf(refusal.getMessage()).contains("ulimit -n"), refusal.getMessage());
    }
}
