package org.convnext4j.tools.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicBoolean;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.train.LearningRateCurve;
import org.convnext4j.model.train.LearningRateFinder;
import org.convnext4j.model.train.LearningRatePoint;
import org.convnext4j.model.train.LearningRateSweep;
import org.convnext4j.model.train.Training;
import org.convnext4j.model.weights.AtomicFile;
import org.convnext4j.tools.option.StopOnSignal;
import org.convnext4j.tools.output.Drawing;
import org.convnext4j.tools.output.Progress;
import org.convnext4j.tools.output.ToolException;

/** {@code convnext train --find-lr}: tries learning rates, draws the curve and says which to take. */
final class LearningRateSearch {
    private static final String CSV = "lr-finder.csv";
    private static final String PLOT = "lr-finder.png";
    private static final double LEAST_PLAIN = 1e-3;

    private final Path folder;
    private final List<String> words;
    private final PrintWriter out;
    private final PrintWriter err;

    /**
     * A search.
     *
     * @param folder of the run, which gets the curve; made where it is not there
     * @param words of the command line, to be given back with the rate
     */
    LearningRateSearch(Path folder, List<String> words, PrintWriter out, PrintWriter err) {
        this.folder = folder;
        this.words = words;
        this.out = out;
        this.err = err;
    }

    /** Tries the rates; where the process is asked to end meanwhile, nothing is written. */
    void run(Training training, Engine engine) {
        // Java begins to draw now: where there are no fonts, nobody wants to hear so at the end.
        Drawing.begin();
        AtomicBoolean stopping = new AtomicBoolean();
        StopOnSignal.during(() -> stopping.set(true), () -> {
            LearningRateCurve curve;
            LearningRateSweep sweep = LearningRateSweep.DEFAULT;
            try (Progress progress = Progress.of(err, "find-lr", sweep.steps())) {
                int[] done = new int[1];
                curve = LearningRateFinder.find(training, engine, sweep, point -> {
                    progress.stepTo(++done[0]);
                    progress.note("rate " + rounded(point.rate()) + ", loss " + rounded(point.loss()));
                    return !stopping.get();
                });
            }
            if (curve.end() == LearningRateCurve.End.STOPPED) {
                err.println("note: stopped; nothing is written");
                err.flush();
            } else {
                write(curve);
                tell(curve);
            }
            return curve;
        });
    }

    private void write(LearningRateCurve curve) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new ToolException(folder + ": cannot be made a folder for the curve: " + FileFailure.reason(e), e);
        }
        double[] smoothed = curve.smoothed();
        StringBuilder lines = new StringBuilder("learning_rate,loss,smoothed_loss\n");
        for (int i = 0; i < curve.points().size(); i++) {
            LearningRatePoint point = curve.points().get(i);
            lines.append(point.rate()).append(',').append(point.loss()).append(',');
            lines.append(i < smoothed.length ? String.valueOf(smoothed[i]) : "").append('\n');
        }
        AtomicFile.write(folder.resolve(CSV), lines.toString().getBytes(StandardCharsets.UTF_8));
        LearningRatePlot.write(curve, folder.resolve(PLOT));
    }

    private void tell(LearningRateCurve curve) {
        List<LearningRatePoint> points = curve.points();
        out.println("tried " + points.size() + " learning rates, from "
                + rounded(points.get(0).rate()) + " to "
                + rounded(points.get(points.size() - 1).rate())
                + (curve.end() == LearningRateCurve.End.DIVERGED ? ", where the loss diverged" : ""));
        OptionalDouble suggestion = curve.suggestion();
        if (suggestion.isEmpty()) {
            out.println("no rate can be suggested: the loss does not fall by more than its noise; look at the curve, or"
                    + " give a larger --batch");
        } else {
            out.println("suggestion: " + rounded(suggestion.getAsDouble())
                    + ", where the loss falls fastest; it is lowest at "
                    + rounded(curve.lowestAt().orElseThrow()));
            out.println("  " + command(words, rounded(suggestion.getAsDouble())));
        }
        out.println("the curve is in " + folder.resolve(PLOT) + " and " + folder.resolve(CSV));
        out.flush();
    }

    /** The command that was given, with the rate instead of the search, for a shell. */
    static String command(List<String> words, String rate) {
        List<String> kept = new ArrayList<>(List.of("convnext"));
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            boolean setsRate = word.equals("--set") && i + 1 < words.size() && isRate(words.get(i + 1));
            if (word.equals("--lr") || setsRate) {
                i++;
            } else if (!word.equals("--find-lr")
                    && !word.startsWith("--lr=")
                    && !(word.startsWith("--set=") && isRate(word.substring("--set=".length())))) {
                kept.add(quoted(word));
            }
        }
        kept.add("--lr");
        kept.add(rate);
        return String.join(" ", kept);
    }

    private static boolean isRate(String assignment) {
        return assignment.strip().matches("(optimizer\\.)?learningRate\\s*=.*");
    }

    private static String quoted(String word) {
        return word.matches("[\\w@%+=:,./~-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** Two digits that count: 0.0021, 3.5e-5. */
    static String rounded(double value) {
        return Optional.of(value)
                .filter(Double::isFinite)
                .map(finite -> new BigDecimal(finite).round(new MathContext(2)).stripTrailingZeros())
                .map(number -> number.abs().doubleValue() >= LEAST_PLAIN || number.signum() == 0
                        ? number.toPlainString()
                        : number.toString().replace("E", "e"))
                .orElse(String.valueOf(value));
    }
}
