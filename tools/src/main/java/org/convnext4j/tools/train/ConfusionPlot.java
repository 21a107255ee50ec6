package org.convnext4j.tools.train;

import java.awt.Color;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.convnext4j.model.train.Metrics;
import org.convnext4j.tools.output.ChartFile;
import org.convnext4j.tools.output.Drawing;
import org.convnext4j.tools.output.ToolException;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;

/** Draws how many pictures of each class were taken for each other. */
final class ConfusionPlot {
    private static final int SIDE = 900;

    /** Beyond this the cells are too small for numbers. */
    private static final int NUMBERED_CLASSES = 20;

    private ConfusionPlot() {}

    /**
     * Writes a PNG file, over an old one if there is one.
     *
     * @throws ToolException if there are too many classes for a matrix
     */
    static void write(Metrics metrics, List<String> classNames, Path file) {
        if (!metrics.hasConfusion()) {
            throw new ToolException("--plot: " + metrics.classes() + " classes are too many for a confusion matrix");
        }
        int classes = metrics.classes();
        Integer[][] cells = new Integer[classes * classes][];
        for (int label = 0; label < classes; label++) {
            for (int predicted = 0; predicted < classes; predicted++) {
                // Row 0 is the lowest in the picture, so the first class goes into the last row.
                cells[label * classes + predicted] = new Integer[] {
                    predicted, classes - 1 - label, Math.toIntExact(metrics.confusion(label, predicted))
                };
            }
        }
        List<String> upwards = new ArrayList<>(classNames);
        Collections.reverse(upwards);
        Drawing.begin();
        HeatMapChart chart = new HeatMapChartBuilder()
                .width(SIDE)
                .height(SIDE)
                .title("Confusion matrix")
                .xAxisTitle("predicted")
                .yAxisTitle("true class")
                .build();
        chart.addSeries("pictures", classNames, upwards, Arrays.asList(cells));
        chart.getStyler()
                .setRangeColors(new Color[] {Color.WHITE, new Color(0x1f6f8b)})
                .setShowValue(classes <= NUMBERED_CLASSES)
                .setHeatMapValueDecimalPattern("0");
        chart.getStyler()
                .setXAxisLabelRotation(45)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotContentSize(1);
        ChartFile.write(file, SIDE, List.of(chart));
    }
}
