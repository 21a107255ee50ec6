package org.convnext4j.tools.machine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.tools.machine.BenchResult.PeerResult;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.Table;
import org.convnext4j.tools.output.Timings;
import org.jspecify.annotations.Nullable;

/** A benchmark's result as text and as JSON. */
final class BenchFormat {
    private BenchFormat() {}

    /** Tables for people. */
    static void print(BenchResult result, PrintWriter out) {
        Timings engine = result.engine();
        Table table = new Table("  ")
                .row("set-up", millis(result.setUpMillis()), "making and packing the weights")
                .row("first call", millis(result.firstCallMillis()), "before Java has compiled the kernels")
                .row("median", millis(engine.medianMillis()), "of " + engine.calls() + " calls")
                .row("fastest", millis(engine.minMillis()))
                .row("pictures", format("%.1f /s", engine.imagesPerSecond()), "at the median")
                .row("speed", format("%.1f GFLOP/s", engine.gflops()), "at the median; a multiply-add is 2");
        OptionalDouble percent = result.percentOfPeak(engine.gflops());
        if (percent.isPresent()) {
            table.row(
                            "machine's peak",
                            format("%.1f GFLOP/s", result.peakGflops().orElseThrow()),
                            format(
                                    "multiply-adds in registers on %d threads; one thread alone %.1f",
                                    result.threads(),
                                    result.peakGflopsOneThread().orElseThrow()))
                    .row("of the peak", format("%.1f %%", percent.getAsDouble()));
        }
        if (result.readGigabytesPerSecond().isPresent()) {
            table.row(
                    "memory",
                    format("%.1f GB/s", result.readGigabytesPerSecond().getAsDouble()),
                    "reading, on " + Wording.count(result.threads(), "thread"));
        }
        if (result.peakRssBytes().isPresent()) {
            table.row(
                    "peak resident",
                    format("%.0f MiB", result.peakRssBytes().getAsLong() / 0x1p20),
                    "from the packed network on; set-up and peer not counted");
        }
        table.print(out);
        printPeer(result, out);
        printOperators(result, out);
    }

    private static void printPeer(BenchResult result, PrintWriter out) {
        @Nullable PeerResult peer = result.peer();
        if (peer == null) {
            return;
        }
        out.println();
        out.println(peer.name() + ", same weights, input and threads, in turns with the engine");
        new Table("  ")
                .row(
                        "median",
                        millis(peer.timings().medianMillis()),
                        "of " + peer.timings().calls() + " calls")
                .row("fastest", millis(peer.timings().minMillis()))
                .row("speed", format("%.1f GFLOP/s", peer.timings().gflops()))
                .row(
                        "ratio",
                        format("%.2f", BenchResult.timesAsFast(result.engine(), peer)),
                        "times as fast is the engine, by the medians")
                .row("logits", format("%.1e", peer.largestDifference()), "largest difference")
                .print(out);
    }

    private static void printOperators(BenchResult result, PrintWriter out) {
        if (result.operators().isEmpty()) {
            return;
        }
        out.println();
        out.println("Where the time of a pass goes, measured inside passes; layers that run together have one row");
        Table table = new Table("  ")
                .row("stage", "operator", "pixels x channels", "ms a call", "calls", "ms", "GFLOP/s", "% of peak");
        for (OperatorTime time : result.operators()) {
            boolean counts = time.flops() > 0;
            OptionalDouble percent = counts ? result.percentOfPeak(time.gflops()) : OptionalDouble.empty();
            table.row(
                    time.stage(),
                    time.operator(),
                    time.shape(),
                    format("%.3f", time.millis()),
                    time.calls(),
                    format("%.2f", time.totalMillis()),
                    counts ? format("%.1f", time.gflops()) : "",
                    percent.isPresent() ? format("%.0f", percent.getAsDouble()) : "");
        }
        table.print(out);
        out.println();
        Table sums = new Table("  ");
        double sum = 0;
        for (Map.Entry<String, Double> stage : stages(result).entrySet()) {
            sums.row(stage.getKey(), format("%.2f ms", stage.getValue()));
            sum += stage.getValue();
        }
        sums.row(
                "sum",
                format("%.2f ms", sum),
                format("for the whole network's %.2f ms", result.engine().medianMillis()));
        sums.print(out);
    }

    private static Map<String, Double> stages(BenchResult result) {
        Map<String, Double> stages = new LinkedHashMap<>();
        for (OperatorTime time : result.operators()) {
            stages.merge(time.stage(), time.totalMillis(), Double::sum);
        }
        return stages;
    }

    /** An object for programs. */
    static ObjectNode json(BenchResult result) {
        Timings engine = result.engine();
        ObjectNode node = Json.object()
                .put(
                        "variant",
                        KnownModel.of(result.config()).map(KnownModel::label).orElse(null))
                .put("batch", engine.batch())
                .put("size", result.size())
                .put("threads", result.threads())
                .put("backend", result.backend().toString())
                .put("kernels", result.kernels())
                .put("millis", Json.rounded(engine.medianMillis()))
                .put("minMillis", Json.rounded(engine.minMillis()))
                .put("calls", engine.calls())
                .put("gflops", Json.rounded(engine.gflops()));
        put(node, "peakGflops", result.peakGflops());
        put(node, "percentOfPeak", result.percentOfPeak(engine.gflops()));
        put(node, "peakGflopsOneThread", result.peakGflopsOneThread());
        put(node, "readGigabytesPerSecond", result.readGigabytesPerSecond());
        node.put("imagesPerSecond", Json.rounded(engine.imagesPerSecond()))
                .put("setUpMillis", Json.rounded(result.setUpMillis()))
                .put("firstCallMillis", Json.rounded(result.firstCallMillis()));
        if (result.peakRssBytes().isPresent()) {
            node.put("peakRssBytes", result.peakRssBytes().getAsLong());
        } else {
            node.putNull("peakRssBytes");
        }
        @Nullable PeerResult peer = result.peer();
        if (peer == null) {
            node.putNull("peer");
        } else {
            node.putObject("peer")
                    .put("name", peer.name())
                    .put("millis", Json.rounded(peer.timings().medianMillis()))
                    .put("minMillis", Json.rounded(peer.timings().minMillis()))
                    .put("calls", peer.timings().calls())
                    .put("ratio", Json.rounded(BenchResult.timesAsFast(engine, peer)))
                    .put("largestDifference", peer.largestDifference());
        }
        ArrayNode operators = node.putArray("operators");
        for (OperatorTime time : result.operators()) {
            ObjectNode operator = operators
                    .addObject()
                    .put("stage", time.stage())
                    .put("operator", time.operator())
                    .put("shape", time.shape())
                    .put("calls", time.calls())
                    .put("millis", time.millis());
            if (time.flops() > 0) {
                operator.put("gflops", Json.rounded(time.gflops()));
                put(operator, "percentOfPeak", result.percentOfPeak(time.gflops()));
            }
        }
        return node;
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
