package org.convnext4j.tools.train;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.convnext4j.model.train.LearningRateCurve;
import org.convnext4j.model.train.LearningRatePoint;
import org.convnext4j.tools.output.ChartFile;
import org.convnext4j.tools.output.Drawing;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the loss against the learning rate, with the suggestion. */
final class LearningRatePlot {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 520;
    private static final Color MEASURED = new Color(0xb8c9d0);
    private static final Color SMOOTHED = new Color(0x1f6f8b);
    private static final Color SUGGESTED = new Color(0xd98032);

    /** Losses beyond this many times the span of the falling part would leave nothing of it to be seen. */
    private static final double HEADROOM = 0.3;

    private static final int MOST_STEPS = 8;

    /** Pixels from one mark to the next, or a little less, so that those of the axis are taken. */
    private static final int SPACING = 40;

    private LearningRatePlot() {}

    /** Writes a PNG file, over an old one if there is one; there must be a smoothed loss. */
    static void write(LearningRateCurve curve, Path file) {
        Drawing.begin();
        double[] smoothed = curve.smoothed();
        double[] losses = Arrays.copyOf(
                curve.points().stream().mapToDouble(LearningRatePoint::loss).toArray(), smoothed.length);
        double least = Arrays.stream(smoothed).min().orElse(0);
        double before = Arrays.stream(smoothed)
                .limit(Math.max(1, smoothed.length / 2))
                .max()
                .orElse(1);
        double top = before + HEADROOM * (before - least);
        RoundAxis axis =
                RoundAxis.of(Math.min(least, Arrays.stream(losses).min().orElse(0)), top, MOST_STEPS, 0);
        XYChart chart = chart(axis);
        add(chart, "loss of a step", curve, losses, axis.max(), MEASURED, 1f);
        add(chart, "smoothed", curve, smoothed, axis.max(), SMOOTHED, 2.5f);
        curve.suggestion().ifPresent(rate -> {
            XYSeries line = chart.addSeries(
                    "suggestion: " + LearningRateSearch.rounded(rate),
                    new double[] {rate, rate},
                    new double[] {axis.min(), axis.max()});
            style(line, SUGGESTED, 2f);
        });
        ChartFile.write(file, WIDTH, List.of(chart));
    }

    /** Adds what of a line is not above the chart. */
    private static void add(
            XYChart chart,
            String name,
            LearningRateCurve curve,
            double[] losses,
            double most,
            Color color,
            float width) {
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (int i = 0; i < losses.length; i++) {
            if (losses[i] <= most) {
                x.add(curve.points().get(i).rate());
                y.add(losses[i]);
            }
        }
        style(chart.addSeries(name, x, y), color, width);
    }

    private static void style(XYSeries series, Color color, float width) {
        series.setMarker(SeriesMarkers.NONE).setLineColor(color).setLineStyle(new BasicStroke(width));
    }

    /** 1e-5 at the powers of ten; nothing at the marks between them. */
    private static String power(double rate) {
        int exponent = (int) Math.round(Math.log10(rate));
        return Math.abs(rate / Math.pow(10, exponent) - 1) < 1e-6 ? "1e" + exponent : "";
    }

    private static XYChart chart(RoundAxis axis) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Loss against the learning rate")
                .xAxisTitle("optimizer.learningRate")
                .yAxisTitle("loss")
                .build();
        XYStyler styler = chart.getStyler();
        styler.setXAxisLogarithmic(true)
                .setXAxisTickLabelsFormattingFunction(LearningRatePlot::power)
                .setYAxisTickLabelsFormattingFunction(axis::label)
                .setYAxisTickMarkSpacingHint(SPACING)
                .setYAxisMin(axis.min())
                .setYAxisMax(axis.max())
                .setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        styler.setPlotGridLinesStroke(new BasicStroke(1f)).setPlotGridLinesColor(new Color(0xe6e6e6));
        styler.setPlotGridVerticalLinesVisible(false)
                .setLegendPosition(LegendPosition.InsideSW)
                .setLegendBorderColor(Color.WHITE);
        styler.setChartBackgroundColor(Color.WHITE).setPlotBorderVisible(false).setChartTitleBoxVisible(false);
        return chart;
    }
}
