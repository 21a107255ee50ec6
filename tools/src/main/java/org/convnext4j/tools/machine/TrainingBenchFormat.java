package org.convnext4j.tools.machine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalDouble;
import org.convnext4j.model.design.Variant;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.Table;
import org.convnext4j.tools.output.Timings;

/** The result of a training benchmark as text and as JSON. */
final class TrainingBenchFormat {
    private TrainingBenchFormat() {}

    /** Tables for people. */
    static void print(TrainingBench.Result result, int threads, PrintWriter out) {
        Timings step = result.step();
        Table table = new Table("  ")
                .row("set-up", millis(result.setUpMillis()), "making the weights")
                .row("first step", millis(result.firstStepMillis()), "before Java has compiled the kernels")
                .row(
                        "median",
                        millis(step.medianMillis()),
                        "of " + Wording.count(step.calls(), "step") + ", forward and backward")
                .row("fastest", millis(step.minMillis()))
                .row("pictures", format("%.1f /s", step.imagesPerSecond()), "at the median")
                .row("speed", format("%.1f GFLOP/s", step.gflops()), "at the median, counting three forward passes");
        OptionalDouble percent = result.percentOfPeak(step.gflops());
        if (percent.isPresent()) {
            table.row(
                            "machine's peak",
                            format("%.1f GFLOP/s", result.peakGflops().orElseThrow()),
                            "multiply-adds in registers on " + Wording.count(threads, "thread"))
                    .row("of the peak", format("%.1f %%", percent.getAsDouble()));
        }
        if (result.peakRssBytes().isPresent()) {
            table.row("peak resident", format("%.0f MiB", result.peakRssBytes().getAsLong() / 0x1p20));
        }
        table.print(out);
        out.println();
        out.println("Its parts, and what follows it");
        Table parts = new Table("  ").row("part", "ms", "GFLOP/s", "% of peak", "");
        row(
                parts,
                result,
                "forward",
                result.forward().medianMillis(),
                result.forward().gflops(),
                "by itself");
        row(parts, result, "backward", result.backwardMillis(), result.backwardGflops(), "the rest of the step");
        parts.row(
                "optimizer",
                format("%.2f", result.optimizer().medianMillis()),
                "",
                "",
                "norm of the gradients, AdamW and moving average, once for all pictures of a step");
        parts.print(out);
    }

    private static void row(
            Table table, TrainingBench.Result result, String part, double millis, double gflops, String note) {
        OptionalDouble percent = result.percentOfPeak(gflops);
        table.row(
                part,
                format("%.2f", millis),
                format("%.1f", gflops),
                percent.isPresent() ? format("%.0f", percent.getAsDouble()) : "",
                note);
    }

    /** An object for programs. */
    static ObjectNode json(TrainingBench.Result result, int threads, String backend) {
        Timings step = result.step();
        ObjectNode node = Json.object()
                .put("training", true)
                .put("variant", result.config().variant().map(Variant::label).orElse(null))
                .put("batch", step.batch())
                .put("size", result.size())
                .put("threads", threads)
                .put("backend", backend)
                .put("kernels", result.kernels())
                .put("millis", Json.rounded(step.medianMillis()))
                .put("minMillis", Json.rounded(step.minMillis()))
                .put("calls", step.calls())
                .put("gflops", Json.rounded(step.gflops()));
        put(node, "peakGflops", result.peakGflops());
        put(node, "percentOfPeak", result.percentOfPeak(step.gflops()));
        node.put("imagesPerSecond", Json.rounded(step.imagesPerSecond()))
                .put("setUpMillis", Json.rounded(result.setUpMillis()))
                .put("firstStepMillis", Json.rounded(result.firstStepMillis()));
        if (result.peakRssBytes().isPresent()) {
            node.put("peakRssBytes", result.peakRssBytes().getAsLong());
        } else {
            node.putNull("peakRssBytes");
        }
        ObjectNode parts = node.putObject("parts");
        part(
                parts,
                result,
                "forward",
                result.forward().medianMillis(),
                result.forward().gflops());
        part(parts, result, "backward", result.backwardMillis(), result.backwardGflops());
        parts.putObject("optimizer")
                .put("millis", Json.rounded(result.optimizer().medianMillis()));
        return node;
    }

    private static void part(ObjectNode parts, TrainingBench.Result result, String name, double millis, double gflops) {
        ObjectNode part =
                parts.putObject(name).put("millis", Json.rounded(millis)).put("gflops", Json.rounded(gflops));
        put(part, "percentOfPeak", result.percentOfPeak(gflops));
    }

    private static void put(ObjectNode node, String name, OptionalDouble value) {
        if (value.isPresent()) {
            node.put(name, Json.rounded(value.getAsDouble()));
        } else {
            node.putNull(name);
        }
    }

    private static String millis(double value) {
        return format("%.2f ms", value);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency
    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
