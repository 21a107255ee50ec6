package org.convnext4j.bindings;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.SymbolLookup;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds and opens OpenBLAS: the file the user names, else the one in the jar for this platform on the class path, else
 * one installed on the system. A named file that cannot be used is an error, because going on with another library
 * would hide the mistake.
 */
final class OpenBlasFinder {
    static final List<String> SYSTEM_NAMES =
            List.of("libopenblas.so.0", "libopenblas.so", "libopenblas.dylib", "openblas.dll");

    private static final String OWN_PROPERTIES = "/META-INF/maven/org.convnext4j/convnext4j-bindings/pom.properties";
    private static final Logger LOG = LoggerFactory.getLogger(OpenBlasFinder.class);

    /**
     * An opened library.
     *
     * @param symbols its functions
     * @param info the calls about itself
     * @param path absolute path, or the bare name if the operating system found it
     */
    record Found(SymbolLookup symbols, OpenBlasInfo info, String path) {}

    private final Settings settings;
    private final ClassLoader loader;
    private final List<String> systemNames;
    private final String platformName;
    private final Optional<Platform> platform;
    private final List<String> tried = new ArrayList<>();

    OpenBlasFinder(Settings settings, ClassLoader loader, List<String> systemNames) {
        this.settings = settings;
        this.loader = loader;
        this.systemNames = List.copyOf(systemNames);
        String osName = settings.property("os.name").orElse("unknown");
        String osArch = settings.property("os.arch").orElse("unknown");
        this.platformName = Platform.classifierOf(osName, osArch);
        this.platform = Platform.of(osName, osArch);
    }

    /**
     * Finds and opens the library.
     *
     * @throws NativeLibraryException if none can be used; its message lists what was tried, or says that none may be
     */
    Found find() {
        // Asked first: a library that may not be called needs no unpacking, and no other one would do.
        NativeAccess.obstacle().ifPresent(obstacle -> {
            throw new NativeLibraryException("OpenBLAS cannot be called: " + obstacle);
        });
        Optional<Found> found = named();
        if (found.isEmpty()) {
            found = onClassPath();
        }
        if (found.isEmpty()) {
            found = installed();
        }
        return found.orElseThrow(() -> new NativeLibraryException("OpenBLAS could not be loaded on " + platformName
                + ". Tried: " + String.join("; ", tried)
                + ". To mend it, " + jarToAdd() + "install OpenBLAS, or name its file with -D"
                + Settings.LIBRARY_PROPERTY + "=FILE or the environment variable " + Settings.LIBRARY_VARIABLE + "."));
    }

    private String jarToAdd() {
        return platform.map(known -> "add the Maven dependency " + known.artifact()
                        + version().map(version -> ":" + version).orElse("")
                        + " (org.convnext4j:convnext4j-openblas is for all platforms), or ")
                .orElse("");
    }

