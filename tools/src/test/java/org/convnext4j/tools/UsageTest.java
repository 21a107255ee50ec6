package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.convnext4j.tools.option.WrongUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What the program says to somebody who does not know it yet. */
class UsageTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "clasify picture.jpg                  | convnext: there is no command clasify; did you mean classify?",
                "predict                              | convnext: there is no command predict; there are demo, classify,",
                "help clasify                         | convnext: there is no command clasify; did you mean classify?",
                "classify --modle m picture.jpg       | convnext classify: there is no option --modle; did you mean --model?",
                "train --epoch 3                      | convnext train: there is no option --epoch; did you mean --epochs?",
                "train --epoch=3 --data d --out o     | convnext train: there is no option --epoch; did you mean --epochs?",
                "bench --nooperators                  | convnext bench: there is no option --nooperators; did you mean --no-operators?",
                "convert a b/ --layout hugginface     | convnext convert: --layout cannot be hugginface; did you mean huggingface? There are facebook,",
                "convert a b/ --layout nonsense       | convnext convert: --layout cannot be nonsense; there are facebook, timm,",
                "classify --backend vectr picture.jpg | convnext classify: --backend cannot be vectr; did you mean vector? There are auto,",
                "train --data d --out o --preset cifr | convnext train: --preset cannot be cifr; did you mean cifar? (see",
                "inspect m --architecture v2-ato      | convnext inspect: --architecture cannot be v2-ato; did you mean v2-atto? (see",
                "train                                | convnext train: missing --data DIR: the folder with the pictures; missing --out RUN:",
                "embed picture.jpg                    | convnext embed: missing --model MODEL: the model",
                "classify                             | convnext classify: missing IMAGE",
                "classify --top                       | convnext classify: --top needs a value, K: how many classes to name",
                "classify --top --json picture.jpg    | convnext classify: --top needs a value, K: how many classes to name",
                "explain                              | convnext explain: missing --model MODEL: the model; missing IMAGE: a JPEG, PNG, GIF, BMP or WebP file; missing OUT.png: the PNG to write",
                "preprocess picture.jpg               | convnext preprocess: missing OUT.png: the PNG to write",
                "convert                              | convnext convert: missing IN: the model; missing OUT: what",
                "classify --top 0 picture.jpg         | convnext classify: --top: 0 is below 1",
                "demo --out sheet.jpg                 | convnext demo: --out: 'sheet.jpg': the picture's name must end in .png",
                "bench --plot none/plot.png           | convnext bench: --plot: 'none/plot.png' cannot be written: its folder does not exist",
                "evaluate --data d --plot none/p.png  | convnext evaluate: --plot: 'none/p.png' cannot be written: its folder does not exist",
                "doctor surplus                       | convnext doctor: there is no use for surplus",
            })
    void oneSentenceSaysWhatIsWrongAndWhatWasMeant(String line, String begin) {
        Cli.Result result = Cli.run((Object[]) line.strip().split(" +", -1));
        assertEquals(2, result.code(), result.err());
        assertEquals("", result.out());
        String complaint = result.complaint();
        assertTrue(complaint.startsWith(begin.strip()), complaint);
        String command = begin.strip().substring(0, begin.strip().indexOf(':'));
        assertTrue(complaint.endsWith(" (see " + command + " --help)"), complaint);
    }

    @Test
    void aFileWhoseNameBeginsLikeAnOptionIsExplained() throws IOException {
        // Only a name relative to where the process runs can begin so.
        Path file = Path.of("-picture-of-this-test.jpg");
        Files.copy(Cli.image("china.jpg"), file);
        try {
            Cli.Result refused = Cli.run("classify", file);
            assertEquals(2, refused.code());
            assertTrue(refused.complaint().contains("write ./" + file + ", or -- before"), refused.err());
            for (Cli.Result result :
                    List.of(Cli.run("classify", "--json", "--", file), Cli.run("classify", "--json", "./" + file))) {
                assertTrue(result.json().path("image").asText().endsWith(file.toString()), result.out());
            }
        } finally {
            Files.delete(file);
        }
    }

    static Stream<String> commands() {
        return Cli.commandLine().getSubcommands().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpOfACommandSaysWhatIsRequiredAndHasExamples(String command) {
        Cli.Result help = Cli.run("help", command);
        assertEquals(0, help.code(), help.err());
        assertEquals(help, Cli.run(command, "--help"));
        assertTrue(help.out().contains("\nExamples:\n  "), help.out());
        String synopsis = help.out().lines().findFirst().orElseThrow();
        CommandLine parsed = Cli.command(command);
        boolean required = false;
        for (OptionSpec option : parsed.getCommandSpec().options()) {
            if (option.required()) {
                assertTrue(synopsis.contains(" " + option.longestName() + " " + option.paramLabel()), synopsis);
                required = true;
            }
            String entry = "\n(      |  -\\w, )" + option.longestName().replace("--", "--(\\[no-\\])?") + "[=\\s]";
            assertEquals(1, help.out().split(entry, -1).length - 1, option + help.out());
        }
        assertEquals(required, help.out().contains("\nRequired:\n"));
        parsed.getCommandSpec()
                .positionalParameters()
                .forEach(parameter -> assertTrue(synopsis.contains(parameter.paramLabel()), synopsis));
        assertTrue(help.out().contains("\nGeneral:\n"), help.out());
    }

    /** Examples that no longer work would be worse than none. */
    @Test
    void examplesAreCommandLines() {
        Set<String> commands = Cli.commandLine().getSubcommands().keySet();
        List<String> lines = new ArrayList<>(Examples.FIRST);
        for (String command : commands) {
            List<String> examples = Examples.of(command);
            assertFalse(examples.isEmpty(), command);
            examples.forEach(line -> assertTrue(line.contains("convnext " + command), line));
            lines.addAll(examples);
        }
        for (String line : lines) {
            String words = line.substring(line.indexOf("convnext ") + "convnext ".length())
                    .replaceAll("'[^']*'", "quoted")
                    .replaceAll(" [<>].*|\\)$", "");
            Cli.commandLine().parseArgs(words.split(" ", -1));
        }
    }

    @Test
    void theNameAloneShowsAShortHelp() {
        Cli.Result result = Cli.run();
        assertEquals(2, result.code());
        assertEquals("", result.out());
        assertTrue(result.err().lines().count() < 12, result.err());
        Cli.commandLine()
                .getSubcommands()
                .keySet()
                .forEach(name -> assertTrue(result.err().contains(name), name));
        assertTrue(result.err().contains("convnext demo"), result.err());
        Cli.Result all = Cli.run("help");
        assertEquals(0, all.code());
        assertEquals(Cli.run("--help"), all);
        assertTrue(all.out().contains("Names what pictures show."), all.out());
    }

    /** Every list of choices is known to the parser, for the messages and for completion. */
    @Test
    void choicesAreListed() {
        for (CommandLine command : Cli.commandLine().getSubcommands().values()) {
            for (ArgSpec arg : command.getCommandSpec().args()) {
                boolean listed = String.join(" ", arg.description()).contains("COMPLETION-CANDIDATES");
                List<String> choices = WrongUsage.choices(arg);
                assertTrue(!listed || !choices.isEmpty(), arg.toString());
            }
        }
    }
}
