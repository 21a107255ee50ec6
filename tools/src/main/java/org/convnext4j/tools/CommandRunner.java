package org.convnext4j.tools;

import java.io.PrintWriter;
import java.util.Arrays;
import picocli.CommandLine;

/** Runs one command line and turns every way it can end into an exit code. */
final class CommandRunner {
    private final CommandLine commandLine = Main.commandLine();

    /** To the streams of the process. */
    CommandRunner() {
        commandLine.setOut(new LineWriter(commandLine.getOut())).setErr(new LineWriter(commandLine.getErr()));
    }

    /** To streams of the caller's. */
    CommandRunner(PrintWriter out, PrintWriter err) {
        commandLine.setOut(new LineWriter(out)).setErr(new LineWriter(err));
    }

    int run(String... args) {
        if (args.length == 0) {
            printFirstHelp(commandLine.getErr());
            return CommandLine.ExitCode.USAGE;
        }
        int code;
        try {
            code = commandLine.execute(args);
        } catch (OutOfMemoryError | LinkageError e) {
            // picocli passes errors on; these two a user can mend.
            boolean verbose = Arrays.asList(args).contains(Main.VERBOSE);
            code = Failures.report(e, commandLine.getCommandName(), verbose, commandLine.getErr());
        }
        if (outputFailed(commandLine.getOut())) {
            commandLine
                    .getErr()
                    .println("convnext: standard output cannot be written: is the disk full or the pipe closed?");
            commandLine.getErr().flush();
            return CommandLine.ExitCode.SOFTWARE;
        }
        return code;
    }

    /** Not a wall of text: what to try, and where the rest is. */
    private void printFirstHelp(PrintWriter err) {
        err.println(commandLine.getCommandSpec().usageMessage().description()[0]);
        err.println();
        err.println("Usage: convnext COMMAND [OPTIONS]");
        Examples.FIRST.forEach(line -> err.println("  " + line));
        err.println();
        err.println("Commands: " + String.join(", ", commandLine.getSubcommands().keySet()));
        err.println("convnext help lists what they do, convnext help COMMAND says how.");
        err.flush();
    }

    /** Both are asked: picocli's writer does not hear of the failures that System.out keeps to itself. */
    static boolean outputFailed(PrintWriter out) {
        boolean writerFailed = out.checkError();
        return System.out.checkError() || writerFailed;
    }
}
