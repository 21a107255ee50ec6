package org.convnext4j.model.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cache's layout, and what is asked of the hub with one that is filled. */
class HubCacheTest {
    private static final byte[] CONFIG = "{\"model_type\": \"convnext\"}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] PROCESSOR = "{\"size\": 224}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] WEIGHTS = new byte[70_001];
    private static final String OTHER = "fedcba9876543210fedcba9876543210fedcba98";

    @TempDir
    private Path folder;

    private FakeHub hub;
    private HubSettings settings;
    private Path model;

    @BeforeEach
    void start() throws IOException {
        hub = new FakeHub()
                .put("config.json", CONFIG)
                .put("preprocessor_config.json", PROCESSOR)
                .put("model.safetensors", WEIGHTS);
        settings = hub.settings(folder);
        model = settings.hubCache().resolve(FakeHub.FOLDER);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private Path fetch(String name) {
        return ModelHub.of(settings).fetch(name).weights();
    }

    private HubSettings offline() {
        return new HubSettings(
                settings.hubCache(),
                settings.torchCheckpoints(),
                settings.endpoint(),
                settings.torchvision(),
                settings.facebook(),
                Optional.empty(),
                true,
                settings.patience());
    }

    private static Set<String> tree(Path folder) throws IOException {
        Set<String> tree = new TreeSet<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.filter(p -> !Files.isDirectory(p)).toList()) {
                String name = folder.relativize(path).toString().replace('\\', '/');
                tree.add(Files.isSymbolicLink(path) ? name + " -> " + Files.readSymbolicLink(path) : name);
            }
        }
        return tree;
    }

    /** As the Python client lays out a model, here with a branch and a file of a folder's depth of its own. */
    private void layOutAsPythonDoes(String commit, String... files) throws IOException {
        Files.createDirectories(model.resolve("refs"));
        Files.writeString(model.resolve("refs").resolve("main"), commit);
        Path blobs = Files.createDirectories(model.resolve("blobs"));
        Path snapshot = Files.createDirectories(model.resolve("snapshots").resolve(commit));
        for (String name : files) {
            byte[] content =
                    name.equals("config.json") ? CONFIG : name.equals("preprocessor_config.json") ? PROCESSOR : WEIGHTS;
            String etag = FakeHub.etag(name, content);
            Files.write(blobs.resolve(etag), content);
            Files.createSymbolicLink(snapshot.resolve(name), Path.of("../../blobs/" + etag));
        }
    }

    @Test
    void theLayoutIsThatOfThePythonClient() throws IOException {
        fetch(FakeHub.REPOSITORY);
        String config = FakeHub.etag("config.json", CONFIG);
        String processor = FakeHub.etag("preprocessor_config.json", PROCESSOR);
        String weights = FakeHub.etag("model.safetensors", WEIGHTS);
        String snapshot = FakeHub.FOLDER + "/snapshots/" + FakeHub.COMMIT + "/";
        assertEquals(
                new TreeSet<>(List.of(
                        ".locks/" + FakeHub.FOLDER + "/" + config + ".lock",
                        ".locks/" + FakeHub.FOLDER + "/" + processor + ".lock",
                        ".locks/" + FakeHub.FOLDER + "/" + weights + ".lock",
                        FakeHub.FOLDER + "/blobs/" + config,
                        FakeHub.FOLDER + "/blobs/" + processor,
                        FakeHub.FOLDER + "/blobs/" + weights,
                        FakeHub.FOLDER + "/refs/main",
                        snapshot + "config.json -> ../../blobs/" + config,
                        snapshot + "preprocessor_config.json -> ../../blobs/" + processor,
                        snapshot + "model.safetensors -> ../../blobs/" + weights)),
                tree(settings.hubCache()));
        assertEquals(FakeHub.COMMIT, Files.readString(model.resolve("refs").resolve("main")));
        assertArrayEquals(
                WEIGHTS,
                Files.readAllBytes(
                        model.resolve("snapshots").resolve(FakeHub.COMMIT).resolve("model.safetensors")));
    }

    @Test
    void aSecondFetchAsksOnlyForTheCommit() {
        Path first = fetch(FakeHub.REPOSITORY);
        hub.requests.clear();
        assertEquals(first, fetch(FakeHub.REPOSITORY));
        assertEquals(List.of("HEAD /" + FakeHub.REPOSITORY + "/resolve/main/config.json"), requests());
    }

    private List<String> requests() {
        return hub.requests.stream().map(FakeHub.Request::toString).toList();
    }

