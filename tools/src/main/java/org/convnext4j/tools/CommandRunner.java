package org.convnext4j.tools;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.Arrays;
import org.convnext4j.tools.option.Failures;
import org.convnext4j.tools.output.LineWriter;
import org.convnext4j.tools.output.OutputFailure;
import org.convnext4j.tools.output.StandardOutput;
import org.convnext4j.tools.output.StandardStreams;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Runs one command line and turns every way it can end into an exit code. */
public final class CommandRunner {
    /** As of a process that SIGPIPE ended. */
    static final int CLOSED_PIPE = 141;

    private final CommandLine commandLine;
    private final @Nullable StandardOutput output;

    /** To the streams of the process. */
    CommandRunner() {
        output = new StandardOutput();
        commandLine = Main.commandLine(StandardStreams.ofProcess(output));
        PrintWriter out = new PrintWriter(new OutputStreamWriter(output, System.out.charset()));
        commandLine.setOut(LineWriter.ofResults(out)).setErr(LineWriter.ofNotes(commandLine.getErr()));
    }

    /** To streams of the caller's. */
    CommandRunner(StandardStreams streams, PrintWriter out, PrintWriter err) {
        commandLine = Main.commandLine(streams);
        commandLine.setOut(LineWriter.ofResults(out)).setErr(LineWriter.ofNotes(err));
        output = null;
    }

    int run(String... args) {
        if (args.length == 0) {
            printFirstHelp(commandLine.getErr());
            return CommandLine.ExitCode.USAGE;
        }
        int code;
        try {
            code = commandLine.execute(args);
        } catch (OutputFailure e) {
            // Out of the help, which no handler of failures sees.
            code = CommandLine.ExitCode.SOFTWARE;
        } catch (OutOfMemoryError | LinkageError e) {
            // picocli passes errors on; these two a user can mend.
            boolean verbose = Arrays.asList(args).contains(Failures.VERBOSE);
            code = Failures.report(e, commandLine.getCommandName(), verbose, commandLine.getErr());
        }
        boolean failed = commandLine.getOut().checkError() || (output != null && output.hasFailed());
        if (!failed) {
            return code;
        }
        if (output != null && output.isClosedPipe()) {
            return CLOSED_PIPE;
        }
        commandLine.getErr().println("convnext: standard output cannot be written; is the disk full?");
        commandLine.getErr().flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Not a wall of text: what to try, and where the rest is. */
    private void printFirstHelp(PrintWriter err) {
        err.println(commandLine.getCommandSpec().usageMessage().description()[0]);
        err.println();
        err.println("Usage: convnext COMMAND [OPTIONS]");
        Examples.FIRST.forEach(line -> err.println("  " + line));
        err.println();
        err.println(
                "Commands: " + String.join(", ", commandLine.getSubcommands().keySet()));
        err.println("convnext help lists what they do, convnext help COMMAND says how.");
        err.flush();
    }
}
