package org.convnext4j.model.hub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The proxies that environment variables name, as curl and Python's clients read them: {@code http_proxy},
 * {@code https_proxy} and {@code all_proxy}, and {@code no_proxy} for where none is wanted, all also in capitals. What
 * Java's own properties such as {@code https.proxyHost} say comes first. This machine is never reached by a proxy.
 */
final class EnvironmentProxies extends ProxySelector {
    private static final int DEFAULT_PORT = 80;

    /** A proxy; the header is that of its user's name and password. */
    private record Named(InetSocketAddress address, Optional<String> authorization) {}

    private final HubEnvironment.Variables variables;
    private final Optional<ProxySelector> java;
    private final NoProxy none;

    /**
     * The proxies of these variables.
     *
     * @param java what Java's properties say, if anything
     */
    EnvironmentProxies(HubEnvironment.Variables variables, Optional<ProxySelector> java) {
        this.variables = variables;
        this.java = java;
        this.none = NoProxy.parse(value("no_proxy").map(Variable::text).orElse(""));
    }

    /** Those of this process. */
    static EnvironmentProxies ofProcess() {
        return new EnvironmentProxies(System::getenv, Optional.ofNullable(ProxySelector.getDefault()));
    }

    /**
     * The way to an address.
     *
     * @throws HubException if the variable for it names no proxy
     */
    @Override
    public List<Proxy> select(URI uri) {
        List<Proxy> ofJava = ofJava(uri);
        if (!ofJava.isEmpty()) {
            return ofJava;
        }
        return List.of(named(uri)
                .map(proxy -> new Proxy(Proxy.Type.HTTP, proxy.address()))
                .orElse(Proxy.NO_PROXY));
    }

    /** The header {@code Proxy-Authorization} for requests to an address, if its proxy was named with a password. */
    Optional<String> authorization(URI uri) {
        return ofJava(uri).isEmpty() ? named(uri).flatMap(Named::authorization) : Optional.empty();
    }

    private List<Proxy> ofJava(URI uri) {
        List<Proxy> proxies = new ArrayList<>();
        java.ifPresent(selector -> proxies.addAll(selector.select(uri)));
        proxies.removeIf(proxy -> proxy.type() == Proxy.Type.DIRECT);
        return proxies;
    }

    private Optional<Named> named(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        if (none.covers(uri)) {
            return Optional.empty();
        }
        return value(scheme + "_proxy").or(() -> value("all_proxy")).map(EnvironmentProxies::parse);
    }

    private record Variable(String name, String text) {}

    /** Small letters first. A web server sets HTTP_PROXY itself for its CGI programs, from whatever a client sends. */
    private Optional<Variable> value(String name) {
        String capitals = name.toUpperCase(Locale.ROOT);
        boolean cgi = capitals.equals("HTTP_PROXY") && variables.get("REQUEST_METHOD") != null;
        return variable(name).or(() -> cgi ? Optional.empty() : variable(capitals));
    }

    private Optional<Variable> variable(String name) {
        return Optional.ofNullable(variables.get(name))
                .filter(text -> !text.isBlank())
                .map(text -> new Variable(name, text.strip()));
    }

    private static Named parse(Variable variable) {
        String text = variable.text();
        URI proxy;
        try {
            proxy = new URI(text.contains("://") ? text : "http://" + text);
        } catch (URISyntaxException e) {
            // Not with its cause, whose message has the password.
            throw wrong(variable, "is no address");
        }
        String scheme = proxy.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http")) {
            throw wrong(variable, "names a proxy for " + scheme + ", which Java does not support");
        }
        if (proxy.getHost() == null || !HubHttp.hasPossiblePort(proxy)) {
            throw wrong(variable, "has no host or an impossible port");
        }
        int port = proxy.getPort() < 0 ? DEFAULT_PORT : proxy.getPort();
        Optional<String> authorization = Optional.ofNullable(proxy.getRawUserInfo())
                .map(user -> URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8))
                .map(user -> user.contains(":") ? user : user + ":")
                .map(user -> "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
        return new Named(InetSocketAddress.createUnresolved(proxy.getHost(), port), authorization);
    }

    private static HubException wrong(Variable variable, String what) {
        return new HubException(
                HubException.Reason.BAD_NAME,
                "the environment variable " + variable.name() + " " + what
                        + "; set it to one like http://proxy.example:3128, or unset it");
    }

    /** The request fails and says why. */
    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
}
