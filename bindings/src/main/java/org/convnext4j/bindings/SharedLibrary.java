package org.convnext4j.bindings;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.List;

/** Opens shared libraries for the rest of the life of the JVM. */
final class SharedLibrary {
    private SharedLibrary() {}

    /**
     * Opens libraries in the given order, so that later ones find the earlier ones already loaded.
     *
     * @param paths absolute paths, at least one
     * @return the symbols of the last one
     * @throws IOException with the reason of the operating system, if one cannot be opened
     */
    static SymbolLookup openAll(List<Path> paths) throws IOException {
        for (Path dependency : paths.subList(0, paths.size() - 1)) {
            open(dependency);
        }
        return open(paths.get(paths.size() - 1));
    }

    /**
     * Opens one library by its path.
     *
     * @throws IOException with the reason of the operating system, if it cannot be opened
     */
    static SymbolLookup open(Path path) throws IOException {
        try {
            // Not System.load: that binds the file to one class loader, and a redeployed application has a second.
            return SymbolLookup.libraryLookup(path, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new IOException(reason(path), e);
        }
    }

    /**
     * Opens one library by a name that the operating system looks up in its own folders.
     *
     * @throws IOException if there is no such library
     */
    static SymbolLookup openByName(String name) throws IOException {
        try {
            return SymbolLookup.libraryLookup(name, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new IOException("not found", e);
        }
    }

    // libraryLookup does not say why it failed; System.load fails for the same reason and says it.
    private static String reason(Path path) {
        try {
            System.load(path.toAbsolutePath().toString());
            return path + " could not be opened at first but then could; start again";
        } catch (UnsatisfiedLinkError e) {
            return String.valueOf(e.getMessage());
        }
    }
}