    @Test
    void filesOfOneModelAreOfOneCommit() {
        fetch(FakeHub.REPOSITORY);
        List<String> all = requests();
        assertEquals("HEAD /" + FakeHub.REPOSITORY + "/resolve/main/config.json", all.get(0));
        assertTrue(
                all.stream()
                        .skip(1)
                        .allMatch(request ->
                                request.contains("/resolve/" + FakeHub.COMMIT + "/") || request.contains("/large/")),
                all.toString());
    }

    @Test
    void aSecondFetchWithTheNetworkGoneWorks() {
        Path first = fetch(FakeHub.REPOSITORY);
        hub.close();
        assertEquals(first, fetch(FakeHub.REPOSITORY));
    }

    @Test
    void offlineASecondFetchAsksNobody() {
        Path first = fetch(FakeHub.REPOSITORY);
        hub.requests.clear();
        settings = offline();
        assertEquals(first, fetch(FakeHub.REPOSITORY));
        assertEquals(List.of(), requests());
    }

    @Test
    void offlineAModelThatIsNotThereIsRefused() {
        settings = offline();
        HubException refusal = assertThrows(HubException.class, () -> fetch(FakeHub.REPOSITORY));
        assertEquals(HubException.Reason.OFFLINE, refusal.reason());
        assertTrue(String.valueOf(refusal.getMessage()).contains("HF_HUB_OFFLINE"), refusal.getMessage());
        assertEquals(List.of(), requests());
        assertFalse(Files.exists(settings.hubCache()), "a look must leave nothing behind");
    }

    @Test
    void aCacheFilledByPythonIsUsedAfterOneQuestion() throws IOException {
        layOutAsPythonDoes(FakeHub.COMMIT, "config.json", "preprocessor_config.json", "model.safetensors");
        Path weights = fetch(FakeHub.REPOSITORY);
        assertArrayEquals(WEIGHTS, Files.readAllBytes(weights));
        assertEquals(List.of("HEAD /" + FakeHub.REPOSITORY + "/resolve/main/config.json"), requests());
    }

    @Test
    void aCacheFilledByPythonIsUsedOffline() throws IOException {
        layOutAsPythonDoes(FakeHub.COMMIT, "config.json", "model.safetensors");
        settings = offline();
        assertArrayEquals(WEIGHTS, Files.readAllBytes(fetch(FakeHub.REPOSITORY)));
    }

    @Test
    void whatPythonDidNotFetchIsFetched() throws IOException {
        layOutAsPythonDoes(FakeHub.COMMIT, "config.json", "model.safetensors");
        fetch(FakeHub.REPOSITORY);
        assertEquals(List.of("preprocessor_config.json"), hub.paths("GET"));
    }

    @Test
    void weightsOfAnotherFormatThatPythonFetchedAreUsed() throws IOException {
        layOutAsPythonDoes(FakeHub.COMMIT, "config.json", "preprocessor_config.json", "pytorch_model.bin");
        assertEquals(
                "pytorch_model.bin", fetch(FakeHub.REPOSITORY).getFileName().toString());
        assertEquals(List.of(), hub.paths("GET"));
    }

    @Test
    void anUpdatedModelIsFetchedAndWhatDidNotChangeIsNot() throws IOException {
        layOutAsPythonDoes(OTHER, "config.json", "preprocessor_config.json", "model.safetensors");
        byte[] updated = new byte[5000];
        hub.put("model.safetensors", updated);
        Path weights = fetch(FakeHub.REPOSITORY);
        assertArrayEquals(updated, Files.readAllBytes(weights));
        assertEquals(
                List.of("model.safetensors"),
                hub.paths("GET").stream().distinct().toList());
        assertEquals(FakeHub.COMMIT, Files.readString(model.resolve("refs").resolve("main")));
    }

    @Test
    void whileAnUpdateFailsTheOldCommitIsUsed() throws IOException {
        layOutAsPythonDoes(OTHER, "config.json", "preprocessor_config.json", "model.safetensors");
        hub.put("model.safetensors", new byte[5000]);
        for (int i = 0; i < 3; i++) {
            hub.storageFaults.add(FakeHub.status(503));
        }
        Path weights = fetch(FakeHub.REPOSITORY);
        assertTrue(weights.toString().contains(OTHER), weights.toString());
        assertArrayEquals(WEIGHTS, Files.readAllBytes(weights));
        assertEquals(OTHER, Files.readString(model.resolve("refs").resolve("main")), "not before all files are there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1.0", "refs/pr/1"})
    void aRevisionIsAskedForAndNoted(String revision) throws IOException {
        fetch(FakeHub.REPOSITORY + "@" + revision);
        String encoded = revision.replace("/", "%2F");
        assertEquals(
                "HEAD /" + FakeHub.REPOSITORY + "/resolve/" + encoded + "/config.json",
                requests().get(0));
        assertEquals(FakeHub.COMMIT, Files.readString(model.resolve("refs").resolve(revision)));
    }

