package org.convnext4j.model.data;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.ImageException;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.PictureFailures;
import org.convnext4j.model.image.RgbImage;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a picture that was looked at; not its pixels.
 *
 * @param content a digest of its bytes; empty if it cannot be read
 * @param width in pixels, 0 if it cannot be read
 * @param height in pixels, 0 if it cannot be read
 * @param finding what is to be said of it
 */
record ScannedPicture(Optional<Content> content, int width, int height, Optional<ScanFinding> finding) {
    /** The first half of a SHA-256, and the length: enough that two pictures by accident never share it. */
    record Content(long high, long low, int bytes) {}

    /** Reads, hashes and decodes a file; every failure becomes a finding. */
    static ScannedPicture of(Path file, ImageReader reader, PictureFailures failures) {
        byte[] data = null;
        try {
            byte[] bytes = failures.prepare(file.toString(), () -> reader.bytes(file));
            data = bytes;
            RgbImage image = failures.prepare(file.toString(), () -> reader.read(bytes, file.toString()));
            return new ScannedPicture(
                    Optional.of(content(bytes)), image.width(), image.height(), oddity(file, bytes, image));
        } catch (ModelException e) {
            ScanFinding finding = new ScanFinding(kind(data, e), file, String.valueOf(e.getMessage()));
            return new ScannedPicture(Optional.empty(), 0, 0, Optional.of(finding));
        }
    }

    private static ScanFinding.Kind kind(byte @Nullable [] data, ModelException problem) {
        if (data != null && data.length == 0) {
            return ScanFinding.Kind.EMPTY;
        }
        if (data != null && ImageReader.format(data).isEmpty()) {
            return ScanFinding.Kind.NOT_A_PICTURE;
        }
        boolean truncated = problem instanceof ImageException image && image.isTruncated();
        return truncated ? ScanFinding.Kind.TRUNCATED : ScanFinding.Kind.DAMAGED;
    }

    private static Optional<ScanFinding> oddity(Path file, byte[] data, RgbImage image) {
        if (Math.min(image.width(), image.height()) < DatasetScan.TINY_SIDE) {
            return Optional.of(new ScanFinding(
                    ScanFinding.Kind.TINY,
                    file,
                    file + ": has only " + image.width() + " x " + image.height()
                            + " pixels; is it a thumbnail or an icon?"));
        }
        String format = ImageReader.format(data).orElseThrow();
        if (PictureFiles.format(file).filter(format::equals).isEmpty()) {
            return Optional.of(new ScanFinding(
                    ScanFinding.Kind.WRONG_ENDING,
                    file,
                    file + ": is a " + format.toUpperCase(Locale.ROOT)
                            + " picture under another ending; it is read all the same, but other programs may not"));
        }
        return Optional.empty();
    }

    private static Content content(byte[] data) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(data);
            ByteBuffer halves = ByteBuffer.wrap(digest);
            return new Content(halves.getLong(), halves.getLong(), data.length);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
