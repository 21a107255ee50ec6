package org.convnext4j.model.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Requests to a hub. Redirections are followed here, because the token must not go to another host, and because what the
 * hub says of a file is in the headers of the response that redirects to where the file lies.
 */
final class HubHttp implements AutoCloseable {
    static final String COMMIT = "x-repo-commit";
    static final String LINKED_ETAG = "x-linked-etag";
    static final String LINKED_SIZE = "x-linked-size";
    static final String ERROR_CODE = "x-error-code";

    private static final String AUTHORIZATION = "Authorization";
    private static final List<String> HUB_HEADERS = List.of(COMMIT, LINKED_ETAG, LINKED_SIZE, ERROR_CODE);
    private static final Set<Integer> REDIRECTIONS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> TRANSIENT = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final int MAX_REDIRECTIONS = 10;

    private static final int MAX_PORT = 65_535;

    private final HttpClient client;
    private final HubSettings settings;
    private final EnvironmentProxies proxies;

    /** With the proxies that this process's environment names. */
    HubHttp(HubSettings settings) {
        this(settings, EnvironmentProxies.ofProcess());
    }

    HubHttp(HubSettings settings, EnvironmentProxies proxies) {
        this.settings = settings;
        this.proxies = proxies;
        this.client = client(settings, proxies);
    }

    private static HttpClient client(HubSettings settings, EnvironmentProxies proxies) {
        try {
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(settings.patience().metadata())
                    .proxy(proxies)
                    .build();
        } catch (UncheckedIOException e) {
            throw new HubException(
                    HubException.Reason.UNREACHABLE,
                    settings.endpoint() + ": no connection can be made (" + e.getMessage() + "); if there are too many"
                            + " open files, close some or raise the limit (ulimit -n)",
                    e);
        }
    }

    /** Whether an address has a port that there can be, or none. */
    static boolean hasPossiblePort(URI address) {
        return address.getPort() == -1 || (address.getPort() > 0 && address.getPort() <= MAX_PORT);
    }

    /**
     * Asks about a file. The answer's status is also that of a redirection, if the hub has said all there is to say.
     *
     * @throws TransientException if the server is overloaded or has a fault
     */
    HttpAnswer head(URI address) throws IOException, InterruptedException {
        return follow("HEAD", address, 0, settings.patience().metadata());
    }

    /**
     * Asks for a file, from a byte on.
     *
     * @throws TransientException if the server is overloaded or has a fault
     */
    HttpAnswer get(URI address, long fromByte) throws IOException, InterruptedException {
        return follow("GET", address, fromByte, settings.patience().download());
    }

    private HttpAnswer follow(String method, URI start, long fromByte, Duration timeout)
            throws IOException, InterruptedException {
        Map<String, String> ofHub = new HashMap<>();
        URI address = start;
        boolean withToken = false;
        for (int hop = 0; hop <= MAX_REDIRECTIONS; hop++) {
            HttpRequest request = request(method, address, fromByte, timeout);
            withToken |= request.headers().firstValue(AUTHORIZATION).isPresent();
            HttpResponse<ResponseBody> response = client.send(request, info -> new ResponseBody());
            Map<String, String> headers = new HashMap<>();
            response.headers()
                    .map()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
            HUB_HEADERS.forEach(
                    name -> Optional.ofNullable(headers.get(name)).ifPresent(v -> ofHub.putIfAbsent(name, v)));
            Optional<String> location = Optional.ofNullable(headers.get("location"));
            boolean known = method.equals("HEAD") && ofHub.containsKey(LINKED_ETAG) && ofHub.containsKey(LINKED_SIZE);
            if (known || location.isEmpty() || !REDIRECTIONS.contains(response.statusCode())) {
                headers.putAll(ofHub);
                return checked(new HttpAnswer(response.statusCode(), headers, body(response), withToken));
            }
            body(response).close();
            address = target(address, location.get());
        }
        throw new HubException(
                HubException.Reason.REFUSED,
                start + ": the server redirects more than " + MAX_REDIRECTIONS + " times; check HF_ENDPOINT");
    }

    /** A proxy that refuses a tunnel answers without one. */
    private static ResponseBody body(HttpResponse<ResponseBody> response) {
        @Nullable ResponseBody body = response.body();
        return body == null ? new ResponseBody() : body;
    }

    private HttpRequest request(String method, URI address, long fromByte, Duration timeout) {
        HttpRequest.Builder request = builder(address)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(timeout)
                .header("User-Agent", "convnext4j")
                .header("Accept-Encoding", "identity");
        if (fromByte > 0) {
            request.header("Range", "bytes=" + fromByte + "-");
        }
        if (sameServer(address, settings.endpoint())) {
            settings.token().ifPresent(token -> request.header(AUTHORIZATION, "Bearer " + token.secret()));
        }
        // Java takes it out of what goes through a tunnel.
        proxies.authorization(address).ifPresent(value -> request.header("Proxy-Authorization", value));
        return request.build();
    }

    private static HttpRequest.Builder builder(URI address) {
        try {
            return HttpRequest.newBuilder(address);
        } catch (IllegalArgumentException e) {
            throw new HubException(
                    HubException.Reason.REFUSED,
                    address + ": is no address to ask (" + e.getMessage() + "); check HF_ENDPOINT",
                    e);
        }
    }

    private static boolean sameServer(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && one.getPort() == other.getPort();
    }

    private static URI target(URI from, String location) {
        URI target;
        try {
            target = from.resolve(location.strip());
        } catch (IllegalArgumentException e) {
            throw new HubException(
                    HubException.Reason.REFUSED,
                    from + ": the server redirects to what is no address; try again later",
                    e);
        }
        String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
        if (!hasPossiblePort(target)) {
            throw new HubException(
                    HubException.Reason.REFUSED,
                    from + ": the server redirects to " + target + ", whose port is impossible; check HF_ENDPOINT");
        }
        boolean weaker = from.getScheme().equalsIgnoreCase("https") && !scheme.equals("https");
        if (target.getHost() == null || weaker || (!scheme.equals("http") && !scheme.equals("https"))) {
            throw new HubException(
                    HubException.Reason.REFUSED,
                    from + ": the server redirects to " + target + ", which is not fetched; check HF_ENDPOINT");
        }
        return target;
    }

    private static HttpAnswer checked(HttpAnswer answer) throws TransientException {
        if (TRANSIENT.contains(answer.status())) {
            answer.close();
            throw new TransientException("status " + answer.status(), answer.header("retry-after"));
        }
        return answer;
    }

    /** Ends all transfers. */
    @Override
    public void close() {
        client.shutdownNow();
    }
}
