package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.convnext4j.tools.option.WrongUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Options that do nothing in a mode are refused before anything is done. */
class UselessOptionsTest {
    /** A command line for every option of every rule, with no more than what the command requires. */
    static Stream<String> lines() {
        return UselessOptions.RULES.stream()
                .flatMap(rule -> rule.commands().stream().flatMap(command -> {
                    CommandLine parser = Cli.command(command);
                    String mode = mode(rule);
                    return rule.options().stream().map(option -> {
                        OptionSpec spec = parser.getCommandSpec().findOption(option);
                        assertNotNull(spec, command + " has no " + option);
                        return command + required(command, mode) + mode + " " + option + value(spec);
                    });
                }));
    }

    private static String required(String command, String mode) {
        return mode.equals(" --list-settings") ? "" : required(command);
    }

    private static String required(String command) {
        return switch (command) {
            case "classify" -> " none.jpg";
            case "evaluate" -> " --data none";
            case "train" -> " --data none --out run-of-this-test";
            default -> "";
        };
    }

    /** What makes the options useless, where it is an option. */
    private static String mode(UselessOptions.Rule rule) {
        for (String option : List.of("--resume", "--training", "--validation-share 0.2", "--list-settings")) {
            CommandLine command = Cli.commandLine();
            String name = rule.commands().get(0);
            if (Cli.command(name).getCommandSpec().findOption(option.split(" ", -1)[0]) != null) {
                String line = name + required(name) + " " + option;
                if (rule.useless().test(command.parseArgs(line.split(" ", -1)).subcommand())
                        && !rule.useless()
                                .test(Cli.commandLine()
                                        .parseArgs((name + required(name)).split(" ", -1))
                                        .subcommand())) {
                    return " " + option;
                }
            }
        }
        return "";
    }

    private static String value(OptionSpec option) {
        if (option.arity().max() == 0) {
            return "";
        }
        List<String> choices = WrongUsage.choices(option);
        if (!choices.isEmpty()) {
            return " " + choices.get(0);
        }
        return switch (option.paramLabel()) {
            case "A,B,C,D" -> " 1,1,1,1";
            case "FILE", "FILE.png" -> " none.png";
            case "DIR", "MODEL", "WHICH" -> " none";
            case "SHARE" -> " 0.2";
            default -> " 1";
        };
    }

    @ParameterizedTest
    @MethodSource("lines")
    void everyOptionOfTheTableIsRefused(String line) {
        String[] words = line.split(" ", -1);
        Cli.Result result = Cli.run((Object[]) words);
        assertEquals(2, result.code(), line + ": " + result.err());
        assertEquals("", result.out());
        String option = Arrays.stream(words)
                .filter(word -> result.err().contains(": " + word + " does nothing here: "))
                .findFirst()
                .orElse("");
        assertTrue(line.matches(".* \\Q" + option + "\\E( \\S+)?"), line + ": " + result.complaint());
        assertTrue(Files.notExists(Path.of("run-of-this-test")));
    }

    /** What goes beyond a table: values and files that exclude each other. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "classify --resume p.jpg",
                "classify --json --csv out p.jpg",
                "classify --jsonl a --csv b p.jpg",
                "embed --model m p.jpg",
                "embed --model m --jsonl a --npy b p.jpg",
                "embed --model m --top 3 --npy b p.jpg",
                "train --data d --out o --variant tiny --depths 1,1,1,1 --dims 8,8,8,8",
                "train --data d --out o --depths 1,1,1,1",
                "train --data d --out o --variant tiny --patch 2",
                "roadmap --train d --json",
                "roadmap --train d --time",
                "convert a b.onnx --layout timm",
                "convert a b.onnx --dtype f16",
                "bench --peer onnxruntime --variant v2-atto",
                "similar --model m query.jpg",
            })
    void whatExcludesEachOtherIsRefused(String line) {
        Cli.Result result = Cli.run((Object[]) line.split(" ", -1));
        // train looks at the data first
        boolean dataFirst = line.startsWith("train") && result.code() == 1;
        assertTrue(result.code() == 2 || dataFirst, line + ": " + result.err());
        assertEquals("", result.out());
        assertEquals(1, result.err().lines().count(), result.err());
    }

    /** An option that needs no others reads none of them; and picocli lets words by that are none. */
    @Test
    void aListOfSettingsTakesNothingThatItDoesNotShow() {
        Cli.Result words = Cli.run("train", "--list-settings", "nonsense");
        assertEquals(2, words.code(), words.err());
        assertTrue(words.complaint().contains("nonsense"), words.err());
        Cli.Result option = Cli.run("train", "--list-settings", "--nonsense");
        assertEquals(2, option.code(), option.err());
        assertTrue(option.complaint().contains("--nonsense"), option.err());
        Cli.Result shown = Cli.run("train", "--list-settings", "--preset", "cifar", "--epochs", 3, "--json");
        assertEquals(0, shown.code(), shown.err());
    }

    @Test
    void whatIsGivenForAReasonIsNot() {
        List<String> refused = new ArrayList<>();
        for (String line : List.of(
                "classify --batch 4 --csv - --model none p.jpg",
                "classify --architecture tiny --model none p.jpg",
                "train --data none --out none --resume --epochs 3",
                "roadmap --regime 50 --json")) {
            Cli.Result result = Cli.run((Object[]) line.split(" ", -1));
            if (result.err().contains("does nothing")) {
                refused.add(line + ": " + result.err());
            }
        }
        assertEquals(List.of(), refused);
    }
}
