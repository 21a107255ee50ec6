package org.convnext4j.model.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubEnvironmentTest {
    @TempDir
    private Path home;

    private HubSettings settings(Map<String, String> variables) {
        return new HubEnvironment(variables::get, home.toString()).settings();
    }

    @Test
    void withoutVariables() {
        HubSettings settings = settings(Map.of());
        assertEquals(home.resolve(".cache/huggingface/hub"), settings.hubCache());
        assertEquals(home.resolve(".cache/torch/hub/checkpoints"), settings.torchCheckpoints());
        assertEquals(HubSettings.HUGGING_FACE, settings.endpoint());
        assertEquals(HubSettings.TORCHVISION, settings.torchvision());
        assertEquals(Optional.empty(), settings.token());
        assertFalse(settings.offline());
        assertEquals(Patience.DEFAULTS, settings.patience());
    }

    @ParameterizedTest
    @CsvSource({
        "HF_HOME, /data/hf, /data/hf/hub",
        "HF_HUB_CACHE, /data/hub, /data/hub",
        "HUGGINGFACE_HUB_CACHE, /data/old, /data/old",
        "XDG_CACHE_HOME, /data/cache, /data/cache/huggingface/hub"
    })
    void foldersOfTheHub(String variable, String value, Path folder) {
        assertEquals(folder, settings(Map.of(variable, value)).hubCache());
        assertEquals(folder, settings(Map.of(variable, value, "HF_TOKEN", "")).hubCache());
    }

    @Test
    void theNearerVariableWins() {
        Map<String, String> all =
                Map.of("HF_HOME", "/a", "HF_HUB_CACHE", "/b", "HUGGINGFACE_HUB_CACHE", "/c", "XDG_CACHE_HOME", "/d");
        assertEquals(Path.of("/b"), settings(all).hubCache());
        assertEquals(Path.of("/d/torch/hub/checkpoints"), settings(all).torchCheckpoints());
    }

    /** What Python's clients take, checked with huggingface_hub and torch: HOME, whatever the account's folder is. */
    @Test
    void theEnvironmentsHomeComesBeforeJavas() {
        Map<String, String> java = Map.of("os.name", "Linux", "user.home", "/home/u");
        HubSettings job =
                HubEnvironment.of(Map.of("HOME", "/job")::get, java::get).settings();
        assertEquals(Path.of("/job/.cache/huggingface/hub"), job.hubCache());
        assertEquals(Path.of("/job/.cache/torch/hub/checkpoints"), job.torchCheckpoints());
        Map<String, String> tilde = Map.of("HOME", "/job", "HF_HOME", "~/hf");
        assertEquals(
                Path.of("/job/hf/hub"),
                HubEnvironment.of(tilde::get, java::get).settings().hubCache());
        HubSettings account = HubEnvironment.of(name -> null, java::get).settings();
        assertEquals(Path.of("/home/u/.cache/huggingface/hub"), account.hubCache());
        HubEnvironment nobody = HubEnvironment.of(name -> null, Map.of("user.home", "?")::get);
        assertThrows(HubException.class, nobody::settings);
    }

    @Test
    void aTildeAndVariablesAreReplaced() {
        assertEquals(
                home.resolve("models/hub"),
                settings(Map.of("HF_HOME", "~/models")).hubCache());
        Map<String, String> nested = Map.of("HF_HOME", "$DISK/${WHO}_models/$UNSET", "DISK", "/data", "WHO", "me");
        assertEquals(Path.of("/data/me_models/$UNSET/hub"), settings(nested).hubCache());
        assertEquals(
                Path.of("/t/hub/checkpoints"),
                settings(Map.of("TORCH_HOME", "/t")).torchCheckpoints());
    }

    @Test
    void theEndpointLosesItsSlash() {
        HubSettings settings = settings(Map.of("HF_ENDPOINT", "https://mirror.example/hf/"));
        assertEquals(URI.create("https://mirror.example/hf"), settings.endpoint());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mirror.example", "ftp://mirror.example", "https://", "::"})
    void anEndpointThatIsNoServerIsRefused(String value) {
        HubException refusal = assertThrows(HubException.class, () -> settings(Map.of("HF_ENDPOINT", value)));
        assertTrue(String.valueOf(refusal.getMessage()).contains("HF_ENDPOINT"), refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"1, true", "true, true", "Yes, true", "ON, true", "0, false", "false, false", "'', false"})
    void offline(String value, boolean offline) {
        assertEquals(offline, settings(Map.of("HF_HUB_OFFLINE", value)).offline());
        assertEquals(offline, settings(Map.of("TRANSFORMERS_OFFLINE", value)).offline());
    }

    @Test
    void tokens() throws IOException {
        Path file = Files.createDirectories(home.resolve(".cache/huggingface")).resolve("token");
        Files.writeString(file, "hf_stored\n");
        assertEquals(Optional.of(new Token("hf_stored")), settings(Map.of()).token());
        assertEquals(
                Optional.of(new Token("hf_named")),
                settings(Map.of("HF_TOKEN", " hf_named\r\n")).token());
        assertEquals(
                Optional.of(new Token("hf_old")),
                settings(Map.of("HUGGING_FACE_HUB_TOKEN", "hf_old")).token());
        assertEquals(
                Optional.empty(),
                settings(Map.of("HF_TOKEN", "hf_named", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1"))
                        .token());
        assertEquals(
                Optional.empty(),
                settings(Map.of("HF_TOKEN_PATH", home.resolve("nothing").toString()))
                        .token());
        Files.writeString(file, "two words");
        assertEquals(Optional.empty(), settings(Map.of()).token());
    }

    @Test
    void aTokenThatIsNoneIsRefusedWithoutShowingIt() {
        HubException refusal = assertThrows(HubException.class, () -> settings(Map.of("HF_TOKEN", "hf_x\nEvil: y")));
        assertFalse(String.valueOf(refusal.getMessage()).contains("hf_x"), refusal.getMessage());
    }

    @Test
    void timeouts() {
        Patience patience = settings(Map.of("HF_HUB_ETAG_TIMEOUT", "33", "HF_HUB_DOWNLOAD_TIMEOUT", " 44 "))
                .patience();
        assertEquals(Duration.ofSeconds(33), patience.metadata());
        assertEquals(Duration.ofSeconds(44), patience.download());
        HubException refusal = assertThrows(HubException.class, () -> settings(Map.of("HF_HUB_ETAG_TIMEOUT", "soon")));
        assertTrue(String.valueOf(refusal.getMessage()).contains("HF_HUB_ETAG_TIMEOUT"), refusal.getMessage());
    }

    @Test
    void aUserWithoutAHomeMustNameTheFolders() {
        HubEnvironment homeless = new HubEnvironment(Map.of("TORCH_HOME", "/t")::get, "?");
        HubException refusal = assertThrows(HubException.class, homeless::settings);
        assertTrue(String.valueOf(refusal.getMessage()).contains("HF_HOME"), refusal.getMessage());
        Map<String, String> named = Map.of("TORCH_HOME", "/t", "HF_HOME", "/h");
        assertEquals(
                Path.of("/h/hub"),
                new HubEnvironment(named::get, "?").settings().hubCache());
    }

    @Test
    void pausesGrowUpToALimit() {
        Patience patience = Patience.DEFAULTS;
        assertEquals(Duration.ofMillis(500), patience.pauseAfter(1));
        assertEquals(Duration.ofSeconds(1), patience.pauseAfter(2));
        assertEquals(Duration.ofSeconds(8), patience.pauseAfter(5));
        assertEquals(Duration.ofSeconds(10), patience.pauseAfter(6));
        assertEquals(Duration.ofSeconds(10), patience.pauseAfter(1000));
    }
}
