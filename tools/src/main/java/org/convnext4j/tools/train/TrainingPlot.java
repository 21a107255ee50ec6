package org.convnext4j.tools.train;

import java.awt.Rectangle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.convnext4j.model.train.LogRow;
import org.convnext4j.model.train.TrainingLog;
import org.convnext4j.tools.output.ChartFile;
import org.convnext4j.tools.output.Drawing;

/** Draws a run's log by epochs: losses, accuracies and the learning rate, one below the other. */
final class TrainingPlot {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 360;
    private static final int MOST_X_STEPS = 12;
    private static final int MOST_Y_STEPS = 6;

    /** Values of which the least is more than this share of the largest are not drawn from 0. */
    private static final double CLOSE = 0.6;

    private TrainingPlot() {}

    /** Writes a PNG file, over an old one if there is one; nothing if the log has nothing to draw. */
    static void write(Path log, Path file) {
        List<LineChart> charts = charts(TrainingLog.read(log));
        if (charts.isEmpty()) {
            return;
        }
        Drawing.begin();
        ChartFile.write(file, WIDTH, charts.size() * HEIGHT, graphics -> {
            for (int i = 0; i < charts.size(); i++) {
                charts.get(i).paint(graphics, new Rectangle(0, i * HEIGHT, WIDTH, HEIGHT));
            }
        });
    }

    /** The charts of a log, those without a value left out. */
    static List<LineChart> charts(List<LogRow> rows) {
        List<LineChart> charts = new ArrayList<>();
        chart(
                charts,
                "Loss",
                "loss",
                line("training", rows, row -> row.training().loss()),
                line("validation", rows, row -> row.validation().loss()));
        chart(
                charts,
                "Accuracy on the validation pictures",
                "%",
                line("top-1", rows, row -> 100 * row.validation().top1()),
                line("top-5", rows, row -> 100 * row.validation().top5()));
        chart(charts, "Learning rate", "rate", line("learning rate", rows, LogRow::learningRate));
        return charts;
    }

    private static LineChart.Line line(String name, List<LogRow> rows, ToDoubleFunction<LogRow> value) {
        return new LineChart.Line(
                name,
                rows.stream()
                        .filter(row -> Double.isFinite(value.applyAsDouble(row)))
                        .map(row -> new LineChart.Point(row.epoch(), value.applyAsDouble(row)))
                        .toList());
    }

    private static void chart(List<LineChart> charts, String title, String unit, LineChart.Line... all) {
        List<LineChart.Line> lines =
                Stream.of(all).filter(line -> !line.points().isEmpty()).toList();
        if (lines.isEmpty()) {
            return;
        }
        double last = values(lines, LineChart.Point::x).max().orElse(1);
        double low = values(lines, LineChart.Point::y).min().orElse(0);
        double high = values(lines, LineChart.Point::y).max().orElse(1);
        double from = low > 0 && low < CLOSE * high ? 0 : low;
        charts.add(new LineChart(
                title,
                "epoch",
                unit,
                lines,
                RoundAxis.of(0, last, MOST_X_STEPS, 1),
                RoundAxis.of(from, high, MOST_Y_STEPS, 0)));
    }

    private static DoubleStream values(List<LineChart.Line> lines, ToDoubleFunction<LineChart.Point> value) {
        return lines.stream().flatMap(line -> line.points().stream()).mapToDouble(value);
    }
}
