package org.convnext4j.bindings;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * The shared libraries of one platform as they lie on the class path.
 *
 * @param folder name for the folder of the unpacked files: version, platform and a hash of the content, so that two
 *     versions never share a folder
 * @param files the files in load order, OpenBLAS last
 */
record PlatformFiles(String folder, List<NativeFile> files) {
    private static final String RESOURCE_ROOT = "org/bytedeco/openblas/";
    private static final String VERSION_ENTRY = "META-INF/maven/org.bytedeco/openblas/pom.properties";
    private static final String UNVERSIONED = "unversioned";
    private static final int HASH_BYTES = 8;

    PlatformFiles {
        files = List.copyOf(files);
    }

    /** The resource name under which a file of a platform is looked up. */
    static String resource(Platform platform, String file) {
        return RESOURCE_ROOT + platform.classifier() + "/" + file;
    }

    /**
     * Looks for the files of a platform.
     *
     * @return the files, or empty if the class path holds no OpenBLAS for the platform
     * @throws IOException if OpenBLAS is there but a file it needs is missing or unreadable
     */
    static Optional<PlatformFiles> find(ClassLoader loader, Platform platform) throws IOException {
        List<String> names = platform.files();
        String resource = resource(platform, names.get(names.size() - 1));
        URL openBlas = loader.getResource(resource);
        if (openBlas == null) {
            return Optional.empty();
        }
        List<NativeFile> files = new ArrayList<>();
        for (String name : names) {
            URL source = loader.getResource(resource(platform, name));
            if (source == null) {
                throw new IOException("the class path holds OpenBLAS but not the file it needs, "
                        + resource(platform, name)
                        + "; use the complete jar "
                        + platform.artifact());
            }
            files.add(NativeFile.describe(name, source));
        }
        return Optional.of(new PlatformFiles(
                "openblas-" + version(openBlas, resource) + "-" + platform.classifier() + "-" + hash(files), files));
    }

    /**
     * The version of OpenBLAS, as the file says that lies beside the library: in the same jar, or in the same folder of
     * classes. Only for people who read folder names: the hash alone tells contents apart, so a repacked jar may lack it.
     */
    private static String version(URL openBlas, String resource) {
        String url = openBlas.toString();
        if (!url.endsWith(resource)) {
            return UNVERSIONED;
        }
        String root = url.substring(0, url.length() - resource.length());
        try {
            URLConnection connection = URI.create(root + VERSION_ENTRY).toURL().openConnection();
            connection.setUseCaches(false);
            Properties properties = new Properties();
            try (InputStream in = connection.getInputStream()) {
                properties.load(in);
            }
            return properties.getProperty("version", UNVERSIONED).replaceAll("[^A-Za-z0-9._-]", "_");
        } catch (IOException | IllegalArgumentException e) {
            return UNVERSIONED;
        }
    }

    private static String hash(List<NativeFile> files) {
        StringBuilder listing = new StringBuilder();
        for (NativeFile file : files) {
            listing.append(file.name())
                    .append(' ')
                    .append(file.sizeBytes())
                    .append(' ')
                    .append(file.crc32())
                    .append('\n');
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(listing.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256, which every Java must have", e);
        }
    }
}
