package org.convnext4j.model.hub;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Hosts that are reached without a proxy.
 *
 * @param entries {@code *}; a domain, which stands for those below it too; an address; IPv4 addresses as
 *     {@code 10.0.0.0/8}; each but the last with {@code :PORT} behind it or not
 */
record NoProxy(List<String> entries) {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern RANGE = Pattern.compile(IPV4 + "/([0-9]|[12][0-9]|3[0-2])");
    private static final Pattern PORT = Pattern.compile(":\\d+$");

    /** The entries of a text, between which are commas or blanks. */
    static NoProxy parse(String text) {
        return new NoProxy(Stream.of(text.split("[,\\s]+", -1))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> entry.toLowerCase(Locale.ROOT))
                .toList());
    }

    boolean covers(URI uri) {
        String host = bare(uri.getHost().toLowerCase(Locale.ROOT));
        boolean here = host.equals("localhost") || host.equals("::1") || (isIpv4(host) && host.startsWith("127."));
        return here || entries.stream().anyMatch(entry -> covers(entry, host, port(uri)));
    }

    private static boolean covers(String entry, String host, int port) {
        if (entry.equals("*")) {
            return true;
        }
        if (RANGE.matcher(entry).matches()) {
            int slash = entry.indexOf('/');
            int shift = 32 - Integer.parseInt(entry.substring(slash + 1));
            return isIpv4(host) && ipv4(host) >>> shift == ipv4(entry.substring(0, slash)) >>> shift;
        }
        boolean ipv6 = !entry.startsWith("[") && entry.indexOf(':') != entry.lastIndexOf(':');
        String name = entry;
        if (!ipv6 && PORT.matcher(entry).find()) {
            int colon = entry.lastIndexOf(':');
            if (!entry.substring(colon + 1).equals(String.valueOf(port))) {
                return false;
            }
            name = entry.substring(0, colon);
        }
        String domain = bare(name.replaceFirst("^\\*?\\.", ""));
        return host.equals(domain) || (!domain.isEmpty() && !isIpv4(host) && host.endsWith("." + domain));
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static boolean isIpv4(String host) {
        return IPV4.matcher(host).matches();
    }

    private static long ipv4(String address) {
        long bits = 0;
        for (String part : address.split("\\.", -1)) {
            bits = (bits << 8) | (Integer.parseInt(part) & 0xff);
        }
        return bits;
    }
}
