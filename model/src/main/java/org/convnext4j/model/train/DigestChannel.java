package org.convnext4j.model.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Counts and hashes what goes through it with SHA-256. */
final class DigestChannel implements WritableByteChannel {
    private final WritableByteChannel target;
    private final MessageDigest digest = sha256();
    private long bytes;

    DigestChannel(WritableByteChannel target) {
        this.target = target;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        ByteBuffer written = source.duplicate();
        int count = target.write(source);
        digest.update(written.limit(written.position() + count));
        bytes += count;
        return count;
    }

    /** How many bytes went through. */
    long bytes() {
        return bytes;
    }

    /** Their hash, hexadecimal; to be asked for once, at the end. */
    String hash() {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The hash of a text's UTF-8 bytes. */
    static String hash(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Sees to it that what was written to a file survives a power cut. */
    void force() throws IOException {
        if (target instanceof FileChannel file) {
            file.force(true);
        }
    }

    @Override
    public boolean isOpen() {
        return target.isOpen();
    }

    @Override
    public void close() throws IOException {
        target.close();
    }
}