    @Test
    void aCommitThatIsThereNeedsNoQuestion() throws IOException {
        fetch(FakeHub.REPOSITORY + "@" + FakeHub.COMMIT);
        hub.requests.clear();
        fetch(FakeHub.REPOSITORY + "@" + FakeHub.COMMIT);
        assertEquals(List.of(), requests());
        assertFalse(Files.exists(model.resolve("refs")), "a commit stands for itself");
    }

    @Test
    void whatTheModelDoesNotHaveIsNotedAsPythonDoes() throws IOException {
        hub.close();
        hub = new FakeHub().put("config.json", CONFIG).put("pytorch_model.bin", WEIGHTS);
        settings = hub.settings(folder);
        assertEquals(
                "pytorch_model.bin", fetch(FakeHub.REPOSITORY).getFileName().toString());
        Path absent = model.resolve(".no_exist").resolve(FakeHub.COMMIT);
        assertTrue(Files.isRegularFile(absent.resolve("preprocessor_config.json")));
        assertTrue(Files.isRegularFile(absent.resolve("model.safetensors")));
        hub.requests.clear();
        fetch(FakeHub.REPOSITORY);
        assertEquals(1, hub.requests.size(), requests().toString());
    }

    @Test
    void aModelThatDoesNotExist() {
        HubException refusal = assertThrows(HubException.class, () -> fetch("facebook/convnext-nothing"));
        assertEquals(HubException.Reason.REFUSED, refusal.reason());
        assertTrue(String.valueOf(refusal.getMessage()).contains("check the spelling"), refusal.getMessage());
        hub.hubFaults.add(FakeHub.status(404, "X-Error-Code", "RepoNotFound"));
        HubException known = assertThrows(HubException.class, () -> fetch("facebook/convnext-nothing"));
        assertEquals(HubException.Reason.ABSENT, known.reason());
    }

    @Test
    void aRevisionThatDoesNotExist() {
        HubException refusal = assertThrows(HubException.class, () -> fetch(FakeHub.REPOSITORY + "@v9"));
        assertEquals(HubException.Reason.ABSENT, refusal.reason());
        assertTrue(String.valueOf(refusal.getMessage()).contains("no such revision"), refusal.getMessage());
    }

    @Test
    void aModelThatOnlySomeMayHave() {
        hub.hubFaults.add(FakeHub.status(403, "X-Error-Code", "GatedRepo"));
        HubException refusal = assertThrows(HubException.class, () -> fetch(FakeHub.REPOSITORY));
        assertEquals(HubException.Reason.REFUSED, refusal.reason());
        assertTrue(String.valueOf(refusal.getMessage()).contains("HF_TOKEN"), refusal.getMessage());
    }

    @Test
    void aModelWithoutWeights() throws IOException {
        hub.close();
        hub = new FakeHub().put("config.json", CONFIG);
        settings = hub.settings(folder);
        HubException refusal = assertThrows(HubException.class, () -> fetch(FakeHub.REPOSITORY));
        assertEquals(HubException.Reason.ABSENT, refusal.reason());
        assertTrue(String.valueOf(refusal.getMessage()).contains("model.safetensors"), refusal.getMessage());
    }

    @Test
    void anotherKindOfNetworkIsRefusedBeforeItsWeightsCome() {
        hub.put("config.json", "{\"model_type\": \"resnet\"}");
        HubException refusal = assertThrows(HubException.class, () -> fetch(FakeHub.REPOSITORY));
        assertEquals(HubException.Reason.BAD_NAME, refusal.reason());
        assertTrue(String.valueOf(refusal.getMessage()).contains("is a resnet"), refusal.getMessage());
        assertEquals(List.of("config.json"), hub.paths("GET"));
    }

    @Test
    void aServerThatIsNoHubIsSaidSo() {
        hub.hubFaults.add(FakeHub.status(200, "Content-Length", "100"));
        HubException refusal = assertThrows(HubException.class, () -> fetch(FakeHub.REPOSITORY));
        assertTrue(String.valueOf(refusal.getMessage()).contains("not a hub"), refusal.getMessage());
    }

