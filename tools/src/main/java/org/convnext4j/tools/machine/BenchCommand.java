package org.convnext4j.tools.machine;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.onnx.OnnxExporter;
import org.convnext4j.model.train.PeakMemory;
import org.convnext4j.model.weights.FormulaWeights;
import org.convnext4j.tools.machine.BenchResult.PeerResult;
import org.convnext4j.tools.option.ChoiceConverters;
import org.convnext4j.tools.option.EngineOptions;
import org.convnext4j.tools.option.FileConverters;
import org.convnext4j.tools.option.NumberConverters;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.Progress;
import org.convnext4j.tools.output.Timings;
import org.convnext4j.tools.output.ToolException;
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
            "The weights are a formula, so nothing is downloaded; the time does not depend on their values.",
            "With --training it times a step of training, from pictures to gradients, and its parts."
        })
public final class BenchCommand implements Callable<Integer> {
    private static final String TINY = "tiny";
    private static final double OPERATOR_MILLIS = 100;

    /** Far above rounding, far below what any other weights would give. */
    private static final float SAME_LOGITS = 1e-3f;

    /** Below this the probes of the machine's peak disagree more than a machine left alone makes them. */
    private static final double CALM = 0.9;

    private static final List<String> SLOWING_VARIABLES = List.of("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE");

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--variant",
            paramLabel = "VARIANT",
            defaultValue = TINY,
            converter = ChoiceConverters.KnownModels.class,
            completionCandidates = ChoiceConverters.KnownModels.class,
            description = "The network: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private KnownModel variant = KnownModel.of(TINY).orElseThrow();

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            converter = NumberConverters.Positive.class,
            description = "Pictures in one call. Default: ${DEFAULT-VALUE}.")
    private int batch = 1;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            defaultValue = "224",
            converter = NumberConverters.Positive.class,
            description = "Height and width of the pictures. Default: ${DEFAULT-VALUE}.")
    private int size = 224;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            defaultValue = "3",
            converter = NumberConverters.Seconds.class,
            description = "How long to run before measuring; Java compiles meanwhile. Default: ${DEFAULT-VALUE}.")
    private double warmup = 3;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            defaultValue = "5",
            converter = NumberConverters.Seconds.class,
            description = "How long to measure each runtime. Default: ${DEFAULT-VALUE}.")
    private double seconds = 5;

    @Option(
            names = "--training",
            description =
                    "Time training instead: forward, backward and optimizer; without --peer, --plot and operators.")
    private boolean training;

    @Mixin
    private EngineOptions options = new EngineOptions();

    @Option(
            names = "--peer",
            paramLabel = "RUNTIME",
            description = "Also time this runtime on the same weights, in turns: ${COMPLETION-CANDIDATES}.")
    private @Nullable PeerRuntime peer;

    @Option(
            names = "--operators",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Also say where the time of a pass goes, layer by layer. Default: yes.")
    private boolean operators = true;

    @Option(
            names = "--plot",
            paramLabel = "FILE.png",
            converter = FileConverters.Png.class,
            description = "Draw the result into this PNG file.")
    private @Nullable Path plot;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        ConvNeXtConfig config = variant.config();
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
        if (plot != null && !plot.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--plot " + plot + ": the picture's name must end in .png");
        }
        if (peer != null && !config.design().isPapers()) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--peer runs networks of the paper's design only, and " + config.name() + " is of another");
        }
        try (Engine engine = options.open()) {
            if (!json) {
                announce(config, engine);
            }
            if (training) {
                train(config, engine);
                return ExitCode.OK;
            }
            BenchResult result = measure(config, engine);
            if (json) {
                out().println(Json.line(BenchFormat.json(result)));
            } else {
                BenchFormat.print(result, out());
            }
            if (plot != null) {
                BenchPlot.write(result, plot);
            }
        }
        return ExitCode.OK;
    }

    private void train(ConvNeXtConfig config, Engine engine) {
        TrainingBench.Result result = TrainingBench.measure(engine, config, batch, size, warmup, seconds, this::repeat);
        warnIfBusy(result.calm());
        if (json) {
            out().println(Json.line(TrainingBenchFormat.json(
                    result, options.threads(), options.backend().toString())));
        } else {
            TrainingBenchFormat.print(result, options.threads(), out());
        }
    }

    private BenchResult measure(ConvNeXtConfig config, Engine engine) {
        Ceiling ceiling = new Ceiling(engine);
        long start = System.nanoTime();
        try (Arena arena = Arena.ofShared();
                ConvNeXt model = build(config, engine)) {
            double setUpMillis = (System.nanoTime() - start) / 1e6;
            Tensor input = FormulaWeights.input(0, arena, batch, config.inChannels(), size, size);
            PeakMemory.forget();
            Supplier<float[]> call = () -> model.logits(input);
            double firstCallMillis = Contest.time(call);
            repeat("warm-up", warmup, new Contest(call, null, () -> {}));
            // Only now come those whose memory is not the engine's.
            OptionalLong peakRssBytes = PeakMemory.bytes();
            ceiling.warmUp();
            Contest contest;
            @Nullable PeerResult peerResult = null;
            if (peer == null) {
                contest = new Contest(call, null, ceiling::sample);
                repeat("measure", seconds, contest);
            } else {
                try (Peer other = openPeer(peer, config, input)) {
                    float difference = largestDifference(call.get(), other.logits());
                    repeat("warm-up", warmup, new Contest(other::logits, null, () -> {}));
                    contest = new Contest(call, other::logits, ceiling::sample);
                    repeat("measure", seconds, contest);
                    Timings others = new Timings(contest.peerMillis(), batch, config.macs(size, size));
                    peerResult = new PeerResult(other.name(), others, difference);
                }
            }
            Timings timings = new Timings(contest.engineMillis(), batch, config.macs(size, size));
            List<OperatorTime> operatorTimes = operators
                    ? OperatorTimings.measure(
                            engine, config, batch, size, Math.min(OPERATOR_MILLIS, seconds * 1000), ceiling::sample)
                    : List.of();
            warnIfBusy(ceiling.calm());
            return new BenchResult(
                    config,
                    size,
                    options.threads(),
                    options.backend(),
                    engine.kernels().toString(),
                    setUpMillis,
                    firstCallMillis,
                    timings,
                    peakRssBytes,
                    ceiling.gflops(),
                    ceiling.gflopsOneThread(),
                    ceiling.readGigabytesPerSecond(),
                    operatorTimes,
                    peerResult);
        }
    }

    private void warnIfBusy(OptionalDouble calm) {
        if (calm.isPresent() && calm.getAsDouble() < CALM) {
            err().println(String.format(
                    Locale.ROOT,
                    "warning: the machine was busy with other things: half of the probes reached less than %.0f %% of"
                            + " its peak, so the percentages are too low and the times too long",
                    100 * calm.getAsDouble()));
        }
    }

    /** The model has its own copy of the weights, so the formula's memory is given back here. */
    private static ConvNeXt build(ConvNeXtConfig config, Engine engine) {
        try (Arena weights = Arena.ofShared()) {
            return ConvNeXt.of(config, FormulaWeights.of(config, 0, weights), engine);
        }
    }

    /** The same weights by way of a file, which the runtime reads at once and which goes again. */
    private Peer openPeer(PeerRuntime runtime, ConvNeXtConfig config, Tensor input) {
        try {
            Path file = Files.createTempFile("convnext4j-", ".onnx");
            try (Arena arena = Arena.ofShared()) {
                OnnxExporter.write(file, config, FormulaWeights.of(config, 0, arena));
                return runtime.open(file, input, options.threads());
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new ToolException("no temporary file for the peer's network: " + e.getMessage(), e);
        }
    }

    /** Another result means another network, and then the times say nothing. */
    private static float largestDifference(float[] engine, float[] other) {
        if (engine.length != other.length) {
            throw new ToolException("the peer gave " + other.length + " logits, not " + engine.length);
        }
        float largest = 0;
        for (int i = 0; i < engine.length; i++) {
            largest = Math.max(largest, Math.abs(engine[i] - other[i]));
        }
        if (!(largest <= SAME_LOGITS)) {
            throw new ToolException("the peer's logits differ by " + largest + ", so it ran another network");
        }
        return largest;
    }

    private void repeat(String task, double duration, Contest contest) {
        long total = Math.max(1, Math.round(duration * 1000));
        try (Progress progress = Progress.of(err(), task, total)) {
            contest.run(duration, spent -> progress.stepTo(Math.min(total, Math.round(spent * 1000))));
        }
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
        if (training) {
            out().println("gradients " + engine.gradientKernels());
        }
        out().println(String.format(Locale.ROOT, "warming up for %.0f s, then measuring for %.0f s", warmup, seconds));
        out().flush();
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
