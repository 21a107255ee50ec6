package org.convnext4j.tools.machine;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.convnext4j.engine.Diagnosis;
import org.convnext4j.tools.output.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code convnext doctor}: what this machine offers and what is in the way. */
@Command(
        name = "doctor",
        description = {
            "Says what this machine offers, which kernels run on it, and how to mend what is missing.",
            "The exit code is 0 if any backend works."
        })
public final class DoctorCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Diagnosis diagnosis = Diagnosis.ofThisMachine();
        if (json) {
            out.println(Json.pretty(DiagnosisFormat.json(diagnosis)));
        } else {
            DiagnosisFormat.print(diagnosis, out);
        }
        return diagnosis.works() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
