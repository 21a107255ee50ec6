package org.convnext4j.tools.completion;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A script that completes a program and its commands in bash, from 3.2 on, and in zsh by its bashcompinit. picocli's own
 * mixes up the values of options whose labels are the same, and has bash evaluate the names of files.
 */
final class BashCompletion {
    private static final String START_ZSH = "autoload -U +X bashcompinit && bashcompinit\n";

    private static final String BEGIN = """
            # Completion of PROGRAM, made by PROGRAM completion.
            _PROGRAM() {
                local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command='' words='' i
                COMPREPLY=()
                # bash takes --option=value for three words.
                if [[ $word == = ]]; then
                    word=''
                elif [[ $before == = ]]; then
                    before=${COMP_WORDS[COMP_CWORD-2]}
                fi
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case ${COMP_WORDS[i]} in
                        --) return ;;
                        -*) ;;
                        *) [[ -n $command ]] || command=${COMP_WORDS[i]} ;;
                    esac
                done
                case $command in
            """;

    private static final String END = """
                esac
                # Without words the shell offers files, unless a value is none.
                if [[ -n $words ]]; then
                    COMPREPLY=($(compgen -W "$words" -- "$word"))
                fi
            }
            complete -o default -F _PROGRAM PROGRAM
            """;

    private final StringBuilder script = new StringBuilder();

    private BashCompletion() {}

    /** The script for bash. */
    static String bash(CommandLine program) {
        BashCompletion completion = new BashCompletion();
        completion.script.append(BEGIN);
        completion.command(
                "''",
                program.getCommandSpec(),
                List.copyOf(program.getSubcommands().keySet()));
        program.getSubcommands().forEach((name, command) -> {
            CommandSpec spec = command.getCommandSpec();
            completion.command(name, spec, words(spec.positionalParameters()));
        });
        completion.script.append(END);
        return completion.script.toString().replace("PROGRAM", program.getCommandName());
    }

    /** The script for zsh. */
    static String zsh(CommandLine program) {
        return START_ZSH + bash(program);
    }

    private static List<String> words(List<PositionalParamSpec> parameters) {
        return parameters.stream()
                .flatMap(parameter -> Completable.choices(parameter).stream())
                .toList();
    }

    private void command(String name, CommandSpec command, List<String> words) {
        Map<String, List<String>> byValue = new LinkedHashMap<>();
        List<String> all = new ArrayList<>();
        for (OptionSpec option : command.options()) {
            List<String> names = List.of(option.names());
            all.addAll(names);
            if (option.negatable()) {
                all.add(option.longestName().replaceFirst("^--", "--no-"));
            }
            if (option.arity().max() > 0) {
                byValue.computeIfAbsent(offer(option), key -> new ArrayList<>()).addAll(names);
            }
        }
        line(2, name + ")");
        line(3, "case $before in");
        byValue.forEach((offer, names) -> line(4, String.join(" | ", names) + ") " + offer + " ;;"));
        // Only where an option begins: otherwise files could not be reached.
        line(
                4,
                "*) if [[ $word == -* ]]; then words=" + quoted(all.stream())
                        + (words.isEmpty() ? "" : "; else words=" + quoted(words.stream())) + "; fi ;;");
        line(3, "esac");
        line(3, ";;");
    }

    /** What completes an option's value. */
    private static String offer(OptionSpec option) {
        List<String> choices = Completable.choices(option);
        if (!choices.isEmpty()) {
            return "words=" + quoted(choices.stream());
        }
        return Completable.isFile(option) ? "return" : "type compopt >/dev/null 2>&1 && compopt +o default; return";
    }

    private static String quoted(Stream<String> words) {
        return words.collect(Collectors.joining(" ", "'", "'"));
    }

    private void line(int depth, String text) {
        script.append("    ".repeat(depth)).append(text).append('\n');
    }
}
