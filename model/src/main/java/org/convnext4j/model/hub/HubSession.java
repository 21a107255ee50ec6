package org.convnext4j.model.hub;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.convnext4j.model.failure.FileFailure;

/**
 * Files of one model, all of one commit: that of the revision when the first of them is asked about. Not thread-safe.
 */
final class HubSession implements AutoCloseable {
    private final HubSettings settings;
    private final Patience patience;
    private final HubModelName name;
    private final HubCache cache;
    private final HubHttp http;
    private final Download download;
    private Optional<String> commit;

    HubSession(
            HubSettings settings,
            Patience patience,
            HubModelName name,
            HubCache cache,
            Download.FreeSpace space,
            DownloadListener listener) {
        this.settings = settings;
        this.patience = patience;
        this.name = name;
        this.cache = cache;
        this.commit = name.commit();
        this.http = new HubHttp(settings);
        this.download = new Download(http, settings.patience(), space, listener);
    }

    /** Whether the cache has this file of the commit; false before the commit is known. */
    boolean has(String file) {
        return commit.flatMap(known -> cache.find(known, file)).isPresent();
    }

    /**
     * A file, from the cache or the hub.
     *
     * @param limitBytes what it may have at most
     * @return empty if the model has none of this name
     * @throws HubException if it cannot be had
     */
    Optional<Path> get(String file, long limitBytes) {
        String subject = name + ": " + file;
        Optional<Path> cached = commit.flatMap(known -> cache.find(known, file));
        if (cached.isPresent()
                || commit.filter(known -> cache.isKnownAbsent(known, file)).isPresent()) {
            return cached;
        }
        HubAnswer answer = Retries.run(patience, subject, () -> ask(file, subject));
        if (commit.isEmpty()) {
            commit = answer.commit();
        }
        try {
            if (answer.etag().isEmpty()) {
                commit.ifPresent(known -> cache.setAbsent(known, file));
                return Optional.empty();
            }
            String known = commit.orElseThrow();
            cached = cache.find(known, file);
            if (cached.isPresent()) {
                return cached;
            }
            if (answer.sizeBytes() <= 0 || answer.sizeBytes() > limitBytes) {
                throw new HubException(
                        HubException.Reason.REFUSED,
                        subject + ": is said to have " + Long.toUnsignedString(answer.sizeBytes())
                                + " bytes; such a file has 1 to " + limitBytes);
            }
            return Optional.of(bring(known, file, answer.etag().get(), answer.sizeBytes(), subject));
        } catch (IOException e) {
            throw new HubException(
                    HubException.Reason.DISK,
                    subject + ": " + cache.folder() + " cannot be written (" + FileFailure.reason(e)
                            + "); check its permissions, or set HF_HUB_CACHE to another folder",
                    e);
        }
    }

    private HubAnswer ask(String file, String subject) throws IOException, InterruptedException {
        try (HttpAnswer answer = http.head(address(file))) {
            return HubAnswer.of(answer, subject);
        }
    }

    private Path bring(String known, String file, String etag, long sizeBytes, String subject) throws IOException {
        return CacheLock.holding(cache.lock(etag), subject, () -> {
            boolean fresh = !Files.isRegularFile(cache.blob(etag));
            if (fresh && cache.find(known, file).isEmpty()) {
                Files.createDirectories(cache.blob(etag).getParent());
                RemoteFile remote = new RemoteFile(sizeBytes, RemoteFile.byEtag(etag));
                download.fetch(subject, address(file), remote, cache.incomplete(etag));
                cache.publish(etag);
            }
            return cache.attach(known, file, etag, fresh);
        });
    }

    private URI address(String file) {
        String revision = URLEncoder.encode(commit.orElse(name.revision()), StandardCharsets.UTF_8);
        return URI.create(settings.endpoint() + "/" + name.repository() + "/resolve/" + revision + "/" + file);
    }

    /** Notes what the revision stands for, now that all its files are there. */
    void finish() {
        commit.ifPresent(cache::setCommit);
    }

    @Override
    public void close() {
        http.close();
    }
}
