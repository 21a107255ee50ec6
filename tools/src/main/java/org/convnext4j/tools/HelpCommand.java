package org.convnext4j.tools;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.convnext4j.tools.option.WrongUsage;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convnext help}: the help of the program or of a command. */
@Command(name = "help", description = "Shows the help of a command, or without one the list of commands.")
final class HelpCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    /** The names of all commands. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Main.class.getAnnotation(Command.class).subcommands())
                    .map(type -> type.getAnnotation(Command.class).name())
                    .iterator();
        }
    }

    @Parameters(
            paramLabel = "COMMAND",
            arity = "0..1",
            completionCandidates = Names.class,
            description = "The command; without it all are listed.")
    private @Nullable String command;

    @Override
    public Integer call() {
        CommandLine here = Objects.requireNonNull(spec).commandLine();
        CommandLine program = here.getParent();
        CommandLine about = program;
        if (command != null) {
            about = program.getSubcommands().get(command);
            if (about == null) {
                throw new ParameterException(program, WrongUsage.noCommand(command, program));
            }
        }
        about.usage(here.getOut());
        return ExitCode.OK;
    }
}
