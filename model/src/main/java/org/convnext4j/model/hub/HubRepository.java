package org.convnext4j.model.hub;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.convnext4j.model.image.OpenClipConfig;
import org.convnext4j.model.weights.CheckpointFolder;
import org.convnext4j.model.weights.ShardIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One model of the hub: from the cache, or from the hub into the cache. */
final class HubRepository {
    static final String CONFIG = "config.json";
    static final String PREPROCESSOR = "preprocessor_config.json";

    /** Far more than any ConvNeXt has; a server that speaks of more is not believed. */
    static final long MAX_WEIGHTS_BYTES = 64L << 30;

    private static final Logger LOG = LoggerFactory.getLogger(HubRepository.class);
    private static final long MAX_CONFIG_BYTES = 32L << 20;
    private static final List<String> WEIGHTS = CheckpointFolder.NAMES;

    /** Failures with which what the cache has is better than nothing; a cache of another user cannot be brought up. */
    private static final Set<HubException.Reason> STALE_IS_BETTER =
            Set.of(HubException.Reason.UNREACHABLE, HubException.Reason.REFUSED, HubException.Reason.DISK);

    private final HubSettings settings;
    private final HubModelName name;
    private final HubCache cache;
    private final Download.FreeSpace space;
    private final DownloadListener listener;

    HubRepository(
            HubSettings settings,
            HubModelName name,
            HubCache cache,
            Download.FreeSpace space,
            DownloadListener listener) {
        this.settings = settings;
        this.name = name;
        this.cache = cache;
        this.space = space;
        this.listener = listener;
    }

    ModelFiles fetch() {
        Optional<Path> cached = cached();
        // A commit never changes, so nobody needs to be asked if all is there.
        if (cached.isPresent()
                && name.commit()
                        .filter(commit -> isSettled(commit, cached.get()))
                        .isPresent()) {
            return files(cached.get());
        }
        if (settings.offline()) {
            return files(cached.map(this::warned).orElseThrow(this::notCached));
        }
        // With something to fall back on, a hub that is out of reach need not be waited for.
        Patience patience = cached.isPresent() ? settings.patience().withAttempts(1) : settings.patience();
        try (HubSession session = new HubSession(settings, patience, name, cache, space, listener)) {
            return files(fetch(session));
        } catch (HubException e) {
            if (!STALE_IS_BETTER.contains(e.reason()) || cached.isEmpty()) {
                throw e;
            }
            LOG.warn("{}; using what the cache has of {}", e.getMessage(), name);
            return files(warned(cached.get()));
        }
    }

    private ModelFiles files(Path weights) {
        return new ModelFiles(name.toString(), weights, Optional.empty());
    }

    private Path fetch(HubSession session) {
        Optional<Path> config = session.get(CONFIG, MAX_CONFIG_BYTES);
        if (config.isPresent()) {
            ConfigKind.requireConvNeXt(config.get(), name);
        }
        session.get(PREPROCESSOR, MAX_CONFIG_BYTES);
        Path weights = weights(session);
        if (OpenClipConfig.belongsTo(weights)) {
            session.get(OpenClipConfig.FILE, MAX_CONFIG_BYTES);
        }
        session.finish();
        return weights;
    }

    private Path weights(HubSession session) {
        // First what is there: a client may have fetched another format than the one preferred here.
        for (String file : WEIGHTS) {
            if (session.has(file)) {
                return whole(session, session.get(file, MAX_WEIGHTS_BYTES).orElseThrow());
            }
        }
        for (String file : WEIGHTS) {
            Optional<Path> found = session.get(file, ShardIndex.isIndex(file) ? MAX_CONFIG_BYTES : MAX_WEIGHTS_BYTES);
            if (found.isPresent()) {
                return whole(session, found.get());
            }
        }
        throw new HubException(
                HubException.Reason.ABSENT,
                name + ": there is no such model, or it has no weights that can be read (" + String.join(", ", WEIGHTS)
                        + "); check the spelling");
    }

    /** Fetches the parts of weights that are in several files. */
    private Path whole(HubSession session, Path weights) {
        if (ShardIndex.isIndex(weights.toString())) {
            for (String part : ShardIndex.read(weights).files()) {
                if (session.get(part, MAX_WEIGHTS_BYTES).isEmpty()) {
                    throw new HubException(
                            HubException.Reason.ABSENT,
                            name + ": " + weights.getFileName() + " names " + part
                                    + ", but there is no such file; report it to the model's owner");
                }
            }
        }
        return weights;
    }

    /** The weights that the cache has whole, without a question to anybody. */
    private Optional<Path> cached() {
        return cache.commit()
                .flatMap(commit -> WEIGHTS.stream()
                        .flatMap(file -> cache.find(commit, file).stream())
                        .filter(weights -> isWhole(commit, weights))
                        .findFirst());
    }

    private boolean isWhole(String commit, Path weights) {
        return !ShardIndex.isIndex(weights.toString())
                || ShardIndex.read(weights).files().stream()
                        .allMatch(part -> cache.find(commit, part).isPresent());
    }

    /** Whether it is known of all configuration files what is in them, or that there is none. */
    private boolean isSettled(String commit, Path weights) {
        return Stream.of(CONFIG, PREPROCESSOR, OpenClipConfig.FILE)
                .filter(file -> !file.equals(OpenClipConfig.FILE) || OpenClipConfig.belongsTo(weights))
                .allMatch(file -> cache.find(commit, file).isPresent() || cache.isKnownAbsent(commit, file));
    }

    /** Says what may be wrong with a model that another client fetched in part. */
    private Path warned(Path weights) {
        boolean timm = name.repository().startsWith("timm/");
        String missing = timm ? CONFIG : PREPROCESSOR;
        boolean known = cache.commit()
                .filter(commit -> cache.find(commit, missing).isPresent() || cache.isKnownAbsent(commit, missing))
                .isPresent();
        if (!known) {
            LOG.warn(
                    "{}: the cache has the weights but not {}, so the preprocessing is a guess; fetch it once with the"
                            + " network",
                    name,
                    missing);
        }
        return weights;
    }

    private HubException notCached() {
        return new HubException(
                HubException.Reason.OFFLINE,
                name + ": is not in the cache " + settings.hubCache()
                        + ", and HF_HUB_OFFLINE forbids fetching it; unset it once, or check HF_HUB_CACHE");
    }
}
