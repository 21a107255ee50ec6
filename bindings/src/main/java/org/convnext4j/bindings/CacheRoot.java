package org.convnext4j.bindings;

import java.nio.file.Path;
import java.util.Optional;

/** Chooses the folder under which shared libraries are unpacked. */
final class CacheRoot {
    private static final String OWN_FOLDER = "convnext4j";

    private CacheRoot() {}

    /**
     * Chooses in this order: system property {@value Settings#CACHE_PROPERTY}, environment variable {@value
     * Settings#CACHE_VARIABLE}, the place the operating system has for caches of a user.
     *
     * @return the folder, which need not exist, or empty if the JVM does not know the user's home
     */
    static Optional<Path> choose(Settings settings) {
        Optional<String> named =
                settings.property(Settings.CACHE_PROPERTY).or(() -> settings.variable(Settings.CACHE_VARIABLE));
        if (named.isPresent()) {
            return named.map(text -> Path.of(text).toAbsolutePath());
        }
        return usersCache(settings).map(folder -> folder.resolve(OWN_FOLDER));
    }

    private static Optional<Path> usersCache(Settings settings) {
        String os = settings.property("os.name").orElse("");
        if (os.startsWith("Windows")) {
            return absolute(settings.variable("LOCALAPPDATA"))
                    .or(() -> home(settings).map(home -> home.resolve("AppData").resolve("Local")));
        }
        if (os.startsWith("Mac")) {
            return home(settings).map(home -> home.resolve("Library").resolve("Caches"));
        }
        return absolute(settings.variable("XDG_CACHE_HOME"))
                .or(() -> home(settings).map(home -> home.resolve(".cache")));
    }

    private static Optional<Path> home(Settings settings) {
        return UserHome.of(
                name -> settings.variable(name).orElse(null),
                name -> settings.property(name).orElse(null));
    }

    private static Optional<Path> absolute(Optional<String> text) {
        return text.map(Path::of).filter(Path::isAbsolute);
    }
}
