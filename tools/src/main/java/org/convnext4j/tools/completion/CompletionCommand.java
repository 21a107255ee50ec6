package org.convnext4j.tools.completion;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convnext completion}: what completes commands, options and their values in a shell. */
@Command(
        name = "completion",
        description = {
            "Prints a script with which a shell completes commands, options, their values and files' names.",
            "bash: source <(convnext completion bash) in ~/.bashrc. zsh: the same in ~/.zshrc, after compinit. fish: write"
                    + " it to ~/.config/fish/completions/convnext.fish. It works for convnext on the PATH and for"
                    + " ./convnext."
        })
public final class CompletionCommand implements Callable<Integer> {
    /** A shell that there is a script for. */
    enum Shells {
        BASH,
        ZSH,
        FISH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "The shell: ${COMPLETION-CANDIDATES}.")
    private Shells shell = Shells.BASH;

    @Override
    public Integer call() {
        CommandLine program = Objects.requireNonNull(spec).root().commandLine();
        String script = switch (shell) {
            case BASH -> BashCompletion.bash(program);
            case ZSH -> BashCompletion.zsh(program);
            case FISH -> FishCompletion.script(program);
        };
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        script.lines().forEach(out::println);
        return ExitCode.OK;
    }
}
