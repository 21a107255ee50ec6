package org.convnext4j.tools.machine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.BackendCheck;
import org.convnext4j.engine.Diagnosis;
import org.convnext4j.engine.Machine;
import org.convnext4j.engine.OpenBlasInfo;
import org.convnext4j.tools.option.Failures;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.Table;

/** A diagnosis as text and as JSON. */
final class DiagnosisFormat {
    /** The instruction sets that matter to the kernels; the rest of Linux's long list is in the JSON only. */
    private static final List<String> TELLING_FLAGS = List.of(
            "sse4_2",
            "avx",
            "fma",
            "avx2",
            "avx512f",
            "avx512dq",
            "avx512bw",
            "avx512vl",
            "avx512_vnni",
            "avx512_bf16",
            "asimd",
            "sve",
            "sve2");

    private DiagnosisFormat() {}

    /** A table for people. */
    static void print(Diagnosis diagnosis, PrintWriter out) {
        Table table = new Table("")
                .row("Java", java(diagnosis.machine()))
                .row("system", diagnosis.machine().system())
                .row("CPU", diagnosis.cpu().modelName().orElse("unknown"))
                .row("  instruction sets", flags(diagnosis))
                .row("  processors", diagnosis.machine().processors() + " available to Java")
                .row("vectors", vectors(diagnosis))
                .row("memory", memory(diagnosis));
        if (diagnosis.openBlas().isPresent()) {
            OpenBlasInfo library = diagnosis.openBlas().get();
            table.row("OpenBLAS", library.config())
                    .row("  core type", library.coreType())
                    .row("  path", library.path());
        } else {
            table.row(
                    "OpenBLAS", "none: " + oneLine(diagnosis.openBlasFailure()).orElse("unknown"));
        }
        table.row("cache folder", diagnosis.cacheFolder().map(String::valueOf).orElse("unknown"));
        for (BackendCheck check : diagnosis.backends()) {
            String name = check.backend() == Backend.AUTO
                    ? "auto (the default)"
                    : check.backend().toString();
            table.row("backend " + name, check.kernels().orElse("does not work"));
            table.row("", Failures.oneLine(check.reason()));
        }
        table.print(out);
        out.println();
        List<String> problems = diagnosis.problems();
        if (problems.isEmpty()) {
            out.println("Nothing is missing.");
        } else {
            problems.forEach(problem -> out.println("! " + Failures.oneLine(problem)));
        }
    }

    /** An object for programs. */
    static ObjectNode json(Diagnosis diagnosis) {
        ObjectNode node = Json.object();
        Machine machine = diagnosis.machine();
        node.putObject("java")
                .put("version", machine.javaVersion())
                .put("vm", machine.vmName())
                .put("vmInfo", machine.vmInfo())
                .put("home", machine.javaHome());
        node.put("system", machine.system());
        ObjectNode cpu = node.putObject("cpu")
                .put("model", diagnosis.cpu().modelName().orElse(null))
                .put("processors", machine.processors());
        diagnosis.cpu().flags().forEach(cpu.putArray("flags")::add);
        ObjectNode vectors = node.putObject("vectors");
        if (diagnosis.laneBits().isPresent()) {
            int bits = diagnosis.laneBits().getAsInt();
            vectors.put("bits", bits).put("lanes", bits / Float.SIZE);
        }
        vectors.put("obstacle", diagnosis.vectorObstacle().orElse(null));
        ObjectNode memory = node.putObject("memory").put("heapMaxBytes", machine.heapBytes());
        machine.physicalBytes().ifPresent(bytes -> memory.put("physicalBytes", bytes));
        ObjectNode openBlas = node.putObject("openblas");
        diagnosis
                .openBlas()
                .ifPresentOrElse(
                        library -> openBlas.put("version", library.version())
                                .put("config", library.config())
                                .put("coreType", library.coreType())
                                .put("path", library.path())
                                .put("threads", library.threads())
                                .put(
                                        "coreTypeWarning",
                                        library.coreTypeWarning().orElse(null)),
                        () -> openBlas.put(
                                "failure", oneLine(diagnosis.openBlasFailure()).orElse(null)));
        node.put("cacheFolder", diagnosis.cacheFolder().map(String::valueOf).orElse(null));
        ArrayNode backends = node.putArray("backends");
        for (BackendCheck check : diagnosis.backends()) {
            backends.addObject()
                    .put("backend", check.backend().toString())
                    .put("works", check.works())
                    .put("kernels", check.kernels().orElse(null))
                    .put("reason", Failures.oneLine(check.reason()));
        }
        diagnosis.problems().stream().map(Failures::oneLine).forEach(node.putArray("problems")::add);
        return node;
    }

    private static Optional<String> oneLine(Optional<String> text) {
        return text.map(Failures::oneLine);
    }

    private static String java(Machine machine) {
        return machine.javaVersion() + ", " + machine.vmName() + " (" + machine.vmInfo() + "), " + machine.javaHome();
    }

    private static String flags(Diagnosis diagnosis) {
        if (diagnosis.cpu().flags().isEmpty()) {
            return "unknown";
        }
        return TELLING_FLAGS.stream().filter(diagnosis.cpu()::has).collect(Collectors.joining(" "));
    }

    private static String vectors(Diagnosis diagnosis) {
        if (diagnosis.vectorObstacle().isPresent()) {
            return "not usable: " + diagnosis.vectorObstacle().get();
        }
        int bits = diagnosis.laneBits().orElseThrow();
        return bits + " bits, " + bits / Float.SIZE + " lanes of float32";
    }

    private static String memory(Diagnosis diagnosis) {
        Machine machine = diagnosis.machine();
        String heap = gibibytes(machine.heapBytes()) + " at most for Java's heap (tensors live outside it)";
        return machine.physicalBytes().isPresent()
                ? gibibytes(machine.physicalBytes().getAsLong()) + " physical, " + heap
                : heap;
    }

    private static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / 0x1p30);
    }
}
