package org.convnext4j.tools.train;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.data.Split;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.model.roadmap.RoadmapBudget;
import org.convnext4j.model.roadmap.RoadmapNetwork;
import org.convnext4j.model.roadmap.RoadmapResult;
import org.convnext4j.model.roadmap.RoadmapStep;
import org.convnext4j.model.roadmap.RoadmapTrainer;
import org.convnext4j.model.weights.AtomicFile;
import org.convnext4j.tools.option.EngineOptions;
import org.convnext4j.tools.option.StopOnSignal;
import org.convnext4j.tools.output.Drawing;
import org.convnext4j.tools.output.Progress;
import org.convnext4j.tools.output.Table;
import org.jspecify.annotations.Nullable;

/** Trains every step of a walk under one budget; what is done already is not done again. */
final class WalkTraining {
    /**
     * A trained step.
     *
     * @param step of the walk
     * @param parameters of the network that was trained
     * @param macs of it, for a picture of the walk's size
     * @param result on the validation pictures
     */
    record Trained(RoadmapStep step, long parameters, long macs, RoadmapResult result) {}

    private final WalkOptions options;
    private final PrintWriter out;
    private final PrintWriter err;
    private final AtomicReference<@Nullable RoadmapTrainer> running = new AtomicReference<>();
    private volatile boolean stopping;

    WalkTraining(WalkOptions options, PrintWriter out, PrintWriter err) {
        this.options = options;
        this.out = out;
        this.err = err;
    }

    /** Trains what is left, or stops early at a signal; then the same call goes on. */
    void run(List<RoadmapStep> steps, EngineOptions engineOptions) {
        Path folder = options.out();
        Dataset train = DataFolder.open(options.data(), Split.TRAIN);
        Dataset validation = DataFolder.open(options.data(), Split.VALIDATION);
        RoadmapBudget budget = options.budget(train);
        Drawing.begin();
        out.println(train.description() + ", " + validation.description());
        out.println(String.format(
                Locale.ROOT,
                "each step: %s%s, batches of %d, AdamW with %s at most, %d x %d pixels, seed %d",
                Wording.count(budget.epochs(), "epoch"),
                budget.picturesPerEpoch() == RoadmapBudget.ALL
                        ? ""
                        : " of " + Wording.count(budget.picturesPerEpoch(), "picture"),
                budget.batchSize(),
                Wording.number(budget.learningRate()),
                budget.side(),
                budget.side(),
                budget.seed()));
        out.flush();
        try (Engine engine = engineOptions.open()) {
            List<Trained> done = StopOnSignal.during(
                    this::stop, () -> train(steps, budget, train, validation, engine, engineOptions.threads(), folder));
            print(done);
            if (done.size() < steps.size()) {
                out.println("stopped after " + done.size() + " of " + steps.size()
                        + " steps; the same command goes on from there");
            } else {
                out.println("the table is in " + folder.resolve("roadmap.csv") + ", the chart in "
                        + folder.resolve("roadmap.png"));
            }
            out.flush();
        }
    }

    private void stop() {
        stopping = true;
        RoadmapTrainer trainer = running.get();
        if (trainer != null) {
            trainer.stop();
        }
    }

    private List<Trained> train(
            List<RoadmapStep> steps,
            RoadmapBudget budget,
            Dataset train,
            Dataset validation,
            Engine engine,
            int threads,
            Path folder) {
        List<Trained> done = new ArrayList<>();
        for (RoadmapStep step : steps) {
            RoadmapNetwork network = budget.fit(options.scaled(step))
                    .withClasses(train.classNames().size());
            Path file = folder.resolve(String.format(Locale.ROOT, "%02d-%s.safetensors", step.number(), step.name()));
            RoadmapTrainer trainer = new RoadmapTrainer(
                    engine, network, step.recipe(), budget, train, validation, file, Math.max(1, threads / 2));
            running.set(trainer);
            if (stopping) {
                break;
            }
            Optional<RoadmapResult> result = run(trainer, step, (long) steps.size());
            if (result.isEmpty()) {
                break;
            }
            done.add(new Trained(step, network.parameters(), network.macs(budget.side(), budget.side()), result.get()));
            AtomicFile.write(folder.toAbsolutePath().resolve("roadmap.csv"), csv(done));
            RoadmapPlot.write(done, budget, options.dataName(), folder.resolve("roadmap.png"));
        }
        return done;
    }

    private Optional<RoadmapResult> run(RoadmapTrainer trainer, RoadmapStep step, long steps) {
        String task = step.number() + "/" + (steps - 1) + " " + step.name();
        AtomicReference<@Nullable Progress> bar = new AtomicReference<>();
        try {
            Optional<RoadmapResult> result = trainer.run(progress -> {
                Progress shown = bar.get();
                if (shown == null) {
                    shown = Progress.of(err, task, progress.allBatches());
                    bar.set(shown);
                }
                shown.stepTo(progress.batches());
                shown.note(String.format(Locale.ROOT, "loss %.3f", progress.loss()));
            });
            return result;
        } finally {
            Progress shown = bar.get();
            if (shown != null) {
                shown.close();
            }
            err.flush();
        }
    }

    private static byte[] csv(List<Trained> done) {
        StringBuilder text =
                new StringBuilder("number,step,change,parameters,macs,top1,loss,seconds,paperAccuracy,paperGflops\n");
        for (Trained trained : done) {
            RoadmapStep step = trained.step();
            text.append(String.format(
                    Locale.ROOT,
                    "%d,%s,\"%s\",%d,%d,%.4f,%.4f,%.1f,%.2f,%.2f%n",
                    step.number(),
                    step.name(),
                    step.change(),
                    trained.parameters(),
                    trained.macs(),
                    trained.result().top1(),
                    trained.result().loss(),
                    trained.result().seconds(),
                    step.paperAccuracy(),
                    step.paperGflops()));
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void print(List<Trained> done) {
        Table table =
                new Table("").row("step", "change", "parameters", "MACs", "top-1", "loss", "training", "paper top-1");
        for (Trained trained : done) {
            table.row(
                    trained.step().name(),
                    trained.step().change(),
                    String.format(Locale.ROOT, "%,9d", trained.parameters()),
                    String.format(Locale.ROOT, "%6.2f M", trained.macs() / 1e6),
                    String.format(Locale.ROOT, "%.2f %%", 100 * trained.result().top1()),
                    String.format(Locale.ROOT, "%.4f", trained.result().loss()),
                    String.format(Locale.ROOT, "%5.0f s", trained.result().seconds()),
                    String.format(Locale.ROOT, "%.2f %%", trained.step().paperAccuracy()));
        }
        table.print(out);
        out.flush();
    }
}
