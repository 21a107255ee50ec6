package org.convnext4j.tools.completion;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A script of fish's command {@code complete} for a program and its commands. */
final class FishCompletion {
    private static final int DESCRIPTION = 60;

    private final String program;
    private final List<String> lines = new ArrayList<>();

    private FishCompletion(String program) {
        this.program = program;
    }

    /** The script, a line for each command, option and list of values. */
    static String script(CommandLine program) {
        FishCompletion script = new FishCompletion(program.getCommandName());
        script.lines.add(
                "# Completions of " + script.program + " for fish, made by " + script.program + " completion fish.");
        // Files are offered where a command takes some, and not after the program's name.
        script.complete("-f");
        program.getSubcommands()
                .forEach((name, command) -> script.complete(
                        "-n __fish_use_subcommand", "-a " + name, description(command.getCommandSpec())));
        script.options("-n __fish_use_subcommand", program.getCommandSpec());
        program.getSubcommands().forEach((name, command) -> script.command(name, command.getCommandSpec()));
        return String.join("\n", script.lines) + "\n";
    }

    private void command(String name, CommandSpec command) {
        String condition = "-n '__fish_seen_subcommand_from " + name + "'";
        options(condition, command);
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            List<String> choices = Completable.choices(parameter);
            if (!choices.isEmpty()) {
                complete(condition, "-a " + quote(String.join(" ", choices)));
            } else if (Completable.isFile(parameter)) {
                complete(condition, "-F");
            }
        }
    }

    private void options(String condition, CommandSpec command) {
        for (OptionSpec option : command.options()) {
            List<String> words = new ArrayList<>(List.of(condition));
            for (String name : option.names()) {
                words.add(name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1));
            }
            if (option.arity().max() > 0) {
                words.add(value(option));
            }
            words.add(description(option.description()));
            complete(words.toArray(String[]::new));
            if (option.negatable()) {
                complete(condition, "-l no-" + option.longestName().substring(2));
            }
        }
    }

    private static String value(OptionSpec option) {
        List<String> choices = Completable.choices(option);
        if (!choices.isEmpty()) {
            return "-x -a " + quote(String.join(" ", choices));
        }
        return Completable.isFile(option) ? "-r -F" : "-x";
    }

    private static String description(CommandSpec command) {
        return description(command.usageMessage().description());
    }

    /** The first sentence, or as much of it as there is room for. */
    private static String description(String[] description) {
        if (description.length == 0) {
            return "";
        }
        String text = description[0].split("[.:;](\\s|$)", 2)[0];
        int end = text.length() <= DESCRIPTION ? text.length() : text.lastIndexOf(' ', DESCRIPTION);
        return "-d " + quote(text.substring(0, end));
    }

    /** In single quotes fish knows two escapes. */
    private static String quote(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private void complete(String... words) {
        lines.add("complete -c " + program + " " + String.join(" ", words).strip());
    }
}
