package org.convnext4j.tools.option;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.convnext4j.model.failure.NearestName;
import org.convnext4j.tools.output.Shell;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in one sentence, with what was most likely meant. */
public final class WrongUsage {
    /** More choices than these are left to the help. */
    private static final int LISTED = 12;

    private static final Pattern INVALID = Pattern.compile(
            "Invalid value for (?:option '[^']*'(?: \\([^)]*\\))?|positional parameter at index \\S+ \\([^)]*\\)): (.*)",
            Pattern.DOTALL);

    private final ParameterException failure;
    private final CommandLine command;
    private final String[] args;

    private WrongUsage(ParameterException failure, String[] args) {
        this.failure = failure;
        this.command = failure.getCommandLine();
        this.args = args;
    }

    /**
     * The sentence, without its full stop.
     *
     * @param args all words of the command line
     */
    static String message(ParameterException failure, String[] args) {
        return new WrongUsage(failure, args).message();
    }

    /** For a command that there is not. */
    public static String noCommand(String word, CommandLine parent) {
        List<String> names = List.copyOf(parent.getSubcommands().keySet());
        String pictures = isFile(word) ? "; to name what a picture shows: convnext classify " + Shell.quote(word) : "";
        return "there is no command " + word
                + NearestName.near(word, names)
                        .map(name -> "; did you mean " + name + "?")
                        .orElse(pictures.isEmpty() ? "; there are " + String.join(", ", names) : pictures);
    }

    private String message() {
        // An option that is not known takes its value's place and others', so it is told first.
        Optional<String> unknown = command.getUnmatchedArguments().stream()
                .filter(word -> word.startsWith("-") && word.length() > 1)
                .findFirst();
        if (unknown.isPresent()) {
            return noOption(unknown.get());
        }
        if (failure instanceof UnmatchedArgumentException unmatched) {
            return surplus(unmatched.getUnmatched());
        }
        if (failure instanceof MissingParameterException missing) {
            return all(missing.getMissing()).stream().map(this::missing).collect(Collectors.joining("; "));
        }
        return choice().orElseGet(this::plain);
    }

    /** picocli tells the first parameter that is missing, and no option beside it. */
    private Set<ArgSpec> all(List<ArgSpec> missing) {
        Set<ArgSpec> all = new LinkedHashSet<>();
        boolean withoutValue = missing.stream().anyMatch(this::isGiven);
        if (!withoutValue) {
            command.getCommandSpec().options().stream()
                    .filter(option -> option.required() && !isGiven(option))
                    .forEach(all::add);
        }
        all.addAll(missing);
        if (missing.stream().anyMatch(ArgSpec::isPositional)) {
            int first = missing.stream()
                    .filter(ArgSpec::isPositional)
                    .mapToInt(arg -> ((PositionalParamSpec) arg).index().min())
                    .min()
                    .orElse(0);
            command.getCommandSpec().positionalParameters().stream()
                    .filter(parameter ->
                            parameter.required() && parameter.index().min() > first)
                    .forEach(all::add);
        }
        return all;
    }

    private boolean isGiven(ArgSpec arg) {
        return arg instanceof OptionSpec option
                && Arrays.stream(args)
                        .anyMatch(word -> Arrays.stream(option.names())
                                .anyMatch(name -> word.equals(name) || word.startsWith(name + "=")));
    }

    /** Without the parser's words on where it is. */
    private String plain() {
        String message = String.valueOf(failure.getMessage());
        Matcher matcher = INVALID.matcher(message);
        ArgSpec arg = failure.getArgSpec();
        return arg != null && matcher.matches() ? name(arg) + ": " + matcher.group(1) : message;
    }

    private static String name(ArgSpec arg) {
        return arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
    }

    private String noOption(String word) {
        String name = word.split("=", 2)[0];
        if (isFile(word)) {
            return "there is no option " + name + "; if the file is meant, write ./" + word
                    + ", or -- before all files";
        }
        List<String> known = new ArrayList<>();
        for (OptionSpec option : command.getCommandSpec().options()) {
            known.addAll(Arrays.asList(option.names()));
            if (option.negatable()) {
                known.add(option.longestName().replaceFirst("^--", "--no-"));
            }
        }
        known.removeIf(option -> !option.startsWith("--"));
        List<String> bare = known.stream().map(option -> option.substring(2)).toList();
        return "there is no option " + name
                + NearestName.near(name.replaceFirst("^-+", ""), bare)
                        .map(near -> "; did you mean --" + near + "?")
                        .orElse("");
    }

    private String surplus(List<String> words) {
        if (!command.getSubcommands().isEmpty()) {
            return noCommand(words.get(0), command);
        }
        // Where there may be none, picocli leaves over what cannot be converted, and does not say why.
        for (String word : words) {
            try {
                new FileConverters.Paths().convert(word);
            } catch (TypeConversionException e) {
                return String.valueOf(e.getMessage());
            }
        }
        return "there is no use for " + words.stream().map(Shell::quote).collect(Collectors.joining(" "));
    }

    private String missing(ArgSpec arg) {
        String meaning = meaning(arg);
        if (!(arg instanceof OptionSpec option)) {
            return "missing " + arg.paramLabel() + meaning;
        }
        return isGiven(option)
                ? option.longestName() + " needs a value, " + arg.paramLabel() + meaning
                : "missing " + option.longestName() + " " + arg.paramLabel() + meaning;
    }

    /** The first words of the description. */
    private static String meaning(ArgSpec arg) {
        String text = String.join(" ", arg.description()).split("[.:;](\\s|$)", 2)[0];
        if (text.isEmpty()) {
            return "";
        }
        boolean word = text.length() > 1 && !Character.isUpperCase(text.charAt(1));
        return ": " + (word ? text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1) : text);
    }

    /** A value that is none of those that an option or parameter takes. */
    private Optional<String> choice() {
        ArgSpec arg = failure.getArgSpec();
        String value = failure.getValue();
        if (arg == null || value == null || arg.completionCandidates() == null) {
            return Optional.empty();
        }
        List<String> choices = choices(arg);
        if (choices.stream().anyMatch(value::equalsIgnoreCase)) {
            return Optional.empty();
        }
        Optional<String> near = NearestName.near(value, choices);
        String all = near.isPresent() && choices.size() > LISTED
                ? ""
                : (near.isPresent() ? " There are " : "; there are ") + String.join(", ", choices);
        return Optional.of(name(arg) + " cannot be " + Shell.quote(value)
                + near.map(name -> "; did you mean " + name + "?").orElse("") + all);
    }

    /** What an option or parameter may be; empty where there is no list. */
    public static List<String> choices(ArgSpec arg) {
        List<String> choices = new ArrayList<>();
        if (arg.completionCandidates() != null) {
            arg.completionCandidates().forEach(choices::add);
        }
        return choices;
    }

    private static boolean isFile(String word) {
        try {
            return Files.exists(Path.of(word));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
