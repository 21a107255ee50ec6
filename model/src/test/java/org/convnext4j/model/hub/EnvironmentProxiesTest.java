package org.convnext4j.model.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentProxiesTest {
    private static final URI HUB = URI.create("https://hub.example/a");

    private static EnvironmentProxies of(Map<String, String> variables) {
        return new EnvironmentProxies(variables::get, Optional.empty());
    }

    private static String way(EnvironmentProxies proxies, String uri) {
        Proxy proxy = proxies.select(URI.create(uri)).get(0);
        if (proxy.type() == Proxy.Type.DIRECT) {
            return "direct";
        }
        InetSocketAddress address = (InetSocketAddress) proxy.address();
        return address.getHostString() + ":" + address.getPort();
    }

    @Test
    void eachSchemeHasItsVariable() {
        EnvironmentProxies proxies =
                of(Map.of("HTTPS_PROXY", "http://one:1111", "http_proxy", "two:2222/", "HTTP_PROXY", "three:3333"));
        assertEquals("one:1111", way(proxies, "https://hub.example/"));
        assertEquals("two:2222", way(proxies, "http://hub.example/"));
        assertEquals("four:80", way(of(Map.of("ALL_PROXY", "four")), "https://hub.example/"));
        assertEquals("direct", way(of(Map.of("https_proxy", " ")), "https://hub.example/"));
        assertEquals(
                "direct",
                way(of(Map.of("HTTP_PROXY", "evil:1", "REQUEST_METHOD", "GET")), "http://hub.example/"),
                "a CGI program's client sets it");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*|https://hub.example/|direct",
                "hub.example|https://hub.example/|direct",
                "a, .EXAMPLE b|https://hub.example/|direct",
                "*.example|https://hub.example/|direct",
                "example|https://hub.example/|direct",
                "ample|https://hub.example/|proxy:1",
                "hub.example:443|https://hub.example/|direct",
                "hub.example:444|https://hub.example/|proxy:1",
                "10.0.0.0/8|https://10.1.2.3/|direct",
                "10.0.0.0/8|https://11.1.2.3/|proxy:1",
                "10.0.0.0/0|https://11.1.2.3/|direct",
                "2.3|https://11.1.2.3/|proxy:1",
                "fd00::1|https://[fd00::1]/|direct",
                "[fd00::1]:443|https://[fd00::1]/|direct",
                "''|https://hub.example/|proxy:1",
                "''|https://localhost/|direct",
                "''|https://127.0.0.1:8080/|direct",
                "''|https://[::1]/|direct",
            })
    void someHostsNeedNone(String none, String uri, String way) {
        assertEquals(way, way(of(Map.of("HTTPS_PROXY", "proxy:1", "NO_PROXY", none)), uri));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"socks5://secret@proxy:1", "https://proxy:1", "http://secret@proxy:99999", "http://", "a b"})
    void whatIsNoProxyIsSaidSoWithoutItsPassword(String text) {
        HubException refusal = assertThrows(
                HubException.class, () -> of(Map.of("https_proxy", text)).select(HUB));
        assertEquals(HubException.Reason.BAD_NAME, refusal.reason());
        assertTrue(String.valueOf(refusal.getMessage()).contains("variable https_proxy "), refusal.getMessage());
        assertFalse(String.valueOf(refusal.getMessage()).contains("secret"), refusal.getMessage());
    }

    @Test
    void javasOwnPropertiesComeFirst() {
        ProxySelector java = ProxySelector.of(InetSocketAddress.createUnresolved("java", 7));
        EnvironmentProxies proxies =
                new EnvironmentProxies(Map.of("HTTPS_PROXY", "http://user:secret@one:1")::get, Optional.of(java));
        assertEquals("java:7", way(proxies, HUB.toString()));
        assertEquals(Optional.empty(), proxies.authorization(HUB), "the password is for another proxy");
    }

    @Test
    void requestsGoThroughTheProxyWithItsPassword(@TempDir Path folder) throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/", exchange -> {
            seen.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Proxy-Authorization"));
            exchange.getResponseHeaders().set("Content-Length", "5");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        proxy.start();
        String at = "127.0.0.1:" + proxy.getAddress().getPort();
        EnvironmentProxies proxies = of(Map.of("http_proxy", "http://us%40er:p+w@" + at));
        try (FakeHub hub = new FakeHub();
                HubHttp http = new HubHttp(hub.settings(folder), proxies);
                HttpAnswer answer = http.head(URI.create("http://hub.invalid/x"));
                HttpAnswer direct = http.head(hub.address())) {
            assertEquals(200, answer.status());
            assertEquals(401, direct.status(), "this machine's hub, without a proxy");
        } finally {
            proxy.stop(0);
        }
        assertEquals(List.of("http://hub.invalid/x Basic dXNAZXI6cCt3"), seen);
    }

    @Test
    void aTunnelIsAskedForAndARefusalOfTheProxyIsSaid(@TempDir Path folder) throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> request = CompletableFuture.supplyAsync(() -> refuse(proxy));
            EnvironmentProxies proxies = of(Map.of("https_proxy", "http://a:b@127.0.0.1:" + proxy.getLocalPort()));
            try (FakeHub hub = new FakeHub();
                    HubHttp http = new HubHttp(hub.settings(folder), proxies);
                    HttpAnswer answer = http.head(URI.create("https://hub.invalid/x"))) {
                assertEquals(407, answer.status());
                HubException refusal = HubStatus.refused("a model", answer);
                assertTrue(
                        String.valueOf(refusal.getMessage()).contains("the proxy asks for a name"),
                        refusal.getMessage());
            }
            assertTrue(request.get(1, TimeUnit.MINUTES).startsWith("CONNECT hub.invalid:443 "));
        }
    }

    private static String refuse(ServerSocket proxy) {
        try (Socket socket = proxy.accept()) {
            StringBuilder request = new StringBuilder();
            InputStream in = socket.getInputStream();
            while (!request.toString().endsWith("\r\n\r\n")) {
                request.append((char) in.read());
            }
            socket.getOutputStream()
                    .write("HTTP/1.1 407 no\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return request.toString();
        } catch (IOException e) {
            return "failed: " + e;
        }
    }
}
