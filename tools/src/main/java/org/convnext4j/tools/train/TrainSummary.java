package org.convnext4j.tools.train;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.model.train.BestEpoch;
import org.convnext4j.model.train.LogRow;
import org.convnext4j.model.train.RunFolder;
import org.convnext4j.model.train.TrainingEnd;
import org.convnext4j.model.train.TrainingLog;
import org.convnext4j.model.train.TrainingResult;
import org.convnext4j.tools.output.Figures;
import org.convnext4j.tools.output.ShellWord;
import org.convnext4j.tools.output.Table;

/**
 * What is said when a run returns: how good which weights are and where they lie, what the run took, and how to go on.
 *
 * @param files of the run
 * @param epochs of the whole run
 * @param data what {@code --data} named
 * @param skipped pictures that could not be read
 * @param options for {@code evaluate} to measure as the run did, each with a blank before it
 */
record TrainSummary(RunFolder files, int epochs, Path data, int skipped, String options) {
    private static final double MIB = 1 << 20;

    void print(TrainingResult result, PrintWriter out) {
        List<LogRow> rows = TrainingLog.read(files.log());
        Optional<LogRow> last = rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(rows.size() - 1));
        Table table = new Table("  ");
        table.row("made", made(result, rows));
        result.best().ifPresent(best -> table.row("best", best(best)));
        if (result.best().isEmpty() || !result.finished() || result.epoch() != epochOf(result.best())) {
            table.row("last", last(result, last));
        } else {
            table.row("last", "the same, in " + result.last());
        }
        if (skipped > 0) {
            table.row("skipped", Wording.count(skipped, "picture") + " that cannot be read");
        }
        gradients(rows).ifPresent(text -> table.row("gradients", text));
        if (!rows.isEmpty()) {
            table.row(
                    "figures",
                    files.log() + ", curves.png beside it, tensorboard --logdir " + ShellWord.of(files.events()));
        }
        if (result.best().isPresent()) {
            table.row(
                    "measure",
                    "convnext evaluate --model " + ShellWord.of(files.model()) + " --data " + ShellWord.of(data)
                            + options);
        }
        table.row("go on", goOn(result));
        table.print(out);
        if (!result.finished()) {
            out.println("stopped after step " + result.step() + "; the same command goes on from there");
        }
        out.flush();
    }

    private static int epochOf(Optional<BestEpoch> best) {
        return best.map(BestEpoch::epoch).orElse(0);
    }

    private String made(TrainingResult result, List<LogRow> rows) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%d of %s, %s, in %s",
                result.epoch(),
                Wording.count(epochs, "epoch"),
                Wording.count(result.step(), "step"),
                Figures.time(result.cost().time().toMillis() / 1000.0)));
        // A start that only made the last epochs may have taken less than one before.
        DoubleStream.concat(
                        rows.stream().mapToDouble(LogRow::peakMemoryMib),
                        result.cost().peakMemoryBytes().stream().mapToDouble(bytes -> bytes / MIB))
                .filter(Double::isFinite)
                .max()
                .ifPresent(mib -> text.append(String.format(Locale.ROOT, ", %.0f MiB of memory at most", mib)));
        if (result.end() == TrainingEnd.NO_BETTER) {
            text.append("; ended early, because ")
                    .append(Wording.count(
                            result.epoch() - epochOf(result.best()), "epoch was no better", "epochs were no better"));
        }
        return text.toString();
    }

    private String best(BestEpoch best) {
        return String.format(
                Locale.ROOT,
                "epoch %d, top-1 %s, validation loss %.4f, in %s",
                best.epoch(),
                Figures.percent(best.top1()),
                best.loss(),
                files.model());
    }

    private static String last(TrainingResult result, Optional<LogRow> row) {
        if (row.isEmpty() || row.get().step() != result.step()) {
            return "step " + result.step() + ", in the middle of an epoch, in " + result.last();
        }
        LogRow.Validation validation = row.get().validation();
        String figures = validation.exists()
                ? String.format(
                        Locale.ROOT,
                        "top-1 %s, validation loss %.4f",
                        Figures.percent(validation.top1()),
                        validation.loss())
                : String.format(
                        Locale.ROOT,
                        "training loss %.4f, not validated",
                        row.get().training().loss());
        return "epoch " + row.get().epoch() + ", " + figures + ", in " + result.last();
    }

    private static Optional<String> gradients(List<LogRow> rows) {
        return rows.stream()
                .filter(row -> Double.isFinite(row.training().largestGradientNorm()))
                .max(Comparator.comparingDouble(row -> row.training().largestGradientNorm()))
                .map(largest -> String.format(
                        Locale.ROOT,
                        "norm %s on average in the last epoch, at most %s, in epoch %d",
                        Wording.rounded(rows.get(rows.size() - 1).training().gradientNorm()),
                        Wording.rounded(largest.training().largestGradientNorm()),
                        largest.epoch()));
    }

    private String goOn(TrainingResult result) {
        String more = switch (result.end()) {
            case ALL_EPOCHS -> " --epochs " + 2 * epochs;
            case NO_BETTER -> " --patience " + 2 * (result.epoch() - epochOf(result.best()));
            case STOPPED -> "";
        };
        return "convnext train --data " + ShellWord.of(data) + " --out " + ShellWord.of(files.folder()) + " --resume"
                + more;
    }
}
