package org.convnext4j.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.ConvNeXtConfig;
import org.convnext4j.model.Variant;
import org.convnext4j.model.weights.FormulaWeights;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code convnext bench}: how fast the whole network is on this machine. */
@Command(
        name = "bench",
        description = {
            "Times the whole network on this machine, from input tensor to logits.",
            "The weights are a formula, so nothing is downloaded; the time does not depend on their values."
        })
final class BenchCommand implements Callable<Integer> {
    private static final List<String> SLOWING_VARIABLES = List.of("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE");

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--variant",
            paramLabel = "VARIANT",
            defaultValue = "tiny",
            converter = Converters.Variants.class,
            completionCandidates = Converters.Variants.class,
            description = "The network: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Variant variant = Variant.TINY;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            converter = Converters.Positive.class,
            description = "Pictures in one call. Default: ${DEFAULT-VALUE}.")
    private int batch = 1;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            defaultValue = "224",
            converter = Converters.Positive.class,
            description = "Height and width of the pictures. Default: ${DEFAULT-VALUE}.")
    private int size = 224;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            defaultValue = "3",
            converter = Converters.Seconds.class,
            description = "How long to run before measuring; Java compiles meanwhile. Default: ${DEFAULT-VALUE}.")
    private double warmup = 3;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            defaultValue = "5",
            converter = Converters.Seconds.class,
            description = "How long to measure. Default: ${DEFAULT-VALUE}.")
    private double seconds = 5;

    @Mixin
    private EngineOptions options = new EngineOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        ConvNeXtConfig config = ConvNeXtConfig.of(variant);
        if (size < config.minimumSide()) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--size " + size + " is too small; " + config.name() + " takes " + config.minimumSide()
                            + " or more");
        }
        for (String variable : SLOWING_VARIABLES) {
            @Nullable String value = System.getenv(variable);
            if (value != null && !value.isBlank()) {
                err().println("warning: " + variable + "=" + value
                        + " changes the speed of OpenBLAS; unset it for figures that compare");
            }
        }
        try (Engine engine = options.open();
                Arena arena = Arena.ofShared()) {
            if (!json) {
                announce(config, engine);
            }
            long start = System.nanoTime();
            try (ConvNeXt model = build(config, engine)) {
                double setUpMillis = millisSince(start);
                Tensor input = FormulaWeights.input(0, arena, batch, config.inChannels(), size, size);
                double firstCallMillis = time(model, input);
                repeat("warm-up", model, input, warmup);
                Timings timings = new Timings(repeat("measure", model, input, seconds), batch, config.macs(size, size));
                if (json) {
                    out().println(Json.line(toJson(engine, timings, setUpMillis, firstCallMillis)));
                } else {
                    print(timings, setUpMillis, firstCallMillis);
                }
            }
        }
        return ExitCode.OK;
    }

    /** The model has its own copy of the weights, so the formula's memory is given back here. */
    private static ConvNeXt build(ConvNeXtConfig config, Engine engine) {
        try (Arena weights = Arena.ofShared()) {
            return ConvNeXt.of(config, FormulaWeights.of(config, 0, weights), engine);
        }
    }

    /** Calls the network for a time, at least once. */
    private List<Double> repeat(String task, ConvNeXt model, Tensor input, double duration) {
        List<Double> millis = new ArrayList<>();
        long start = System.nanoTime();
        long total = Math.max(1, Math.round(duration * 1000));
        try (Progress progress = Progress.of(err(), task, total)) {
            do {
                millis.add(time(model, input));
                progress.stepTo(Math.min(total, Math.round(millisSince(start))));
            } while (millisSince(start) < duration * 1000);
        }
        return millis;
    }

    private static double time(ConvNeXt model, Tensor input) {
        long start = System.nanoTime();
        float[] logits = model.logits(input);
        double millis = millisSince(start);
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                throw new ToolException("the network gave the logit " + logit + ", so its speed means nothing");
            }
        }
        return millis;
    }

    private static double millisSince(long start) {
        return (System.nanoTime() - start) / 1e6;
    }

    private void announce(ConvNeXtConfig config, Engine engine) {
        out().println(String.format(
                Locale.ROOT,
                "%s, formula weights, batch %d of 3 x %d x %d, float32, %d threads, backend %s",
                config.name(),
                batch,
                size,
                size,
                options.threads(),
                options.backend()));
        out().println("kernels " + engine.kernels());
        out().println(String.format(Locale.ROOT, "warming up for %.0f s, then measuring for %.0f s", warmup, seconds));
        out().flush();
    }

    private void print(Timings timings, double setUpMillis, double firstCallMillis) {
        Table table = new Table("  ")
                .row("set-up", millis(setUpMillis), "making and packing the weights")
                .row("first call", millis(firstCallMillis), "before Java has compiled the kernels")
                .row("median", millis(timings.medianMillis()), "of " + timings.calls() + " calls")
                .row("fastest", millis(timings.minMillis()))
                .row("pictures", String.format(Locale.ROOT, "%.1f /s", timings.imagesPerSecond()), "at the median")
                .row(
                        "speed",
                        String.format(Locale.ROOT, "%.1f GFLOP/s", timings.gflops()),
                        "at the median; a multiply-add is 2");
        OptionalLong peak = PeakMemory.bytes();
        if (peak.isPresent()) {
            table.row("peak memory", String.format(Locale.ROOT, "%.0f MiB", peak.getAsLong() / 0x1p20), "resident");
        }
        table.print(out());
    }

    private ObjectNode toJson(Engine engine, Timings timings, double setUpMillis, double firstCallMillis) {
        ObjectNode node = Json.object()
                .put("variant", variant.label())
                .put("batch", batch)
                .put("size", size)
                .put("threads", options.threads())
                .put("backend", options.backend().toString())
                .put("kernels", engine.kernels().toString())
                .put("millis", Json.rounded(timings.medianMillis()))
                .put("minMillis", Json.rounded(timings.minMillis()))
                .put("calls", timings.calls())
                .put("gflops", Json.rounded(timings.gflops()))
                .put("imagesPerSecond", Json.rounded(timings.imagesPerSecond()))
                .put("setUpMillis", Json.rounded(setUpMillis))
                .put("firstCallMillis", Json.rounded(firstCallMillis));
        OptionalLong peak = PeakMemory.bytes();
        if (peak.isPresent()) {
            return node.put("peakRssBytes", peak.getAsLong());
        }
        return node.putNull("peakRssBytes");
    }

    private static String millis(double value) {
        return String.format(Locale.ROOT, "%.2f ms", value);
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
