package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

class HelpLinesTest {
    @Test
    void wordsAreMarkedAndRestored() {
        for (String text :
                List.of("RUN/lr-finder.png, e.g. 0.2 (--no-x).", "PyTorch's .pth", "${DEFAULT-VALUE}.", "a - b")) {
            String[] kept = HelpLines.keptWhole(new String[] {text});
            assertEquals(text, HelpLines.restored(kept[0]));
        }
        assertTrue(HelpLines.keptWhole(new String[] {"${DEFAULT-VALUE}."})[0].startsWith("${DEFAULT-VALUE}"));
    }

    @Test
    void commandsThatAreTooLongGoOnAsAShellTakesThem() {
        assertEquals(List.of("  convnext demo"), HelpLines.command("convnext demo", 80));
        assertEquals(
                List.of("  convnext classify \\", "    --model model \\", "    picture.jpg"),
                HelpLines.command("convnext classify --model model picture.jpg", 22));
        assertEquals(List.of("one two", "three"), HelpLines.wrapped("one two three", 9));
        assertEquals(List.of("longer-than-a-line", "x"), HelpLines.wrapped("longer-than-a-line x", 9));
    }

    static Stream<CommandLine> commands() {
        return Cli.commandLine().getSubcommands().values().stream();
    }

    /** Names of files, keys and models can be copied out of the help. */
    @ParameterizedTest
    @MethodSource("commands")
    void noWordOfTheHelpIsBroken(CommandLine command) {
        String help = Cli.run("help", command.getCommandName()).out();
        help.lines().skip(1).forEach(line -> assertTrue(line.length() <= 80, line));
        Set<String> words = new TreeSet<>(List.of(help.split("\\s+", -1)));
        for (ArgSpec arg : command.getCommandSpec().args()) {
            for (String text : arg.description()) {
                for (String word : String.format(Locale.ROOT, text).split("\\s+", -1)) {
                    assertTrue(word.contains("${") || words.contains(word), word + " in " + help);
                }
            }
        }
        for (String text : command.getCommandSpec().usageMessage().description()) {
            assertTrue(words.containsAll(List.of(text.split("\\s+", -1))), text + " in " + help);
        }
        boolean other = List.of("classify", "evaluate").contains(command.getCommandName());
        assertEquals(other, help.replaceAll("\\s+", " ").contains("Without it the bundled model is used"), help);
    }
}
