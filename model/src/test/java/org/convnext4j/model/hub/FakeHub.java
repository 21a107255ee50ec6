package org.convnext4j.model.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A hub of one model on the loopback interface, and a second server where its large files lie, as the real hub has them.
 * It notes every request and can be told to misbehave.
 */
final class FakeHub implements AutoCloseable {
    static final String REPOSITORY = "facebook/convnext-toy";
    static final String FOLDER = "models--facebook--convnext-toy";
    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    /** One request. */
    record Request(
            String method,
            String path,
            @Nullable String range,
            @Nullable String authorization) {
        @Override
        public String toString() {
            return method + " " + path + (range == null ? "" : " " + range);
        }
    }

    /** Answers instead of the server. */
    interface Fault {
        void answer(HttpExchange exchange, byte[] content) throws IOException;
    }

    final List<Request> requests = new CopyOnWriteArrayList<>();
    /** Used up one a request, by the hub itself or the server of large files. */
    final Deque<Fault> hubFaults = new ConcurrentLinkedDeque<>();

    final Deque<Fault> storageFaults = new ConcurrentLinkedDeque<>();
    /** Instead of those of large files. */
    final Map<String, String> headers = new ConcurrentHashMap<>();

    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer hub;
    private final HttpServer storage;

    FakeHub() throws IOException {
        hub = server(this::answer);
        storage = server(this::store);
    }

    private HttpServer server(com.sun.net.httpserver.HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                handler.handle(exchange);
            }
        });
        server.start();
        return server;
    }

    URI address() {
        return address(hub);
    }

    URI storageAddress() {
        return address(storage);
    }

    private static URI address(HttpServer server) {
        InetSocketAddress address = server.getAddress();
        return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort());
    }

    FakeHub put(String name, byte[] content) {
        files.put(name, content);
        return this;
    }

    FakeHub put(String name, String content) {
        return put(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** What the hub calls a content. */
    static String etag(String name, byte[] content) {
        return isLarge(name)
                ? hash("SHA-256", content)
                : hash("SHA-1", ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII), content);
    }

    static String hash(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static boolean isLarge(String name) {
        return name.endsWith(".safetensors") || name.endsWith(".bin");
    }

    /** Settings that lead here, and wait long enough for a busy machine. */
    HubSettings settings(Path folder) {
        return new HubSettings(
                folder.resolve("hub"),
                folder.resolve("torch"),
                address(),
                storageAddress(),
                storageAddress(),
                Optional.empty(),
                false,
                new Patience(Duration.ofSeconds(60), Duration.ofSeconds(60), 3, Duration.ofMillis(1)));
    }

    private void note(HttpExchange exchange) {
        requests.add(new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                exchange.getRequestHeaders().getFirst("Range"),
                exchange.getRequestHeaders().getFirst("Authorization")));
    }

    private void answer(HttpExchange exchange) throws IOException {
        note(exchange);
        String path = exchange.getRequestURI().getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        byte[] content = files.getOrDefault(name, new byte[0]);
        Fault fault = hubFaults.poll();
        if (fault != null) {
            fault.answer(exchange, content);
            return;
        }
        exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
        boolean known = List.of("main", COMMIT, "v1.0", "refs/pr/1").stream()
                .anyMatch(revision -> path.equals("/" + REPOSITORY + "/resolve/" + revision + "/" + name));
        if (!known || !files.containsKey(name)) {
            boolean repository = path.startsWith("/" + REPOSITORY + "/");
            String code = known ? "EntryNotFound" : repository ? "RevisionNotFound" : "RepoNotFound";
            exchange.getResponseHeaders().set("X-Error-Code", code);
            exchange.sendResponseHeaders(known || repository ? 404 : 401, -1);
            return;
        }
        exchange.getResponseHeaders().set("ETag", "W/\"" + etag(name, content) + "\"");
        if (isLarge(name)) {
            exchange.getResponseHeaders().set("X-Linked-Etag", '"' + etag(name, content) + '"');
            exchange.getResponseHeaders().set("X-Linked-Size", String.valueOf(content.length));
            exchange.getResponseHeaders().set("Location", storageAddress() + "/large/" + name);
            headers.forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(302, -1);
        } else {
            send(exchange, content);
        }
    }

    private void store(HttpExchange exchange) throws IOException {
        note(exchange);
        String path = exchange.getRequestURI().getPath();
        byte[] content = files.get(path.substring(path.lastIndexOf('/') + 1));
        Fault fault = storageFaults.poll();
        if (fault != null) {
            fault.answer(exchange, content == null ? new byte[0] : content);
        } else if (content == null) {
            exchange.sendResponseHeaders(404, -1);
        } else {
            send(exchange, content);
        }
    }

    /** A good answer, of a range if one is asked for. */
    static void send(HttpExchange exchange, byte[] content) throws IOException {
        int from = from(exchange);
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
        exchange.getResponseBody().write(content, from, content.length - from);
    }

    private static int from(HttpExchange exchange) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        return range == null ? 0 : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    }

    /** Sends so many bytes of what is asked for and ends the connection. */
    static Fault cutAfter(int bytes) {
        return (exchange, content) -> begin(exchange, content, bytes);
    }

    /** Sends so many bytes of what is asked for, and then nothing until the test ends. */
    Fault stallAfter(int bytes) {
        return (exchange, content) -> {
            begin(exchange, content, bytes);
            try {
                closing.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    private static void begin(HttpExchange exchange, byte[] content, int bytes) throws IOException {
        int from = from(exchange);
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
        OutputStream out = exchange.getResponseBody();
        out.write(content, from, bytes);
        out.flush();
    }

    /** Answers with a status and no more. */
    static Fault status(int status, String... headers) {
        return (exchange, content) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
        };
    }

    /** Sends the whole of this, whatever was asked for. */
    static Fault whole(byte[] instead) {
        return (exchange, content) -> {
            exchange.sendResponseHeaders(200, instead.length);
            exchange.getResponseBody().write(instead);
        };
    }

    /** Sends all from the start in pieces of unknown number. */
    static Fault chunked(byte[] instead) {
        return (exchange, content) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(instead);
        };
    }

    List<String> paths(String method) {
        return requests.stream()
                .filter(request -> request.method().equals(method))
                .map(request -> request.path().substring(request.path().lastIndexOf('/') + 1))
                .toList();
    }

    @Override
    public void close() {
        closing.countDown();
        hub.stop(0);
        storage.stop(0);
        threads.shutdownNow();
    }

    static byte[] resource(String name) {
        try (var in = FakeHub.class.getResourceAsStream("/org/convnext4j/model/toy/" + name)) {
            return java.util.Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
