package org.convnext4j.model.hub;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A process that fetches the model of a {@link FakeHub}, for tests of several at once. */
final class HubFetchMain {
    private HubFetchMain() {}

    /** Arguments: address of the hub and a folder. Prints a dot when bytes come, and the weights' hash in the end. */
    public static void main(String[] args) throws Exception {
        URI hub = URI.create(args[0]);
        HubSettings settings = new HubSettings(
                Path.of(args[1]),
                Path.of(args[1]),
                hub,
                hub,
                hub,
                Optional.empty(),
                false,
                new Patience(Duration.ofSeconds(60), Duration.ofSeconds(60), 3, Duration.ofMillis(1)));
        DownloadListener dots = new DownloadListener() {
            @Override
            public void advanced(long presentBytes) {
                System.out.print('.');
                System.out.flush();
            }
        };
        ModelFiles files = ModelHub.of(settings).fetch(FakeHub.REPOSITORY, dots);
        System.out.println(" " + FakeHub.hash("SHA-256", Files.readAllBytes(files.weights())));
    }
}
