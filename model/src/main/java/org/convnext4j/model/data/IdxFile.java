package org.convnext4j.model.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.convnext4j.model.failure.FileFailure;

/**
 * Unsigned bytes from an IDX file (reference: the description on the MNIST database's page): two zero bytes, the
 * element type 0x08, the number of dimensions, each dimension as a big-endian int, the bytes. A file that ends in
 * {@code .gz} is unpacked on the way.
 *
 * @param dims the dimensions, outermost first, each at least 1
 * @param data their product of bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record IdxFile(int[] dims, byte[] data) {
    private static final int UNSIGNED_BYTE = 8;
    private static final int MAX_EDGE = 1 << 14;
    private static final long MAX_BYTES = Integer.MAX_VALUE - 8;
    /** Deflate never packs better than this, so the size of a packed file bounds what it may declare. */
    private static final long MAX_DEFLATE_RATIO = 1032;

    /** Reads a file of this many dimensions whole. */
    static IdxFile read(Path file, int rank) {
        boolean packed = file.toString().endsWith(".gz");
        try (InputStream raw = Files.newInputStream(file);
                InputStream unpacked = packed ? new GZIPInputStream(raw, 1 << 16) : raw;
                DataInputStream in = new DataInputStream(new BufferedInputStream(unpacked, 1 << 16))) {
            return read(in, file, rank, packed);
        } catch (EOFException e) {
            throw new DatasetException(file + ": is cut short; fetch the file again", e);
        } catch (ZipException e) {
            throw new DatasetException(
                    file + ": is not a valid gzip file (" + e.getMessage() + "); fetch the file again", e);
        } catch (AccessDeniedException e) {
            throw new DatasetException(file + ": may not be read by this user; change its permissions", e);
        } catch (IOException e) {
            throw new DatasetException(file + ": cannot be read (" + FileFailure.reason(e) + ")", e);
        } catch (OutOfMemoryError e) {
            throw new DatasetException(file + ": needs more memory than is free; raise the heap with -Xmx", e);
        }
    }

    private static IdxFile read(DataInputStream in, Path file, int rank, boolean packed) throws IOException {
        int magic = in.readInt();
        if (magic != (UNSIGNED_BYTE << 8 | rank)) {
            throw new DatasetException(
                    file,
                    String.format(
                            "begins with 0x%08x, but an IDX file of unsigned bytes in %d dimension%s begins with"
                                    + " 0x%08x; name the right file",
                            magic, rank, rank == 1 ? "" : "s", UNSIGNED_BYTE << 8 | rank));
        }
        int[] dims = new int[rank];
        long bytes = 1;
        for (int i = 0; i < rank; i++) {
            dims[i] = in.readInt();
            if (dims[i] < 1 || (i > 0 && dims[i] > MAX_EDGE)) {
                throw new DatasetException(file, "declares a dimension of " + dims[i] + "; the file is damaged");
            }
            bytes = Math.multiplyExact(bytes, (long) dims[i]);
        }
        requireFits(file, packed, bytes, Integer.BYTES * (1L + rank));
        byte[] data = new byte[(int) bytes];
        in.readFully(data);
        if (in.read() != -1) {
            throw new DatasetException(
                    file,
                    "goes on after the " + bytes + " bytes that its dimensions " + Arrays.toString(dims)
                            + " need; the file is damaged");
        }
        return new IdxFile(dims, data);
    }

    private static void requireFits(Path file, boolean packed, long bytes, long headerBytes) throws IOException {
        if (bytes > MAX_BYTES) {
            throw new DatasetException(
                    file, "declares " + bytes + " bytes, more than the " + MAX_BYTES + " that can be held; split it");
        }
        long fileBytes = Files.size(file);
        boolean fits = packed ? bytes + headerBytes <= fileBytes * MAX_DEFLATE_RATIO : bytes + headerBytes == fileBytes;
        if (!fits) {
            throw new DatasetException(
                    file,
                    "declares " + bytes + " bytes after its header of " + headerBytes + ", which does not fit its size"
                            + " of " + fileBytes + "; fetch the file again");
        }
    }
}
