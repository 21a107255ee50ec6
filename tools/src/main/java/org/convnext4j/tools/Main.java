package org.convnext4j.tools;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.convnext4j.tools.completion.CompletionCommand;
import org.convnext4j.tools.demo.DemoCommand;
import org.convnext4j.tools.file.ConvertCommand;
import org.convnext4j.tools.file.ForwardCommand;
import org.convnext4j.tools.file.InspectCommand;
import org.convnext4j.tools.file.PreprocessCommand;
import org.convnext4j.tools.machine.BenchCommand;
import org.convnext4j.tools.machine.DoctorCommand;
import org.convnext4j.tools.option.Failures;
import org.convnext4j.tools.option.FileConverters;
import org.convnext4j.tools.output.OutputFailure;
import org.convnext4j.tools.output.StandardStreams;
import org.convnext4j.tools.picture.ClassifyCommand;
import org.convnext4j.tools.picture.EmbedCommand;
import org.convnext4j.tools.picture.ExplainCommand;
import org.convnext4j.tools.picture.SimilarCommand;
import org.convnext4j.tools.train.EvaluateCommand;
import org.convnext4j.tools.train.RoadmapCommand;
import org.convnext4j.tools.train.ScanCommand;
import org.convnext4j.tools.train.TrainCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The command line {@code convnext}: one class per command. */
@Command(
        name = "convnext",
        description = "ConvNeXt image classification on the CPU.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            ClassifyCommand.class,
            EmbedCommand.class,
            SimilarCommand.class,
            ExplainCommand.class,
            EvaluateCommand.class,
            ScanCommand.class,
            TrainCommand.class,
            RoadmapCommand.class,
            ForwardCommand.class,
            PreprocessCommand.class,
            InspectCommand.class,
            ConvertCommand.class,
            BenchCommand.class,
            DoctorCommand.class,
            HelpCommand.class,
            CompletionCommand.class
        })
public final class Main implements StandardStreams.Holder {
    @Option(
            names = Failures.VERBOSE,
            scope = ScopeType.INHERIT,
            description = "After a failure, also print the stack trace.")
    private boolean verbose;

    private final StandardStreams streams;

    private Main(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public StandardStreams streams() {
        return streams;
    }

    /** Runs one command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(new CommandRunner().run(args));
    }

    /** Runs one command: 0 done, 1 failed, 2 wrong usage. */
    static int run(StandardStreams streams, PrintWriter out, PrintWriter err, String... args) {
        return new CommandRunner(streams, out, err).run(args);
    }

    /** The command line before anything is parsed. */
    static CommandLine commandLine(StandardStreams streams) {
        Main main = new Main(streams);
        CommandLine commandLine = new CommandLine(main)
                .registerConverter(Path.class, new FileConverters.Paths())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, result) ->
                        // What becomes of results that cannot be written is told by the runner.
                        failure instanceof OutputFailure
                                ? CommandLine.ExitCode.SOFTWARE
                                : Failures.report(
                                        failure,
                                        command.getCommandSpec().qualifiedName(),
                                        main.verbose,
                                        command.getErr()))
                .setParameterExceptionHandler(Failures::wrongUsage)
                .setExecutionStrategy(Main::execute);
        HelpLayout.apply(commandLine);
        return commandLine;
    }

    private static int execute(ParseResult result) {
        UselessOptions.refuse(result);
        return new CommandLine.RunLast().execute(result);
    }
}