    @Test
    void withoutLinksFilesAreMovedAndNothingIsStoredTwice() throws IOException {
        ModelHub linkless = new ModelHub(settings, at -> 0, (link, target) -> {
            throw new FileSystemException(link.toString(), null, "A required privilege is not held by the client");
        });
        Path weights = linkless.fetch(FakeHub.REPOSITORY).weights();
        assertFalse(Files.isSymbolicLink(weights));
        assertArrayEquals(WEIGHTS, Files.readAllBytes(weights));
        assertEquals(List.of(), tree(model.resolve("blobs")).stream().toList(), "as the Python client does on Windows");
        hub.requests.clear();
        assertEquals(weights, linkless.fetch(FakeHub.REPOSITORY).weights());
        assertEquals(1, hub.requests.size());
    }

    @Test
    void withoutLinksABlobThatIsThereIsCopied() throws IOException {
        layOutAsPythonDoes(OTHER, "config.json", "preprocessor_config.json", "model.safetensors");
        ModelHub linkless = new ModelHub(settings, at -> 0, (link, target) -> {
            throw new UnsupportedOperationException();
        });
        Path weights = linkless.fetch(FakeHub.REPOSITORY).weights();
        assertFalse(Files.isSymbolicLink(weights));
        assertArrayEquals(WEIGHTS, Files.readAllBytes(weights));
        assertEquals(3, tree(model.resolve("blobs")).size());
        assertEquals(List.of(), hub.paths("GET"));
    }

    @Test
    void aLinkThatLeadsNowhereIsReplaced() throws IOException {
        layOutAsPythonDoes(FakeHub.COMMIT, "config.json", "preprocessor_config.json", "model.safetensors");
        Files.delete(model.resolve("blobs").resolve(FakeHub.etag("model.safetensors", WEIGHTS)));
        assertArrayEquals(WEIGHTS, Files.readAllBytes(fetch(FakeHub.REPOSITORY)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not a commit", "../../../../etc", "0123456789abcdef0123456789abcdef01234567/../x"})
    void aDamagedRefIsAsIfItWereNotThere(String text) throws IOException {
        layOutAsPythonDoes(FakeHub.COMMIT, "config.json", "preprocessor_config.json", "model.safetensors");
        Files.writeString(model.resolve("refs").resolve("main"), text);
        HubSettings online = settings;
        settings = offline();
        assertEquals(
                HubException.Reason.OFFLINE,
                assertThrows(HubException.class, () -> fetch(FakeHub.REPOSITORY))
                        .reason());
        settings = online;
        fetch(FakeHub.REPOSITORY);
        assertEquals(FakeHub.COMMIT, Files.readString(model.resolve("refs").resolve("main")));
    }

    @Test
    void partsOfWeightsAreFetchedAsTheIndexNamesThem() throws IOException {
        hub.close();
        String index =
                "{\"metadata\": {\"total_size\": 9}, \"weight_map\": {\"a\": \"model-00001-of-00002.safetensors\","
                        + " \"b\": \"model-00002-of-00002.safetensors\", \"c\": \"model-00001-of-00002.safetensors\"}}";
        hub = new FakeHub()
                .put("config.json", CONFIG)
                .put("model.safetensors.index.json", index)
                .put("model-00001-of-00002.safetensors", new byte[100])
                .put("model-00002-of-00002.safetensors", new byte[200]);
        settings = hub.settings(folder);
        Path weights = fetch(FakeHub.REPOSITORY);
        assertEquals("model.safetensors.index.json", weights.getFileName().toString());
        assertEquals(100, Files.size(weights.resolveSibling("model-00001-of-00002.safetensors")));
        assertEquals(200, Files.size(weights.resolveSibling("model-00002-of-00002.safetensors")));
        hub.requests.clear();
        assertEquals(weights, fetch(FakeHub.REPOSITORY));
        assertEquals(List.of(), hub.paths("GET"));
        Files.delete(weights.resolveSibling("model-00002-of-00002.safetensors"));
        settings = offline();
        assertEquals(
                HubException.Reason.OFFLINE,
                assertThrows(HubException.class, () -> fetch(FakeHub.REPOSITORY))
                        .reason(),
                "half a model is none");
    }

    @Test
    void aPartThatIsNotThereIsSaidSo() throws IOException {
        hub.close();
        hub = new FakeHub()
                .put("config.json", CONFIG)
                .put("model.safetensors.index.json", "{\"weight_map\": {\"a\": \"model-1.safetensors\"}}");
        settings = hub.settings(folder);
        HubException refusal = assertThrows(HubException.class, () -> fetch(FakeHub.REPOSITORY));
        assertEquals(HubException.Reason.ABSENT, refusal.reason());
        assertTrue(String.valueOf(refusal.getMessage()).contains("model-1.safetensors"), refusal.getMessage());
    }
}
