package org.convnext4j.tools.option;

import java.io.PrintWriter;
import org.convnext4j.bindings.NativeLibraryException;
import org.convnext4j.engine.EngineException;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.tools.output.ToolException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Says in one line on stderr what went wrong. */
public final class Failures {
    /** The name of the option that adds stack traces. */
    public static final String VERBOSE = "--verbose";

    private Failures() {}

    /** Reports the failure of one of many things that a command does, and gives the exit code. */
    public static int report(Throwable failure, CommandLine command) {
        boolean verbose = command.getParseResult().hasMatchedOption(VERBOSE);
        return report(failure, command.getCommandSpec().qualifiedName(), verbose, command.getErr());
    }

    /** Reports a failure and gives the exit code. */
    public static int report(Throwable failure, String command, boolean verbose, PrintWriter err) {
        err.println(command + ": " + line(failure));
        if (verbose) {
            failure.printStackTrace(err);
        }
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Reports wrong usage and gives the exit code. */
    public static int wrongUsage(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        err.println(name + ": " + oneLine(WrongUsage.message(failure, args)) + " (see " + name + " --help)");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    /** The message on one line; what has no message for users is called by its type. */
    public static String line(Throwable failure) {
        String message = failure.getMessage();
        if (failure instanceof OutOfMemoryError) {
            return "out of memory (" + message + "); give Java more, for example JAVA_TOOL_OPTIONS=-Xmx8g, or use a"
                    + " smaller batch, picture or model";
        }
        boolean forUsers = failure instanceof ToolException
                || failure instanceof ModelException
                || failure instanceof EngineException
                || failure instanceof NativeLibraryException;
        if (forUsers && message != null) {
            return oneLine(message);
        }
        return oneLine(failure + " (unexpected; run again with " + VERBOSE + " and report it)");
    }

    /** A message on one line. */
    public static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
