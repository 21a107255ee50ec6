package org.convnext4j.model.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one file into a place beside its target, goes on where an earlier download broke off, and verifies size and
 * content. The caller holds the lock of the place and moves the file to where it is used.
 */
final class Download {
    private static final Logger LOG = LoggerFactory.getLogger(Download.class);

    /** Room that is left for others. */
    private static final long SPARE_BYTES = 16 << 20;

    /**
     * What an attempt has to bring for the next one to be as good as the first: of a large file this much, of a small one
     * a hundredth.
     */
    private static final long WORTHWHILE_BYTES = 1 << 20;

    /** Over so many of the times that a server may be silent it has to send a kibibyte a second. */
    private static final int STALLS = 10;

    private static final long LEAST_BYTES_PER_SECOND = 1024;

    /** How much room a folder has; 0 if that is not known. Tests have full disks. */
    interface FreeSpace {
        /** Of the file system that this folder is in. */
        long bytes(Path folder) throws IOException;
    }

    private final HubHttp http;
    private final Patience patience;
    private final FreeSpace space;
    private final DownloadListener listener;

    Download(HubHttp http, Patience patience, FreeSpace space, DownloadListener listener) {
        this.http = http;
        this.patience = patience;
        this.space = space;
        this.listener = listener;
    }

    /**
     * Fetches until the file is whole and right.
     *
     * @param name what to call it in messages
     * @param partial where it is written; what is there already is taken as its beginning
     * @throws HubException if it cannot be had; what has come stays for the next attempt, unless it was wrong
     */
    void fetch(String name, URI address, RemoteFile file, Path partial) {
        boolean begun = false;
        boolean done = false;
        try {
            long present = present(partial, file);
            requireSpace(name, partial, file.sizeBytes() - present);
            listener.started(name, file.sizeBytes(), present);
            begun = true;
            Optional<String> fault = attempt(name, address, file, partial);
            if (fault.isPresent() && present > 0) {
                // The beginning may have been of other making; the whole gets one chance.
                LOG.debug("{}: {}; fetching it from the start", name, fault.get());
                Files.deleteIfExists(partial);
                listener.advanced(0);
                fault = attempt(name, address, file, partial);
            }
            if (fault.isPresent()) {
                Files.deleteIfExists(partial);
                throw new HubException(
                        HubException.Reason.DAMAGED,
                        name + ": the download is not what the server announced: " + fault.get()
                                + "; nothing of it is kept, try again" + " later");
            }
            done = true;
        } catch (IOException e) {
            throw disk(name, partial, e);
        } finally {
            if (begun && !done) {
                listener.failed();
            }
        }
        listener.finished();
    }

    private static long present(Path partial, RemoteFile file) throws IOException {
        if (!Files.exists(partial, LinkOption.NOFOLLOW_LINKS)) {
            return 0;
        }
        if (isForeign(partial)) {
            Files.delete(partial);
            return 0;
        }
        long present = Files.size(partial);
        if (present > file.sizeBytes()) {
            Files.delete(partial);
            return 0;
        }
        return present;
    }

