package org.convnext4j.tools.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.convnext4j.model.roadmap.Regime;
import org.convnext4j.model.roadmap.RoadmapStep;
import org.convnext4j.tools.option.ChoiceConverters;
import org.convnext4j.tools.option.EngineOptions;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.Table;
import org.convnext4j.tools.output.Timings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code convnext roadmap}: the walk from ResNet to ConvNeXt. */
@Command(
        name = "roadmap",
        description = {
            "Walks from ResNet to ConvNeXt, one design decision at a time, as the paper does.",
            "Alone it prints each step with its parameters and its multiply-adds at 224 x 224, beside the accuracy on"
                    + " ImageNet-1K and the FLOPs in the paper. --time measures each step here, --train trains each under"
                    + " one budget and draws the result."
        })
public final class RoadmapCommand implements Callable<Integer> {
    private static final int SIDE = 224;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--regime",
            paramLabel = "LAYERS",
            converter = ChoiceConverters.Regimes.class,
            completionCandidates = ChoiceConverters.Regimes.class,
            description = "Only the walk from the ResNet with so many layers: ${COMPLETION-CANDIDATES}.")
    private @Nullable Regime regime;

    @Option(
            names = "--time",
            description = "Also time a call of each step here, one picture, layer by layer with no fusion.")
    private boolean time;

    @Mixin
    private WalkOptions walk = new WalkOptions();

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Option(names = "--json", description = "Print one JSON list.")
    private boolean json;

    @Override
    public Integer call() {
        if (walk.trains()) {
            if (json || time) {
                throw new ParameterException(
                        Objects.requireNonNull(spec).commandLine(),
                        "--train writes roadmap.csv and prints a table; leave --json and --time away");
            }
            Regime trained = regime == null ? Regime.RESNET_50 : regime;
            new WalkTraining(walk, out(), err()).run(trained.steps(), engine);
            return ExitCode.OK;
        }
        List<RoadmapStep> steps =
                regimes().stream().flatMap(each -> each.steps().stream()).toList();
        Map<RoadmapStep, Timings> times = time ? WalkTiming.of(steps, walk, engine, err()) : Map.of();
        if (json) {
            out().println(Json.line(toJson(steps, times)));
        } else {
            print(steps, times);
        }
        return ExitCode.OK;
    }

    private List<Regime> regimes() {
        return regime == null ? Arrays.asList(Regime.values()) : List.of(regime);
    }

    private static ArrayNode toJson(List<RoadmapStep> steps, Map<RoadmapStep, Timings> times) {
        ArrayNode list = Json.list();
        for (RoadmapStep step : steps) {
            ObjectNode node = list.addObject()
                    .put("regime", step.regime().layers())
                    .put("step", step.name())
                    .put("change", step.change())
                    .put("parameters", step.network().parameters())
                    .put("macs", step.network().macs(SIDE, SIDE))
                    .put("paperAccuracy", step.paperAccuracy())
                    .put("paperGflops", step.paperGflops());
            Timings timings = times.get(step);
            if (timings != null) {
                node.put("medianMillis", Json.rounded(timings.medianMillis()));
            }
        }
        return list;
    }

    private void print(List<RoadmapStep> steps, Map<RoadmapStep, Timings> times) {
        List<Object> head = new ArrayList<>(
                List.of("regime", "step", "change", "parameters", "MACs at 224", "paper top-1", "paper GFLOPs"));
        if (!times.isEmpty()) {
            head.addAll(List.of("median", "GFLOP/s"));
        }
        Table table = new Table("").row(head.toArray());
        for (RoadmapStep step : steps) {
            List<Object> row = new ArrayList<>(List.of(
                    step.regime().layers(),
                    step.name(),
                    step.change(),
                    String.format(Locale.ROOT, "%,11d", step.network().parameters()),
                    String.format(Locale.ROOT, "%7.4f G", step.network().macs(SIDE, SIDE) / 1e9),
                    String.format(Locale.ROOT, "%.2f %%", step.paperAccuracy()),
                    String.format(Locale.ROOT, "%5.2f", step.paperGflops())));
            Timings timings = times.get(step);
            if (timings != null) {
                row.add(String.format(Locale.ROOT, "%7.2f ms", timings.medianMillis()));
                row.add(String.format(Locale.ROOT, "%6.1f", timings.gflops()));
            }
            table.row(row.toArray());
        }
        table.print(out());
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }
}
