package org.convnext4j.tools;

import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Options that do nothing beside others, or without them: whoever gives one believes that it does something. */
final class UselessOptions {
    /**
     * Options of some commands.
     *
     * @param commands that have them
     * @param options that may do nothing
     * @param useless whether they do, by what else is given
     * @param why words that go on after "does nothing here: "
     */
    record Rule(List<String> commands, List<String> options, Predicate<ParseResult> useless, String why) {}

    /** Of what a file of weights holds. */
    private static final List<String> OF_FILES =
            List.of("--architecture", "--output-stride", "--weights", "--ignore-unknown");

    static final List<Rule> RULES = List.of(
            new Rule(
                    List.of("classify"),
                    List.of("--batch"),
                    without("--jsonl", "--csv"),
                    "pictures are done one by one unless results go to a file; give --jsonl FILE or --csv FILE"),
            new Rule(
                    List.of("classify", "evaluate"),
                    OF_FILES,
                    without("--model"),
                    "it is about a model's file, and the bundled model is used; give --model MODEL"),
            new Rule(
                    List.of("evaluate"),
                    List.of("--split"),
                    with("--validation-share"),
                    "the share is set aside from the pictures to train on; leave one of the two out"),
            new Rule(
                    List.of("evaluate"),
                    List.of("--seed"),
                    without("--validation-share"),
                    "nothing is drawn; give --validation-share SHARE"),
            new Rule(
                    List.of("train"),
                    List.of(
                            "--model",
                            "--variant",
                            "--depths",
                            "--dims",
                            "--patch",
                            "--preset",
                            "--weights",
                            "--ignore-unknown",
                            "--fresh-head",
                            "--keep-head"),
                    with("--resume"),
                    "a run that goes on has its network and recipe already; leave it out, or begin another run without"
                            + " --resume in another folder"),
            new Rule(
                    List.of("train"),
                    List.of(
                            "--data",
                            "--out",
                            "--validation-share",
                            "--model",
                            "--fresh-head",
                            "--keep-head",
                            "--weights",
                            "--ignore-unknown",
                            "--variant",
                            "--depths",
                            "--dims",
                            "--patch",
                            "--resume",
                            "--skip-unreadable",
                            "--allow-missing",
                            "--find-lr",
                            "--threads",
                            "--backend"),
                    with("--list-settings"),
                    "--list-settings trains nothing; leave one of the two out"),
            new Rule(
                    List.of("train"),
                    List.of("--weights", "--ignore-unknown"),
                    without("--model"),
                    "it is about the file of a model to fine-tune; give --model MODEL"),
            new Rule(
                    List.of("roadmap"),
                    List.of("--out", "--epochs", "--pictures", "--size", "--batch", "--learning-rate", "--seed"),
                    without("--train"),
                    "nothing is trained; give --train DATA"),
            new Rule(List.of("roadmap"), List.of("--time-seconds"), without("--time"), "nothing is timed; give --time"),
            new Rule(
                    List.of("roadmap"),
                    List.of("--width-scale", "--backend", "--threads"),
                    without("--train", "--time"),
                    "no network runs; give --time, or --train DATA"),
            new Rule(
                    List.of("bench"),
                    List.of("--peer", "--plot", "--operators"),
                    with("--training"),
                    "--training times the engine alone, as a whole, and draws nothing"));

    private UselessOptions() {}

    private static Predicate<ParseResult> with(String option) {
        return result -> result.hasMatchedOption(option);
    }

    private static Predicate<ParseResult> without(String... options) {
        return result -> List.of(options).stream().noneMatch(result::hasMatchedOption);
    }

    /**
     * Refuses them.
     *
     * @throws ParameterException if a command has one
     */
    static void refuse(ParseResult program) {
        for (CommandLine command : program.asCommandLineList()) {
            ParseResult result = command.getParseResult();
            // An option that frees of required ones makes picocli forgive all else, too: right for --help alone.
            if (!result.unmatched().isEmpty() && !result.isUsageHelpRequested() && !result.isVersionHelpRequested()) {
                throw new CommandLine.UnmatchedArgumentException(command, result.unmatched());
            }
            RULES.stream()
                    .filter(rule -> rule.commands().contains(command.getCommandName()))
                    .filter(rule -> rule.useless().test(result))
                    .forEach(rule -> rule.options().stream()
                            .filter(result::hasMatchedOption)
                            .findFirst()
                            .ifPresent(option -> {
                                throw new ParameterException(command, option + " does nothing here: " + rule.why());
                            }));
        }
    }
}
