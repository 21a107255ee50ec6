package org.convnext4j.tools.completion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.convnext4j.tools.Cli;
import org.convnext4j.tools.output.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts in the shells that are here. */
@DisabledOnOs(OS.WINDOWS)
class CompletionCommandTest {
    @TempDir
    private Path folder;

    private static Path shell(String name) {
        Optional<Path> found = Arrays.stream(
                        Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
                .map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), "no " + name + " here");
        return found.orElseThrow();
    }

    private Path script(String shell) throws IOException {
        Cli.Result result = Cli.run("completion", shell);
        assertEquals(0, result.code(), result.err());
        assertEquals("", result.err());
        return Files.writeString(folder.resolve("completion." + shell), result.out());
    }

    private String run(Path shell, String... args) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(shell.toString());
        builder.command().addAll(List.of(args));
        builder.environment().put("HOME", folder.toString());
        Process process =
                builder.directory(folder.toFile()).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        assertEquals(0, process.exitValue(), out);
        return out;
    }

    /** What bash would offer for a command line whose words are parted by blanks; it takes = for a word of its own. */
    private List<String> offered(String line) throws Exception {
        String words = "("
                + Arrays.stream(line.replace("=", " = ").split(" +", -1))
                        .map(Shell::quote)
                        .reduce((a, b) -> a + " " + b)
                        .orElseThrow()
                + ")";
        String program = "source completion.bash; COMP_WORDS=" + words + "; COMP_CWORD=$((${#COMP_WORDS[@]} - 1));"
                + " spec=($(complete -p convnext)); compopt() { echo no files; }; _convnext;"
                + " printf '%s\n' \"${COMPREPLY[@]}\"";
        return run(shell("bash"), "--norc", "-c", program)
                .lines()
                .filter(text -> !text.isEmpty())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void theScriptsAreInTheirShellsLanguage(String name) throws Exception {
        assertEquals("", run(shell(name), "-n", script(name).toString()));
    }

    @ParameterizedTest
    @CsvSource({
        "convnext cla, classify",
        "./convnext eval, evaluate",
        "convnext --verbose doc, doctor",
        "convnext --verb, --verbose",
        "convnext classify --resu, --resume",
        "convnext convert in out --layout hug, huggingface",
        "convnext convert in out --layout=hug, huggingface",
        "convnext explain --method he, head",
        "convnext explain --architecture v2-at, v2-atto",
        "convnext bench --no-op, --no-operators",
        "convnext help trai, train",
        "convnext completion zs, zsh",
    })
    void bashOffersWhatIsMeant(String line, String offer) throws Exception {
        script("bash");
        assertEquals(List.of(offer), offered(line));
    }

    @Test
    void bashOffersAllCommandsAndChoices() throws Exception {
        script("bash");
        assertEquals(List.copyOf(Cli.commandLine().getSubcommands().keySet()), offered("convnext "));
        assertEquals(List.of("auto", "openblas", "vector", "scalar"), offered("convnext classify --backend "));
        List<String> options = offered("convnext train --");
        assertTrue(options.containsAll(List.of("--data", "--out", "--epochs", "--threads", "--help")), options + "");
        assertFalse(options.contains("--jsonl"), options + "");
        // Nothing, and so files, which are the shell's own business; no files where the value is a number.
        for (String line : List.of(
                "convnext classify pic",
                "convnext classify --model ",
                "convnext train --data ",
                "convnext classify -- -")) {
            assertEquals(List.of(), offered(line), line);
        }
        assertEquals(List.of("no files"), offered("convnext classify --top "));
    }

    /** File names are not for the shell to evaluate. */
    @Test
    void bashRunsNothing() throws Exception {
        script("bash");
        Files.createFile(folder.resolve("$(touch evaluated).jpg"));
        assertEquals(List.of(), offered("convnext classify $(touch"));
        assertFalse(Files.exists(folder.resolve("evaluated")));
    }

    /** As bash does when somebody presses the tabulator, files too. */
    @Test
    void bashCompletesFilesByItself() throws Exception {
        script("bash");
        assertTrue(run(shell("bash"), "--norc", "-c", "source completion.bash; complete -p convnext")
                .contains("complete -o default -F _convnext convnext"));
    }

    @Test
    void fishOffersWhatIsMeant() throws Exception {
        Path fish = shell("fish");
        Files.createFile(folder.resolve("picture.jpg"));
        script("fish");
        for (String[] pair : new String[][] {
            {"convnext cla", "classify"},
            {"./convnext cla", "classify"},
            {"convnext convert in out --layout hug", "huggingface"},
            {"convnext completion zs", "zsh"},
            {"convnext bench --no-op", "--no-operators"},
            {"convnext classify pict", "picture.jpg"},
            {"convnext classify --model pict", "picture.jpg"},
        }) {
            String out = run(fish, "-N", "-c", "source completion.fish; complete -C " + Shell.quote(pair[0]));
            assertEquals(
                    List.of(pair[1]),
                    out.lines().map(line -> line.split("\t", -1)[0]).toList(),
                    pair[0]);
        }
        String files = run(fish, "-N", "-c", "source completion.fish; complete -C 'convnext classify --top '");
        assertFalse(files.contains("picture.jpg"), files);
    }

    @Test
    void zshTakesTheScript() throws Exception {
        Path zsh = shell("zsh");
        script("zsh");
        String out = run(
                zsh,
                "-f",
                "-c",
                "autoload -U compinit && compinit -u -D; source ./completion.zsh; echo $_comps[convnext]");
        assertTrue(out.contains("_convnext"), out);
    }

    @Test
    void anotherShellIsRefused() {
        Cli.Result result = Cli.run("completion", "tcsh");
        assertEquals(2, result.code());
        assertTrue(result.complaint().contains("SHELL cannot be tcsh"), result.err());
        assertTrue(Cli.run("completion").complaint().contains("missing SHELL: the shell"), "nothing is guessed");
    }
}
