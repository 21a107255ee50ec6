package org.convnext4j.tools;

import java.awt.Color;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.convnext4j.model.train.LogRow;
import org.convnext4j.model.train.TrainingLog;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws a run's log: losses above, accuracies below. */
final class TrainingPlot {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 420;

    private TrainingPlot() {}

    /** Writes a PNG file, over an old one if there is one; nothing if the log has nothing to draw. */
    static void write(Path log, Path file) {
        List<LogRow> rows = TrainingLog.read(log);
        Drawing.begin();
        XYChart loss = chart("Loss", "loss");
        int lossLines =
                add(loss, "training", rows, LogRow::loss) + add(loss, "validation", rows, LogRow::evaluationLoss);
        XYChart accuracy = chart("Accuracy on the validation pictures", "%");
        int accuracyLines = add(accuracy, "top-1", rows, row -> 100 * row.top1())
                + add(accuracy, "top-5", rows, row -> 100 * row.top5());
        List<XYChart> charts = new ArrayList<>();
        if (lossLines > 0) {
            charts.add(loss);
        }
        if (accuracyLines > 0) {
            charts.add(accuracy);
        }
        if (!charts.isEmpty()) {
            ChartFile.write(file, WIDTH, charts);
        }
    }

    /** Adds a line; 0 instead of 1 if no row has this value. */
    private static int add(XYChart chart, String name, List<LogRow> rows, ToDoubleFunction<LogRow> value) {
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (LogRow row : rows) {
            if (Double.isFinite(value.applyAsDouble(row))) {
                x.add(row.epoch());
                y.add(value.applyAsDouble(row));
            }
        }
        if (!x.isEmpty()) {
            chart.addSeries(name, x, y).setMarker(x.size() == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
        }
        return x.isEmpty() ? 0 : 1;
    }

    private static XYChart chart(String title, String yAxis) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle("epoch")
                .yAxisTitle(yAxis)
                .build();
        chart.getStyler()
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setChartTitleBoxVisible(false)
                .setSeriesColors(new Color[] {new Color(0x1f6f8b), new Color(0xd98032)});
        return chart;
    }
}
