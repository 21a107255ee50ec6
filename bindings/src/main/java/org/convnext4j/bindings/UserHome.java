package org.convnext4j.bindings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the user's own folder is: where the environment says it is, {@code HOME} or on Windows {@code USERPROFILE}, as in
 * Python and the shells, and only then where Java says. These differ in containers, in sudo and where a job has a home of
 * its own.
 */
public final class UserHome {
    private UserHome() {}

    /** A lookup by name that may find nothing. */
    public interface Lookup {
        /** The value of that name. */
        @Nullable
        String get(String name);
    }

    /** The home of this process's user; empty if there is none, as for a user id without an account. */
    public static Optional<Path> ofThisProcess() {
        return of(System::getenv, System::getProperty);
    }

    /**
     * The home that these say.
     *
     * @param variables of the environment
     * @param properties of the JVM: {@code os.name} and {@code user.home}
     * @return an absolute path; empty if there is none
     */
    public static Optional<Path> of(Lookup variables, Lookup properties) {
        String os = properties.get("os.name");
        String variable = os != null && os.startsWith("Windows") ? "USERPROFILE" : "HOME";
        // A user id without an account, common in containers, makes Java set user.home to "?".
        return absolute(variables.get(variable)).or(() -> absolute(properties.get("user.home")));
    }

    /** A folder that a relative name stands for would be another in each working directory. */
    private static Optional<Path> absolute(@Nullable String text) {
        try {
            return text == null || text.isBlank()
                    ? Optional.empty()
                    : Optional.of(Path.of(text)).filter(Path::isAbsolute);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
