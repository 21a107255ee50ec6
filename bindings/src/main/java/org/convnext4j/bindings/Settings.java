package org.convnext4j.bindings;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads system properties and environment variables; blank values count as unset, as scripts often leave them empty.
 * Injected so that tests need not change the state of the JVM they run in.
 */
final class Settings {
    static final String LIBRARY_PROPERTY = "convnext4j.openblas.path";
    static final String LIBRARY_VARIABLE = "CONVNEXT4J_OPENBLAS_PATH";
    static final String CACHE_PROPERTY = "convnext4j.cache";
    static final String CACHE_VARIABLE = "CONVNEXT4J_CACHE";

    /** A lookup by name that may find nothing. */
    interface Source {
        @Nullable
        String get(String name);
    }

    private final Source properties;
    private final Source environment;

    Settings(Source properties, Source environment) {
        this.properties = properties;
        this.environment = environment;
    }

    /** The settings of this JVM. */
    static Settings ofThisJvm() {
        return new Settings(System::getProperty, System::getenv);
    }

    Optional<String> property(String name) {
        return present(properties.get(name));
    }

    Optional<String> variable(String name) {
        return present(environment.get(name));
    }

    private static Optional<String> present(@Nullable String value) {
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }
}
