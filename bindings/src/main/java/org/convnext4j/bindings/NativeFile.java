package org.convnext4j.bindings;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;

/**
 * A shared library that lies on the class path, with what is needed to recognise a true copy of it.
 *
 * @param name file name without folders
 * @param sizeBytes length in bytes
 * @param crc32 CRC-32 of the content
 * @param source where the content is read from
 */
record NativeFile(String name, long sizeBytes, long crc32, URL source) {
    private static final int CHUNK_BYTES = 1 << 16;

    /**
     * Describes a resource. Size and checksum come from the table of contents of its jar, so nothing is decompressed;
     * only a resource outside of a jar is read through.
     *
     * @throws IOException if the resource cannot be read
     */
    static NativeFile describe(String name, URL source) throws IOException {
        URLConnection connection = connect(source);
        if (connection instanceof JarURLConnection inJar) {
            try (JarFile jar = inJar.getJarFile()) {
                JarEntry entry = jar.getJarEntry(inJar.getEntryName());
                if (entry != null && entry.getCrc() >= 0 && entry.getSize() >= 0) {
                    return new NativeFile(name, entry.getSize(), entry.getCrc(), source);
                }
            }
        }
        return readThrough(name, source);
    }

    private static NativeFile readThrough(String name, URL source) throws IOException {
        CRC32 checksum = new CRC32();
        long sizeBytes = 0;
        byte[] chunk = new byte[CHUNK_BYTES];
        try (InputStream in = connect(source).getInputStream()) {
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                checksum.update(chunk, 0, count);
                sizeBytes += count;
            }
        }
        return new NativeFile(name, sizeBytes, checksum.getValue(), source);
    }

    /**
     * Opens the content; the caller closes the stream.
     *
     * @throws IOException if the resource cannot be opened
     */
    InputStream open() throws IOException {
        return new BufferedInputStream(connect(source).getInputStream(), CHUNK_BYTES);
    }

    // Without the JVM-wide cache of open jars: it would keep a jar open, and locked on Windows, after a redeploy.
    private static URLConnection connect(URL source) throws IOException {
        URLConnection connection = source.openConnection();
        connection.setUseCaches(false);
        return connection;
    }
}