    /** A link or the like in the file's place: what is written there would go elsewhere. */
    private static boolean isForeign(Path partial) throws IOException {
        if (!Files.isRegularFile(partial, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        return partial.getFileSystem().supportedFileAttributeViews().contains("unix")
                && (int) Files.getAttribute(partial, "unix:nlink", LinkOption.NOFOLLOW_LINKS) > 1;
    }

    private void requireSpace(String name, Path partial, long neededBytes) throws IOException {
        Path folder = Optional.ofNullable(partial.getParent()).orElse(partial);
        long free = space.bytes(folder);
        if (free > 0 && free < neededBytes + SPARE_BYTES) {
            throw new HubException(
                    HubException.Reason.DISK,
                    name + ": needs " + mebibytes(neededBytes) + " MiB in " + folder + ", where " + mebibytes(free)
                            + " are free; make room, or set HF_HUB_CACHE (for torchvision's and the authors' files"
                            + " TORCH_HOME) to a folder elsewhere");
        }
    }

    private static long mebibytes(long bytes) {
        return bytes >> 20;
    }

    /** What is wrong with the file in the end, if anything. */
    private Optional<String> attempt(String name, URI address, RemoteFile file, Path partial) throws IOException {
        Retries retries = new Retries(patience, name);
        try (FileChannel channel = FileChannel.open(
                partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            while (channel.size() < file.sizeBytes()) {
                long before = channel.size();
                try {
                    transfer(name, address, file, channel);
                } catch (InterruptedException | ClosedByInterruptException e) {
                    throw HubException.interrupted(name, e);
                } catch (DiskException e) {
                    throw e.cause();
                } catch (IOException e) {
                    long worthwhile = Math.min(WORTHWHILE_BYTES, file.sizeBytes() / 100);
                    if (channel.size() - before > worthwhile) {
                        retries.progressed();
                    }
                    retries.failed(e);
                }
            }
            channel.force(true);
        } catch (ClosedByInterruptException e) {
            throw HubException.interrupted(name, e);
        }
        long size = Files.size(partial);
        return size == file.sizeBytes()
                ? file.content().fault(partial)
                : Optional.of("it has " + size + " or more bytes instead of " + file.sizeBytes());
    }

    private void transfer(String name, URI address, RemoteFile file, FileChannel channel)
            throws IOException, InterruptedException {
        long from = channel.size();
        Duration stall = patience.download();
        Duration window = stall.multipliedBy(STALLS);
        long windowBegin = System.nanoTime();
        long windowFrom = from;
        try (HttpAnswer answer = http.get(address, from)) {
            long at = begin(name, answer, from, file, channel);
            for (List<ByteBuffer> buffers = answer.body().next(stall);
                    !buffers.isEmpty();
                    buffers = answer.body().next(stall)) {
                for (ByteBuffer buffer : buffers) {
                    at += write(buffer, channel, at);
                }
                listener.advanced(Math.min(at, file.sizeBytes()));
                if (at > file.sizeBytes()) {
                    return;
                }
                long nanos = System.nanoTime() - windowBegin;
                if (nanos > window.toNanos()) {
                    if (at - windowFrom < LEAST_BYTES_PER_SECOND * nanos / 1_000_000_000) {
                        throw new IOException((at - windowFrom) + " bytes came in " + nanos / 1_000_000 + " ms");
                    }
                    windowBegin = System.nanoTime();
                    windowFrom = at;
                }
            }
            if (at < file.sizeBytes()) {
                throw new IOException("the connection ended after " + at + " of " + file.sizeBytes() + " bytes");
            }
        }
    }

    /** Where in the file the answer's bytes belong; what does not fit them is cut off. */
    private static long begin(String name, HttpAnswer answer, long from, RemoteFile file, FileChannel channel)
            throws IOException {
        int status = answer.status();
        if (status == 206) {
            String wanted = "bytes " + from + "-" + (file.sizeBytes() - 1) + "/" + file.sizeBytes();
            String range = answer.header("content-range").orElse("nothing");
            if (!range.strip().equals(wanted)) {
                truncate(channel);
                throw new IOException("asked for " + wanted + ", the server sends " + range);
            }
            return from;
        }
        if (status == 416) {
            truncate(channel);
            throw new IOException("the server has no byte " + from);
        }
        if (status != 200) {
            throw HubStatus.refused(name, answer);
        }
        OptionalLong length = answer.bytes("content-length");
        if (length.isPresent() && length.getAsLong() != file.sizeBytes()) {
            throw new HubException(
                    HubException.Reason.DAMAGED,
                    name + ": the server sends " + length.getAsLong() + " bytes instead of the " + file.sizeBytes()
                            + " it announced; try again later");
        }
        truncate(channel);
        return 0;
    }

    private static int write(ByteBuffer buffer, FileChannel channel, long at) throws IOException {
        int count = buffer.remaining();
        try {
            for (long place = at; buffer.hasRemaining(); ) {
                place += channel.write(buffer, place);
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new DiskException(e);
        }
        return count;
    }

    private static void truncate(FileChannel channel) throws IOException {
        try {
            channel.truncate(0);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new DiskException(e);
        }
    }

    private static HubException disk(String name, Path partial, IOException cause) {
        return new HubException(
                HubException.Reason.DISK,
                name + ": " + partial + " cannot be written or read back (" + cause.getMessage()
                        + "); check the disk and the folder's permissions",
                cause);
    }

    /** Not a fault of the connection, so that trying again is of no use. */
    private static final class DiskException extends IOException {
        private static final long serialVersionUID = 1L;
        private final IOException cause;

        DiskException(IOException cause) {
            super(cause);
            this.cause = cause;
        }

        IOException cause() {
            return cause;
        }
    }
}
