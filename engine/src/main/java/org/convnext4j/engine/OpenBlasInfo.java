package org.convnext4j.engine;

import java.util.Optional;
import org.convnext4j.bindings.OpenBlasLibrary;

/**
 * The OpenBLAS library that is loaded.
 *
 * @param version such as {@code 0.3.31}
 * @param config how it was built, in its own words
 * @param coreType whose kernels it chose for this processor, such as {@code SkylakeX}
 * @param path of the file, or the name that the operating system found it by
 * @param threads it was told to use; the engine brings its own
 * @param coreTypeWarning what is wrong with the choice of kernels and how to mend it; empty if nothing is
 */
public record OpenBlasInfo(
        String version, String config, String coreType, String path, int threads, Optional<String> coreTypeWarning) {
    static OpenBlasInfo of(OpenBlasLibrary library) {
        return new OpenBlasInfo(
                library.version(),
                library.config(),
                library.coreName(),
                library.path(),
                library.threads(),
                library.coreTypeWarning());
    }
}
