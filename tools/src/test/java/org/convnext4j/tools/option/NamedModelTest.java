package org.convnext4j.tools.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.convnext4j.tools.Cli;
import org.convnext4j.tools.Main;
import org.convnext4j.tools.output.Progress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line with a model's name, in processes of their own, because the hub is named by the environment. */
@Tag("slow")
class NamedModelTest {
    private static final String NAME = "facebook/convnext-toy";
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    private record Result(int code, String out, String err) {}

    @TempDir
    private Path folder;

    private HttpServer hub;

    @BeforeEach
    void start() throws IOException {
        hub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hub.createContext("/", exchange -> {
            try (exchange) {
                answer(exchange);
            }
        });
        hub.start();
    }

    @AfterEach
    void stop() {
        hub.stop(0);
    }

    private final List<String> asked = new CopyOnWriteArrayList<>();

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.add(path);
        String file = path.substring(path.lastIndexOf('/') + 1);
        Map<String, String> known =
                Map.of("config.json", "config.json", "model.safetensors", "huggingface.safetensors");
        exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
        if (!path.startsWith("/" + NAME + "/resolve/") || !known.containsKey(file)) {
            exchange.getResponseHeaders().set("X-Error-Code", path.contains(NAME) ? "EntryNotFound" : "RepoNotFound");
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        byte[] content = Files.readAllBytes(Cli.toy(known.get(file)));
        exchange.getResponseHeaders().set("ETag", '"' + sha256(content) + '"');
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
            exchange.sendResponseHeaders(200, -1);
        } else {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Result run(Map<String, String> variables, Object... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        for (Object arg : args) {
            command.add(arg.toString());
        }
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf(key -> key.startsWith("HF_") || key.startsWith("TORCH"));
        builder.environment().put("HF_HOME", folder.resolve("hf").toString());
        builder.environment().put("TORCH_HOME", folder.resolve("torch").toString());
        InetSocketAddress address = hub.getAddress();
        builder.environment()
                .put("HF_ENDPOINT", "http://" + address.getAddress().getHostAddress() + ":" + address.getPort());
        builder.environment().putAll(variables);
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(5, TimeUnit.MINUTES));
        } finally {
            process.destroyForcibly();
        }
        String notes = Files.readString(err, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.contains("incubator"))
                .reduce("", (before, line) -> before + line + "\n");
        return new Result(process.exitValue(), Files.readString(out), notes);
    }

    private static String labels(String jsonLine) {
        return jsonLine.substring(jsonLine.indexOf("\"predictions\""), jsonLine.indexOf("\"millis\""));
    }

    @Test
    void aNameWorksLikeAFileAndOfflineTheSecondTime() throws Exception {
        Path picture = Cli.image("china.jpg");
        Object[] args = {"classify", "--json", "--backend", "scalar", "--model", NAME, picture};
        Result first = run(Map.of(), args);
        assertEquals(0, first.code(), first.err());
        assertEquals("", first.err(), "small files need no words where there is no terminal");
        Cli.Result local = Cli.run(
                "classify", "--json", "--backend", "scalar", "--model", Cli.toy("huggingface.safetensors"), picture);
        assertEquals(labels(local.out()), labels(first.out()));
        hub.stop(0);
        Result second = run(Map.of("HF_HUB_OFFLINE", "1"), args);
        assertEquals(0, second.code(), second.err());
        assertEquals(labels(first.out()), labels(second.out()));
    }

    @Test
    void inspectTakesANameAndOnATerminalABarIsShown() throws Exception {
        Result result = run(
                Map.of("JDK_JAVA_OPTIONS", "-D" + Progress.TERMINAL_PROPERTY + "=true"),
                "inspect",
                NAME + "@" + COMMIT);
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().contains("huggingface"), result.out());
        assertTrue(result.err().contains("model.safetensors"), result.err());
        assertTrue(result.err().contains("100%"), result.err());
    }

    @Test
    void aNameThatIsNoneIsAFailureOfOneLine() throws Exception {
        Result result = run(Map.of(), "classify", "--model", "facebook/convnext-nothing", Cli.image("china.jpg"));
        assertEquals(1, result.code());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().contains("facebook/convnext-nothing"), result.err());
        assertTrue(result.err().contains("check the spelling"), result.err());
        assertTrue(
                result.err()
                        .contains("classify: facebook/convnext-nothing is no file or folder here, and of the hub: "),
                result.err());
        Cli.Result here = Cli.run("classify", "--model", "nothing.safetensors", Cli.image("china.jpg"));
        assertEquals(1, here.code());
        assertTrue(here.complaint().contains("'nothing.safetensors' is neither a file nor the name"), here.err());
    }

    @Test
    void nobodyIsAskedForAPathOfNothing() throws Exception {
        for (String path : List.of("runs/a/model.safetensors", "./model", "../mine/model", "weights/model.pth")) {
            Result result = run(Map.of(), "inspect", path);
            assertEquals(1, result.code());
            assertEquals(1, result.err().lines().count(), result.err());
            assertTrue(result.err().contains(path + ": there is no such file or folder"), result.err());
        }
        assertEquals(List.of(), asked);
    }

    @Test
    void aMistypedNameIsAnsweredWithOneThatIsThere() throws Exception {
        Result near = run(Map.of(), "inspect", "facebook/convnext-tinny-224");
        assertEquals(1, near.code());
        assertTrue(near.err().stripTrailing().endsWith("; did you mean facebook/convnext-tiny-224?"), near.err());
        assertTrue(!asked.isEmpty());
        asked.clear();
        Result offline = run(Map.of("HF_HUB_OFFLINE", "1"), "inspect", "timm/convnext_tiny.in12k_ft_in1");
        assertTrue(offline.err().contains("did you mean timm/convnext_tiny.in12k_ft_in1k?"), offline.err());
        Result impossible = run(Map.of(), "inspect", "facebook/convnext_tiny");
        assertEquals(1, impossible.code());
        assertEquals(1, impossible.err().lines().count(), impossible.err());
        assertTrue(impossible.err().contains("did you mean facebook/convnext-tiny-224?"), impossible.err());
        assertEquals(List.of(), asked, "nobody need be asked");
    }

    @Test
    void anArchitecturesNameIsTimmsDefault() throws Exception {
        Result result = run(Map.of(), "inspect", "convnext_tiny");
        assertEquals(1, result.code(), "the server has it not");
        assertTrue(
                result.err().startsWith("note: convnext_tiny is timm/convnext_tiny.in12k_ft_in1k, timm's default"),
                result.err());
        assertEquals(2, result.err().lines().count(), result.err());
        assertTrue(asked.get(0).startsWith("/timm/convnext_tiny.in12k_ft_in1k/resolve/main/"), asked.toString());
    }
}
