package org.convnext4j.tools;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.convnext4j.bindings.OpenBlasLibrary;
import org.convnext4j.engine.Backend;

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
                .row("Java", java())
                .row("system", system())
                .row("CPU", diagnosis.cpu().modelName().orElse("unknown"))
                .row("  instruction sets", flags(diagnosis))
                .row("  processors", Runtime.getRuntime().availableProcessors() + " available to Java")
                .row("vectors", vectors(diagnosis))
                .row("memory", memory(diagnosis));
        if (diagnosis.openBlas().isPresent()) {
            OpenBlasLibrary library = diagnosis.openBlas().get();
            table.row("OpenBLAS", library.config())
                    .row("  core type", library.coreName())
                    .row("  path", library.path());
        } else {
            table.row("OpenBLAS", "none: " + diagnosis.openBlasFailure().orElse("unknown"));
        }
        table.row("cache folder", diagnosis.cacheFolder().map(String::valueOf).orElse("unknown"));
        for (BackendCheck check : diagnosis.backends()) {
            String name = check.backend() == Backend.AUTO
                    ? "auto (the default)"
                    : check.backend().toString();
            table.row("backend " + name, check.kernels().orElse("does not work"));
            table.row("", check.reason());
        }
        table.print(out);
        out.println();
        List<String> problems = diagnosis.problems();
        if (problems.isEmpty()) {
            out.println("Nothing is missing.");
        } else {
            problems.forEach(problem -> out.println("! " + problem));
        }
    }

    /** An object for programs. */
    static ObjectNode json(Diagnosis diagnosis) {
        ObjectNode node = Json.object();
        node.putObject("java")
                .put("version", Runtime.version().toString())
                .put("vm", System.getProperty("java.vm.name"))
                .put("vmInfo", System.getProperty("java.vm.info"))
                .put("home", System.getProperty("java.home"));
        node.put("system", system());
        ObjectNode cpu = node.putObject("cpu")
                .put("model", diagnosis.cpu().modelName().orElse(null))
                .put("processors", Runtime.getRuntime().availableProcessors());
        diagnosis.cpu().flags().forEach(cpu.putArray("flags")::add);
        ObjectNode vectors = node.putObject("vectors");
        if (diagnosis.laneBits().isPresent()) {
            int bits = diagnosis.laneBits().getAsInt();
            vectors.put("bits", bits).put("lanes", bits / Float.SIZE);
        }
        vectors.put("obstacle", diagnosis.vectorObstacle().orElse(null));
        ObjectNode memory = node.putObject("memory").put("heapMaxBytes", diagnosis.heapBytes());
        diagnosis.physicalBytes().ifPresent(bytes -> memory.put("physicalBytes", bytes));
        ObjectNode openBlas = node.putObject("openblas");
        diagnosis
                .openBlas()
                .ifPresentOrElse(
                        library -> openBlas.put("version", library.version())
                                .put("config", library.config())
                                .put("coreType", library.coreName())
                                .put("path", library.path())
                                .put("threads", library.threads())
                                .put(
                                        "coreTypeWarning",
                                        library.coreTypeWarning().orElse(null)),
                        () -> openBlas.put(
                                "failure", diagnosis.openBlasFailure().orElse(null)));
        node.put("cacheFolder", diagnosis.cacheFolder().map(String::valueOf).orElse(null));
        ArrayNode backends = node.putArray("backends");
        for (BackendCheck check : diagnosis.backends()) {
            backends.addObject()
                    .put("backend", check.backend().toString())
                    .put("works", check.kernels().isPresent())
                    .put("kernels", check.kernels().orElse(null))
                    .put("reason", check.reason());
        }
        diagnosis.problems().forEach(node.putArray("problems")::add);
        return node;
    }

    private static String java() {
        return Runtime.version() + ", " + System.getProperty("java.vm.name") + " (" + System.getProperty("java.vm.info")
                + "), " + System.getProperty("java.home");
    }

    private static String system() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch");
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
        String heap = gibibytes(diagnosis.heapBytes()) + " at most for Java's heap (tensors live outside it)";
        return diagnosis.physicalBytes().isPresent()
                ? gibibytes(diagnosis.physicalBytes().getAsLong()) + " physical, " + heap
                : heap;
    }

    private static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / 0x1p30);
    }
}
