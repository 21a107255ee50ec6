package org.convnext4j.model.hub;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.convnext4j.model.failure.FileNames;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.weights.CheckpointFolder;

/**
 * Finds released models by name, in the caches of Python's clients or else on their servers:
 *
 * <ul>
 *   <li>{@code ORG/NAME} or {@code ORG/NAME@REVISION} in Hugging Face's hub, where timm's models are too, such as
 *       {@code facebook/convnext-tiny-224} and {@code timm/convnext_tiny.fb_in22k_ft_in1k}, which may also be called
 *       {@code convnext_tiny.fb_in22k_ft_in1k}; without a tag, {@code convnext_tiny}, it is timm's default weights;
 *   <li>torchvision's {@code ConvNeXt_Tiny_Weights.IMAGENET1K_V1} and so on;
 *   <li>the authors' files, such as {@code convnext_tiny_1k_224_ema.pth}.
 * </ul>
 *
 * <p>Models of the hub lie in Hugging Face's cache, the others in PyTorch's, in the very layouts of these clients, which
 * may use them at the same time. A file appears in its place only when its size and, where it is known, its hash are
 * right; a download that breaks off goes on where it was. The hub is asked once a call for the commit that a branch
 * stands for; if it cannot be reached, the commit it stood for last is used. Immutable and safe for use by many threads.
 */
public final class ModelHub {
    private static final Set<HubException.Reason> MISTYPED =
            Set.of(HubException.Reason.ABSENT, HubException.Reason.REFUSED, HubException.Reason.OFFLINE);

    /** What may come of asking a server for what was meant for a file. */
    private static final Set<HubException.Reason> ABOUT_THE_NAME = Set.of(
            HubException.Reason.ABSENT,
            HubException.Reason.REFUSED,
            HubException.Reason.OFFLINE,
            HubException.Reason.UNREACHABLE);

    private final HubSettings settings;
    private final Download.FreeSpace space;
    private final HubCache.Links links;

    ModelHub(HubSettings settings, Download.FreeSpace space, HubCache.Links links) {
        this.settings = settings;
        this.space = space;
        this.links = links;
    }

    /**
     * The hub that this process's environment variables name; see {@link HubSettings#fromEnvironment}.
     *
     * @throws HubException if one of them is malformed
     */
    public static ModelHub fromEnvironment() {
        return of(HubSettings.fromEnvironment());
    }

    /** A hub with these settings. */
    public static ModelHub of(HubSettings settings) {
        return new ModelHub(settings, folder -> Files.getFileStore(folder).getUsableSpace(), Files::createSymbolicLink);
    }

    /** Addresses, folders and so on. */
    public HubSettings settings() {
        return settings;
    }

    /**
     * What a user calls a model: a file or folder that exists stands for itself, everything else is a name to
     * {@link #fetch(String, DownloadListener) fetch} as the environment variables say. No server is asked for what can
     * only be a path: what begins with {@code ./}, {@code ../}, {@code /} or {@code ~}, has more than one slash, ends as
     * a model's file does, or names a folder that is there and nothing in it. Behind {@code hf_hub:} it is always a name.
     *
     * @param nameOrPath of the model
     * @param listener told of files that come
     * @throws HubException if the model cannot be had; the message says why
     * @throws ModelException if a file of it cannot be understood
     */
    public static ModelFiles locate(String nameOrPath, DownloadListener listener) {
        Optional<Path> path = existing(nameOrPath);
        if (path.isPresent()) {
            return new ModelFiles(nameOrPath, CheckpointFolder.checkpoint(path.get()), Optional.empty());
        }
        ModelName name = ModelName.parse(nameOrPath);
        boolean ambiguous = name instanceof HubModelName model
                && !ReleasedNames.isReleased(model.repository())
                && ModelName.withoutPrefix(nameOrPath.strip()).isEmpty();
        if (ambiguous && MissingPath.isInFolder(nameOrPath)) {
            throw MissingPath.refusal(nameOrPath);
        }
        try {
            return fromEnvironment().fetch(nameOrPath, listener);
        } catch (HubException e) {
            throw ambiguous && ABOUT_THE_NAME.contains(e.reason()) ? asNoFileEither(nameOrPath, e) : e;
        }
    }

    /** Says of what may have been meant for a path that there is none. */
    private static HubException asNoFileEither(String text, HubException failure) {
        return new HubException(
                failure.reason(),
                text + " is no file or folder here, and of the hub: " + failure.getMessage(),
                failure);
    }

    private static Optional<Path> existing(String text) {
        try {
            return Optional.of(Path.of(text)).filter(path -> !text.isBlank() && Files.exists(path));
        } catch (InvalidPathException e) {
            if (!text.chars().allMatch(c -> c < 0x80)) {
                // No model of a hub is called so; it is a file, and its name is what is wrong.
                FileNames.path(text);
            }
            return Optional.empty();
        }
    }

    /** As {@link #fetch(String, DownloadListener)}, and tells nobody how it goes. */
    public ModelFiles fetch(String name) {
        return fetch(name, DownloadListener.SILENT);
    }

    /**
     * Brings a model's weights and configuration to the cache, unless they are there. An interrupt of the thread ends it
     * soon.
     *
     * @param name of the model
     * @param listener told of files that come
     * @throws HubException if the model cannot be had; the message says why
     * @throws ModelException if a file of it cannot be understood
     */
    public ModelFiles fetch(String name, DownloadListener listener) {
        ModelName parsed = ModelName.parse(name);
        if (parsed instanceof PublishedFile file) {
            return new PublishedFiles(settings, space, listener).fetch(file);
        }
        HubModelName model = (HubModelName) parsed;
        HubCache cache = new HubCache(settings.hubCache(), model, links);
        try {
            return new HubRepository(settings, model, cache, space, listener).fetch();
        } catch (HubException e) {
            throw withNearNames(e, model);
        }
    }

    /** A name that nobody released may be mistyped. */
    private static HubException withNearNames(HubException failure, HubModelName model) {
        String near = ReleasedNames.question(model.repository());
        boolean mistyped = MISTYPED.contains(failure.reason()) && !ReleasedNames.isReleased(model.repository());
        return mistyped && !near.isEmpty()
                ? new HubException(failure.reason(), failure.getMessage() + near, failure)
                : failure;
    }

    /**
     * What a name stands for, without asking anybody: {@code timm/convnext_tiny.in12k_ft_in1k} for {@code convnext_tiny}.
     *
     * @throws HubException if it cannot be the name of a model; the message has names that are near
     */
    public static String fullName(String name) {
        return ModelName.parse(name).toString();
    }

    /** Whether a text stands for a file or folder that exists, and so is no name to look up. */
    public static boolean isFile(String nameOrPath) {
        return existing(nameOrPath).isPresent();
    }
}
