package org.convnext4j.model.hub;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.convnext4j.bindings.UserHome;
import org.convnext4j.model.failure.FileNames;
import org.convnext4j.model.failure.ModelException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the environment variables of Python's clients the way they do. */
final class HubEnvironment {
    private static final Logger LOG = LoggerFactory.getLogger(HubEnvironment.class);
    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\{(\\w+)}|(\\w+))");
    private static final int MAX_TOKEN_BYTES = 4096;

    /** A lookup by name that may find nothing. */
    interface Variables {
        @Nullable
        String get(String name);
    }

    private final Variables variables;
    private final String home;

    /** {@code home} is the user's folder; a user without an account, common in containers, has none. */
    HubEnvironment(Variables variables, String home) {
        this.variables = variables;
        this.home = home;
    }

    /** That of a process with these variables and system properties. */
    static HubEnvironment of(Variables variables, UserHome.Lookup properties) {
        return new HubEnvironment(
                variables,
                UserHome.of(variables::get, properties).map(Path::toString).orElse(""));
    }

    HubSettings settings() {
        Path hfHome = path("HF_HOME").orElseGet(() -> userCache("HF_HOME").resolve("huggingface"));
        Path hubCache =
                path("HF_HUB_CACHE").or(() -> path("HUGGINGFACE_HUB_CACHE")).orElseGet(() -> hfHome.resolve("hub"));
        Path torchHome =
                path("TORCH_HOME").orElseGet(() -> userCache("TORCH_HOME").resolve("torch"));
        return new HubSettings(
                hubCache,
                torchHome.resolve("hub").resolve("checkpoints"),
                value("HF_ENDPOINT").map(HubEnvironment::address).orElse(HubSettings.HUGGING_FACE),
                HubSettings.TORCHVISION,
                HubSettings.FACEBOOK,
                token(path("HF_TOKEN_PATH").orElseGet(() -> hfHome.resolve("token"))),
                isTrue("HF_HUB_OFFLINE") || isTrue("TRANSFORMERS_OFFLINE"),
                patience());
    }

    private Patience patience() {
        Patience defaults = Patience.DEFAULTS;
        return new Patience(
                seconds("HF_HUB_ETAG_TIMEOUT").orElse(defaults.metadata()),
                seconds("HF_HUB_DOWNLOAD_TIMEOUT").orElse(defaults.download()),
                defaults.attempts(),
                defaults.pause());
    }

    private Optional<Token> token(Path file) {
        if (isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
            return Optional.empty();
        }
        Optional<String> named = value("HF_TOKEN").or(() -> value("HUGGING_FACE_HUB_TOKEN"));
        return named.isPresent() ? named.flatMap(Token::of) : stored(file);
    }

    /** The token that a login left. A file that cannot be read is as none: most models need no token. */
    private static Optional<Token> stored(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_TOKEN_BYTES) {
                return Optional.empty();
            }
            return Token.of(Files.readString(file));
        } catch (IOException | HubException e) {
            LOG.warn("the access token in {} cannot be used, so none is sent", file, e);
            return Optional.empty();
        }
    }

    private Path userCache(String instead) {
        Optional<Path> named = path("XDG_CACHE_HOME");
        if (named.isPresent()) {
            return named.get();
        }
        Path folder = FileNames.path(home);
        if (!folder.isAbsolute()) {
            throw new HubException(
                    HubException.Reason.BAD_NAME,
                    "this user has no home folder to keep models in; set " + instead + " to a folder");
        }
        return folder.resolve(".cache");
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(variables.get(name)).filter(text -> !text.isBlank());
    }

    private boolean isTrue(String name) {
        return value(name)
                .map(text -> text.strip().toUpperCase(Locale.ROOT))
                .filter(TRUE::contains)
                .isPresent();
    }

    /** A folder, with {@code ~} and {@code $VARIABLE} replaced as a shell would. */
    private Optional<Path> path(String name) {
        Function<String, Path> parse = text -> {
            try {
                String expanded = VARIABLE.matcher(text).replaceAll(this::expand);
                boolean atHome = expanded.equals("~") || expanded.startsWith("~/") || expanded.startsWith("~\\");
                return FileNames.path(atHome ? home + expanded.substring(1) : expanded)
                        .toAbsolutePath();
            } catch (ModelException e) {
                throw new HubException(
                        HubException.Reason.BAD_NAME, name + " must be set to a folder: " + e.getMessage(), e);
            }
        };
        return value(name).map(parse);
    }

    private String expand(java.util.regex.MatchResult found) {
        String name = found.group(1) == null ? found.group(2) : found.group(1);
        @Nullable String value = variables.get(name);
        return Matcher.quoteReplacement(value == null ? found.group() : value);
    }

    private Optional<Duration> seconds(String name) {
        return value(name).map(text -> {
            try {
                return Duration.ofSeconds(Math.max(1, Math.min(86_400, Long.parseLong(text.strip()))));
            } catch (NumberFormatException e) {
                throw new HubException(
                        HubException.Reason.BAD_NAME, name + " is '" + text + "'; set it to a number of seconds", e);
            }
        });
    }

    private static URI address(String text) {
        try {
            return new URI(text.strip());
        } catch (URISyntaxException e) {
            throw new HubException(
                    HubException.Reason.BAD_NAME,
                    "HF_ENDPOINT is '" + text + "', which is no address; set it to one like https://huggingface.co",
                    e);
        }
    }
}