    /**
     * This library's own version, which the jars with OpenBLAS have too. From what Maven lays into every jar, also a fat
     * one, whose manifest tells of the program; empty where the classes lie in a folder.
     */
    private static Optional<String> version() {
        try (InputStream in = OpenBlasFinder.class.getResourceAsStream(OWN_PROPERTIES)) {
            if (in == null) {
                return Optional.empty();
            }
            Properties properties = new Properties();
            properties.load(in);
            return Optional.ofNullable(properties.getProperty("version"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Optional<Found> named() {
        Optional<String> property = settings.property(Settings.LIBRARY_PROPERTY);
        if (property.isPresent()) {
            return Optional.of(openNamed("system property " + Settings.LIBRARY_PROPERTY, property.get()));
        }
        Optional<String> variable = settings.variable(Settings.LIBRARY_VARIABLE);
        if (variable.isPresent()) {
            return Optional.of(openNamed("environment variable " + Settings.LIBRARY_VARIABLE, variable.get()));
        }
        tried.add("system property " + Settings.LIBRARY_PROPERTY + " and environment variable "
                + Settings.LIBRARY_VARIABLE + " (not set)");
        return Optional.empty();
    }

    private Found openNamed(String origin, String text) {
        try {
            Path path = Path.of(text).toAbsolutePath();
            if (!Files.isRegularFile(path)) {
                throw new IOException(Files.exists(path) ? "it is not a file" : "no such file");
            }
            return open(withNeighbours(path));
        } catch (IOException | InvalidPathException e) {
            throw new NativeLibraryException(
                    "The " + origin + " names " + text + ", which cannot be used as OpenBLAS: " + e.getMessage()
                            + ". Name the file of an OpenBLAS for " + platformName + ", or unset it.",
                    e);
        }
    }

    // A named OpenBLAS may come from the same jar; then its dependencies lie beside it and need the same load order.
    private List<Path> withNeighbours(Path openBlas) {
        List<Path> paths = new ArrayList<>();
        List<String> names = platform.map(Platform::files).orElse(List.of(""));
        for (String name : names.subList(0, names.size() - 1)) {
            Path neighbour = openBlas.resolveSibling(name);
            if (Files.isRegularFile(neighbour)) {
                paths.add(neighbour);
            }
        }
        paths.add(openBlas);
        return paths;
    }

    private Optional<Found> onClassPath() {
        if (platform.isEmpty()) {
            tried.add("class path (no jar exists for " + platformName + ")");
            return Optional.empty();
        }
        List<String> names = platform.get().files();
        String resource = PlatformFiles.resource(platform.get(), names.get(names.size() - 1));
        try {
            Optional<PlatformFiles> files = PlatformFiles.find(loader, platform.get());
            if (files.isPresent()) {
                return Optional.of(unpackAndOpen(files.get()));
            }
            tried.add("class path (holds no " + resource + ")");
        } catch (IOException e) {
            LOG.warn("OpenBLAS of the class path cannot be used, looking for an installed one: {}", e.getMessage());
            tried.add("class path, " + resource + " (" + e.getMessage() + ")");
        }
        return Optional.empty();
    }

    private Found unpackAndOpen(PlatformFiles files) throws IOException {
        Optional<Path> root;
        String failure;
        try {
            root = CacheRoot.choose(settings);
            failure = "no home folder is known";
        } catch (InvalidPathException e) {
            root = Optional.empty();
            failure = describe(e);
        }
        if (root.isPresent()) {
            Path folder = root.get().resolve(files.folder());
            try {
                return open(UnpackedFiles.provide(folder, files.files()));
            } catch (IOException e) {
                failure = folder + ": " + describe(e);
            }
        }
        Optional<Found> kept = openInPrivateFolder(files);
        if (kept.isPresent()) {
            LOG.info(
                    "OpenBLAS cannot be kept in the cache ({}) and is kept as {}",
                    failure,
                    kept.get().path());
            return kept.get();
        }
        Found found = openInTemporaryFolder(files, failure);
        LOG.warn(
                "OpenBLAS cannot be kept in the cache ({}) and was unpacked to {} for this run only;"
                        + " name a writable folder that allows loading code with -D{}=FOLDER or the environment variable {}",
                failure,
                found.path(),
                Settings.CACHE_PROPERTY,
                Settings.CACHE_VARIABLE);
        return found;
    }

    /** In the temporary folder too, but under one name, so that the next run need not unpack again. */
    private Optional<Found> openInPrivateFolder(PlatformFiles files) {
        try {
            Path parent =
                    Path.of(settings.property("java.io.tmpdir").orElse("")).toAbsolutePath();
            Path own = PrivateFolder.provide(
                    parent, "convnext4j-" + settings.property("user.name").orElse("user"));
            return Optional.of(open(UnpackedFiles.provide(own.resolve(files.folder()), files.files())));
        } catch (IOException | InvalidPathException | UnsupportedOperationException e) {
            LOG.debug("OpenBLAS cannot be kept in the temporary folder", e);
            return Optional.empty();
        }
    }

    private Found openInTemporaryFolder(PlatformFiles files, String cacheFailure) throws IOException {
        String parent = settings.property("java.io.tmpdir").orElse("");
        try {
            Path folder = Files.createTempDirectory(Path.of(parent).toAbsolutePath(), "convnext4j-");
            // Marked before the content, because the JVM deletes in reverse order and a folder must be empty first.
            folder.toFile().deleteOnExit();
            files.files().forEach(file -> new File(folder.toFile(), file.name()).deleteOnExit());
            return open(UnpackedFiles.provide(folder, files.files()));
        } catch (IOException | InvalidPathException e) {
            throw new IOException(
                    "it could be unpacked neither to the cache (" + cacheFailure + ") nor to the temporary folder ("
                            + parent + ": "
                            + describe(e)
                            + "); name a writable folder that has 100 MB of free space and allows loading code with -D"
                            + Settings.CACHE_PROPERTY
                            + "=FOLDER",
                    e);
        }
    }

    // The message of a file system exception begins with the path, which is said already, and is often nothing else.
    private static String describe(Exception e) {
        if (e instanceof FileSystemException failure) {
            String reason = failure.getReason();
            if (reason != null) {
                return reason;
            }
            return failure instanceof AccessDeniedException
                    ? "this user has no permission"
                    : failure instanceof NoSuchFileException ? "there is no such folder" : "no file can be made there";
        }
        return String.valueOf(e.getMessage());
    }

    private Optional<Found> installed() {
        for (String name : systemNames) {
            try {
                SymbolLookup symbols = SharedLibrary.openByName(name);
                return Optional.of(new Found(symbols, OpenBlasInfo.of(symbols), name));
            } catch (IOException e) {
                tried.add("installed " + name + " (" + e.getMessage() + ")");
            }
        }
        return Optional.empty();
    }

    private static Found open(List<Path> paths) throws IOException {
        SymbolLookup symbols = SharedLibrary.openAll(paths);
        String path = paths.get(paths.size() - 1).toString();
        return new Found(symbols, OpenBlasInfo.of(symbols), path);
    }
}
