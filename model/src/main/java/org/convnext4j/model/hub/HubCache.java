package org.convnext4j.model.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cache of one model as Hugging Face's Python client lays it out: contents in {@code blobs/ETAG}, the files of a
 * commit in {@code snapshots/COMMIT/FILE} as symbolic links to them, the commit of a branch or tag in
 * {@code refs/REVISION}, files known not to exist in {@code .no_exist/COMMIT/FILE}, locks in {@code .locks}.
 */
final class HubCache {
    private static final Logger LOG = LoggerFactory.getLogger(HubCache.class);
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
    private static final int MAX_NAME = 200;
    private static final int MAX_REF_BYTES = 1024;

    /** Makes links; tests have file systems without. */
    interface Links {
        void link(Path link, Path target) throws IOException;
    }

    private final HubModelName name;
    private final Path root;
    private final Path folder;
    private final Links links;

    HubCache(Path root, HubModelName name) {
        this(root, name, Files::createSymbolicLink);
    }

    HubCache(Path root, HubModelName name, Links links) {
        this.name = name;
        this.root = root;
        this.folder = root.resolve(name.folder());
        this.links = links;
    }

    /** Whether a text may be a file in the cache: no folders, nothing hidden, nothing that leads elsewhere. */
    static boolean isSafe(String file) {
        return file.length() <= MAX_NAME && FILE_NAME.matcher(file).matches();
    }

    Path folder() {
        return folder;
    }

    /** The commit that the revision stood for when it was last asked about; empty if it never was. */
    Optional<String> commit() {
        if (name.commit().isPresent()) {
            return name.commit();
        }
        Path ref = folder.resolve("refs").resolve(name.revision());
        try {
            if (!Files.isRegularFile(ref) || Files.size(ref) > MAX_REF_BYTES) {
                return Optional.empty();
            }
            return Optional.of(Files.readString(ref).strip()).filter(HubModelName::isCommit);
        } catch (IOException e) {
            LOG.debug("{} cannot be read, so it is as if it were not there", ref, e);
            return Optional.empty();
        }
    }

    /**
     * Notes the commit that the revision stands for. In a cache that cannot be written it is not noted, and all that is
     * lost is that the model is found without the hub.
     */
    void setCommit(String commit) {
        if (name.commit().isPresent() || commit().equals(Optional.of(commit))) {
            return;
        }
        Path ref = folder.resolve("refs").resolve(name.revision());
        try {
            Path temp = beside(ref);
            Files.createDirectories(temp.getParent());
            Files.writeString(temp, commit, StandardOpenOption.CREATE_NEW);
            move(temp, ref);
        } catch (IOException e) {
            LOG.warn("{}: {} cannot be written, so the model will not be found without the hub ({})", name, ref, e);
        }
    }

    /** Where a file of a commit is, or would be. */
    Path file(String commit, String file) {
        return folder.resolve("snapshots").resolve(requireSafe(commit)).resolve(requireSafe(file));
    }

    /** A file of a commit that is there. */
    Optional<Path> find(String commit, String file) {
        return Optional.of(file(commit, file)).filter(Files::isRegularFile);
    }

    Path blob(String etag) {
        return folder.resolve("blobs").resolve(requireSafe(etag));
    }

    /** Where a download goes on that broke off. */
    Path incomplete(String etag) {
        return folder.resolve("blobs").resolve(requireSafe(etag) + ".incomplete");
    }

    Path lock(String etag) {
        return root.resolve(".locks").resolve(name.folder()).resolve(requireSafe(etag) + ".lock");
    }

    /** Whether the hub has said before that the commit has no such file. */
    boolean isKnownAbsent(String commit, String file) {
        return Files.isRegularFile(absent(commit, file));
    }

    /** Notes that the commit has no such file; in a cache that cannot be written the hub is asked again next time. */
    void setAbsent(String commit, String file) {
        Path mark = absent(commit, file);
        try {
            if (!Files.exists(mark, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(mark.getParent());
                Files.createFile(mark);
            }
        } catch (IOException e) {
            LOG.debug("{} cannot be written, so the hub will be asked again", mark, e);
        }
    }

    private Path absent(String commit, String file) {
        return folder.resolve(".no_exist").resolve(requireSafe(commit)).resolve(requireSafe(file));
    }

    /** Makes a whole download the content for its tag. The caller holds the lock. */
    void publish(String etag) throws IOException {
        move(incomplete(etag), blob(etag));
    }

    /**
     * Lets a commit's file have the content for a tag; the caller holds the lock.
     *
     * @param fresh whether the content was fetched for this file: where there are no links it then becomes the file, so
     *     that it is not stored twice, as the Python client does
     */
    Path attach(String commit, String file, String etag, boolean fresh) throws IOException {
        Path snapshot = file(commit, file);
        if (Files.isRegularFile(snapshot)) {
            return snapshot;
        }
        Path commitFolder = Files.createDirectories(folder.resolve("snapshots").resolve(commit));
        // A link that leads nowhere.
        Files.deleteIfExists(snapshot);
        Path blob = blob(etag);
        try {
            links.link(snapshot, commitFolder.relativize(blob));
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("{}: no symbolic links here, so contents are moved or copied", folder, e);
            if (fresh) {
                move(blob, snapshot);
            } else {
                Path temp = beside(snapshot);
                Files.copy(blob, temp);
                move(temp, snapshot);
            }
        }
        return snapshot;
    }

    private static Path beside(Path file) {
        String random = Long.toHexString(ThreadLocalRandom.current().nextLong());
        return file.resolveSibling("." + file.getFileName() + "." + random + ".incomplete");
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private String requireSafe(String part) {
        if (!isSafe(part)) {
            throw new HubException(
                    HubException.Reason.REFUSED,
                    name + ": '" + part + "' is no name for a file of the cache; check HF_ENDPOINT");
        }
        return part;
    }
}
