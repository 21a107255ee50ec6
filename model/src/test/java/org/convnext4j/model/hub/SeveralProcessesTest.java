package org.convnext4j.model.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads and processes that want one model at once, and processes that are killed. */
@Tag("slow")
class SeveralProcessesTest {
    private static final String WEIGHTS = "model.safetensors";
    private static final long DEADLINE_SECONDS = 120;

    @TempDir
    private Path folder;

    private final byte[] content = new byte[3_000_017];

    @TempDir
    private Path elsewhere;

    private Path errors;
    private FakeHub hub;

    @BeforeEach
    void start() throws IOException {
        errors = elsewhere.resolve("errors");
        new Random(6).nextBytes(content);
        hub = new FakeHub().put("config.json", "{}").put(WEIGHTS, content);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private long gets() {
        return hub.requests.stream()
                .filter(request ->
                        request.method().equals("GET") && request.path().equals("/large/" + WEIGHTS))
                .count();
    }

    /** Sends slowly, so that the others come meanwhile. */
    private static void sendSlowly(com.sun.net.httpserver.HttpExchange exchange, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(200, bytes.length);
        int piece = bytes.length / 10;
        for (int i = 0; i < bytes.length; i += piece) {
            exchange.getResponseBody().write(bytes, i, Math.min(piece, bytes.length - i));
            exchange.getResponseBody().flush();
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Process launch(String... flags) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of(
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                HubFetchMain.class.getName(),
                hub.address().toString(),
                folder.toString()));
        return new ProcessBuilder(command).redirectError(errors.toFile()).start();
    }

    private static String output(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), output);
        return output;
    }

    @ParameterizedTest
    @ValueSource(strings = {"--enable-native-access=ALL-UNNAMED", "-Dlocks=of.java"})
    @Timeout(3 * DEADLINE_SECONDS)
    void processesFetchOnce(String flag) throws IOException, InterruptedException {
        hub.storageFaults.add(SeveralProcessesTest::sendSlowly);
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(launch(flag));
        }
        for (Process process : processes) {
            String output = output(process);
            assertEquals(0, process.exitValue(), output + Files.readString(errors));
            assertTrue(output.strip().endsWith(FakeHub.etag(WEIGHTS, content)), output);
        }
        assertEquals(1, gets());
    }

    @Test
    void threadsFetchOnce() throws Exception {
        hub.storageFaults.add(SeveralProcessesTest::sendSlowly);
        ModelHub shared = ModelHub.of(hub.settings(folder));
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            List<Callable<ModelFiles>> calls = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                calls.add(() -> shared.fetch(FakeHub.REPOSITORY));
            }
            for (Future<ModelFiles> call : threads.invokeAll(calls)) {
                assertArrayEquals(content, Files.readAllBytes(call.get().weights()));
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(1, gets());
    }

    @Test
    @Timeout(6 * DEADLINE_SECONDS)
    void aKilledProcessLeavesWhatTheNextGoesOnWith() throws IOException, InterruptedException {
        for (int i = 0; i < 3; i++) {
            hub.storageFaults.add(SeveralProcessesTest::sendTenthsOfTheRest);
        }
        Path blob = folder.resolve(FakeHub.FOLDER).resolve("blobs").resolve(FakeHub.etag(WEIGHTS, content));
        for (int i = 0; i < 3; i++) {
            Process process = launch();
            try {
                // The first dot is of the configuration, except in later rounds, which have it.
                for (int dots = 0; dots < 5; dots++) {
                    assertEquals('.', process.getInputStream().read());
                }
            } finally {
                assertTrue(process.toHandle().destroyForcibly());
            }
            assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS));
            assertFalse(Files.exists(blob));
        }
        Process last = launch();
        String output = output(last);
        assertEquals(0, last.exitValue(), output + Files.readString(errors));
        assertTrue(output.strip().endsWith(FakeHub.etag(WEIGHTS, content)), output);
        assertEquals(4, gets());
        long resumed = hub.requests.stream()
                .filter(request -> request.path().startsWith("/large/") && request.range() != null)
                .count();
        assertEquals(3, resumed, hub.requests.toString());
    }

    private static void sendTenthsOfTheRest(com.sun.net.httpserver.HttpExchange exchange, byte[] bytes)
            throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null ? 0 : Integer.parseInt(range.substring(6, range.length() - 1));
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, bytes.length - from);
        int piece = (bytes.length - from) / 20;
        for (int i = from; i < bytes.length; i += piece) {
            exchange.getResponseBody().write(bytes, i, Math.min(piece, bytes.length - i));
            exchange.getResponseBody().flush();
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
