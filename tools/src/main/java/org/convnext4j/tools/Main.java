package org.convnext4j.tools;

import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
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
            DoctorCommand.class
        })
public final class Main {
    /** The name of the option that adds stack traces. */
    static final String VERBOSE = "--verbose";

    @Option(names = VERBOSE, scope = ScopeType.INHERIT, description = "After a failure, also print the stack trace.")
    private boolean verbose;

    private Main() {}

    /** Runs one command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(new CommandRunner().run(args));
    }

    /** Runs one command: 0 done, 1 failed, 2 wrong usage. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return new CommandRunner(out, err).run(args);
    }

    /** The command line before anything is parsed. */
    static CommandLine commandLine() {
        Main main = new Main();
        return new CommandLine(main)
                .registerConverter(Path.class, new Converters.Paths())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, result) ->
                        Failures.report(failure, command.getCommandName(), main.verbose, command.getErr()))
                .setParameterExceptionHandler(Failures::wrongUsage);
    }
}
