package org.convnext4j.model.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.OptionalLong;
import org.convnext4j.model.failure.FileFailure;

/** Single checkpoints in PyTorch's cache, {@code $TORCH_HOME/hub/checkpoints}. */
final class PublishedFiles {
    private final HubSettings settings;
    private final Download.FreeSpace space;
    private final DownloadListener listener;

    PublishedFiles(HubSettings settings, Download.FreeSpace space, DownloadListener listener) {
        this.settings = settings;
        this.space = space;
        this.listener = listener;
    }

    ModelFiles fetch(PublishedFile file) {
        Path target = settings.torchCheckpoints().resolve(file.file());
        if (!Files.isRegularFile(target)) {
            if (settings.offline()) {
                throw new HubException(
                        HubException.Reason.OFFLINE,
                        file + ": " + target + " is not there, and HF_HUB_OFFLINE forbids fetching it; unset it once");
            }
            download(file, target);
        }
        return new ModelFiles(file.toString(), target, Optional.of(file.preprocessor()));
    }

    private void download(PublishedFile file, Path target) {
        Path folder = settings.torchCheckpoints();
        Path lock = folder.resolve(".locks").resolve(file.file() + ".lock");
        try {
            CacheLock.holding(lock, file.toString(), () -> {
                if (!Files.isRegularFile(target)) {
                    transfer(file, folder.resolve(file.file() + ".incomplete"), target);
                }
                return target;
            });
        } catch (IOException e) {
            throw new HubException(
                    HubException.Reason.DISK,
                    file + ": " + target + " cannot be written (" + FileFailure.reason(e)
                            + "); check the folder, or set TORCH_HOME to another",
                    e);
        }
    }

    private void transfer(PublishedFile file, Path partial, Path target) throws IOException {
        URI server = file.source() == PublishedFile.Source.TORCHVISION ? settings.torchvision() : settings.facebook();
        URI address = URI.create(server + "/" + file.path());
        try (HubHttp http = new HubHttp(settings)) {
            RemoteFile remote = Retries.run(settings.patience(), file.toString(), () -> ask(http, address, file));
            new Download(http, settings.patience(), space, listener).fetch(file.toString(), address, remote, partial);
        }
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private static RemoteFile ask(HubHttp http, URI address, PublishedFile file)
            throws IOException, InterruptedException {
        try (HttpAnswer answer = http.head(address)) {
            if (answer.status() != 200) {
                throw HubStatus.refused(file.toString(), answer);
            }
            OptionalLong size = answer.bytes("content-length");
            if (size.isEmpty() || size.getAsLong() <= 0 || size.getAsLong() > HubRepository.MAX_WEIGHTS_BYTES) {
                throw new HubException(
                        HubException.Reason.REFUSED,
                        file + ": the server does not tell a size that a model may have; try again later");
            }
            RemoteFile.Content content =
                    file.sha256Prefix().map(RemoteFile::bySha256).orElse(RemoteFile.Content.UNKNOWN);
            return new RemoteFile(size.getAsLong(), content);
        }
    }
}
