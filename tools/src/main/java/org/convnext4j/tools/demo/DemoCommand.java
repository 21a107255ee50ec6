package org.convnext4j.tools.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.tools.demo.DemoResult.Answer;
import org.convnext4j.tools.machine.Contest;
import org.convnext4j.tools.option.BundledModel;
import org.convnext4j.tools.option.EngineOptions;
import org.convnext4j.tools.option.FileConverters;
import org.convnext4j.tools.option.NumberConverters;
import org.convnext4j.tools.output.Drawing;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.PngFile;
import org.convnext4j.tools.output.Timings;
import org.convnext4j.tools.output.ToolException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code convnext demo}: the whole way from pictures to predictions with nothing from outside. */
@Command(
        name = "demo",
        description = {
            "Classifies bundled pictures of clothing with the bundled model, which was trained by this program's train.",
            "Draws a contact sheet with the predictions and tells the speed."
        })
public final class DemoCommand implements Callable<Integer> {
    private static final String SHEET = "contact-sheet.png";

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            converter = FileConverters.Png.class,
            description = "The PNG file for the contact sheet, replaced if it is there. Default: " + SHEET
                    + " in a new folder among the system's temporary ones; the last line says where.")
    private @Nullable Path out;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            defaultValue = "1",
            converter = NumberConverters.Seconds.class,
            description = "How long to measure the speed, after as long a warm-up. Default: ${DEFAULT-VALUE}.")
    private double seconds = 1;

    @Mixin
    private EngineOptions options = new EngineOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        List<DemoSample> samples = DemoSample.all();
        try (Engine engine = options.open()) {
            long start = System.nanoTime();
            try (ConvNeXt model = BundledModel.load(engine);
                    Arena arena = Arena.ofShared()) {
                double loadMillis = (System.nanoTime() - start) / 1e6;
                Tensor first = model.preprocessor().toTensor(samples.get(0).picture(), arena);
                double firstCallMillis = Contest.time(() -> model.logits(first));
                Tensor batch = model.preprocessor()
                        .toTensor(samples.stream().map(DemoSample::picture).toList(), arena);
                List<Answer> answers = answers(model, samples, model.logits(batch));
                Optional<Path> sheet = draw(answers);
                DemoResult result = new DemoResult(
                        model.config(),
                        answers,
                        options.threads(),
                        loadMillis,
                        firstCallMillis,
                        measure(model, batch),
                        sheet);
                if (json) {
                    out().println(Json.line(DemoFormat.json(result)));
                } else {
                    DemoFormat.print(result, out());
                }
                out().flush();
            }
        }
        return ExitCode.OK;
    }

    private static List<Answer> answers(ConvNeXt model, List<DemoSample> samples, float[] logits) {
        int classes = model.config().classes();
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            float[] row = Arrays.copyOfRange(logits, i * classes, (i + 1) * classes);
            DemoSample sample = samples.get(i);
            answers.add(new Answer(
                    sample,
                    model.labels().name(sample.label()),
                    model.predictions(row, 1).get(0)));
        }
        return answers;
    }

    /** Java without fonts or a place to write to still shows the rest, unless the sheet was asked for. */
    private Optional<Path> draw(List<Answer> answers) {
        Path file;
        try {
            Drawing.begin();
            file = out == null ? temporaryFolder().resolve(SHEET) : out;
        } catch (ToolException e) {
            if (out != null) {
                throw e;
            }
            err().println("warning: there is no contact sheet: " + e.getMessage());
            err().flush();
            return Optional.empty();
        }
        List<ContactSheet.Tile> tiles = answers.stream()
                .map(answer -> new ContactSheet.Tile(
                        answer.sample().picture(),
                        answer.guess().label(),
                        answer.guess().probability(),
                        answer.truth()))
                .toList();
        String heading = DemoResult.rights(answers) + " of " + answers.size() + " right";
        String below = "Test pictures of Fashion-MNIST and what convnext4j's bundled model takes them for";
        PngFile.write(file, ContactSheet.draw(heading, below, tiles));
        return Optional.of(file);
    }

    /** A new one each time: the folder that the command is called in may be a checkout. */
    private static Path temporaryFolder() {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir", ""));
        try {
            return Files.createTempDirectory(temporary, "convnext-demo-");
        } catch (IOException e) {
            throw new ToolException(
                    temporary + ": no folder can be made in it: " + FileFailure.reason(e) + "; name a file with --out",
                    e);
        }
    }

    private Timings measure(ConvNeXt model, Tensor batch) {
        try {
            model.warmUp();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ToolException("interrupted while the model warmed up", e);
        }
        new Contest(() -> model.logits(batch), null, () -> {}).run(seconds, spent -> {});
        Contest contest = new Contest(() -> model.logits(batch), null, () -> {});
        contest.run(seconds, spent -> {});
        int side = model.preprocessor().height();
        return new Timings(contest.engineMillis(), batch.dim(0), model.config().macs(side, side));
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
