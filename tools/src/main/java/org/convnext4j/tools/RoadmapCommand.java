package org.convnext4j.tools;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.convnext4j.model.roadmap.Regime;
import org.convnext4j.model.roadmap.RoadmapStep;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code convnext roadmap}: the walk from ResNet to ConvNeXt. */
@Command(
        name = "roadmap",
        description = {
            "Walks from ResNet to ConvNeXt, one design decision at a time, as the paper does.",
            "Alone it prints each step with its parameters and its multiply-adds at 224 x 224, beside the accuracy on"
                    + " ImageNet-1K and the FLOPs in the paper."
        })
final class RoadmapCommand implements Callable<Integer> {
    private static final int SIDE = 224;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--regime",
            paramLabel = "LAYERS",
            converter = Converters.Regimes.class,
            completionCandidates = Converters.Regimes.class,
            description = "Only the walk from the ResNet with so many layers: ${COMPLETION-CANDIDATES}.")
    private @Nullable Regime regime;

    @Option(names = "--json", description = "Print one JSON list.")
    private boolean json;

    @Override
    public Integer call() {
        List<RoadmapStep> steps =
                regimes().stream().flatMap(each -> each.steps().stream()).toList();
        if (json) {
            out().println(Json.line(toJson(steps)));
        } else {
            print(steps);
        }
        return ExitCode.OK;
    }

    private List<Regime> regimes() {
        return regime == null ? Arrays.asList(Regime.values()) : List.of(regime);
    }

    private static ArrayNode toJson(List<RoadmapStep> steps) {
        ArrayNode list = Json.list();
        for (RoadmapStep step : steps) {
            list.addObject()
                    .put("regime", step.regime().layers())
                    .put("step", step.name())
                    .put("change", step.change())
                    .put("parameters", step.network().parameters())
                    .put("macs", step.network().macs(SIDE, SIDE))
                    .put("paperAccuracy", step.paperAccuracy())
                    .put("paperGflops", step.paperGflops());
        }
        return list;
    }

    private void print(List<RoadmapStep> steps) {
        Table table = new Table("")
                .row("regime", "step", "change", "parameters", "MACs at 224", "paper top-1", "paper GFLOPs");
        for (RoadmapStep step : steps) {
            table.row(
                    step.regime().layers(),
                    step.name(),
                    step.change(),
                    String.format(Locale.ROOT, "%,11d", step.network().parameters()),
                    String.format(Locale.ROOT, "%7.4f G", step.network().macs(SIDE, SIDE) / 1e9),
                    String.format(Locale.ROOT, "%.2f %%", step.paperAccuracy()),
                    String.format(Locale.ROOT, "%5.2f", step.paperGflops()));
        }
        table.print(out());
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }
}
