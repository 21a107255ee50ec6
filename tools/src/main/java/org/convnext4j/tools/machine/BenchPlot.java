package org.convnext4j.tools.machine;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.convnext4j.tools.machine.BenchResult.PeerResult;
import org.convnext4j.tools.output.ChartFile;
import org.convnext4j.tools.output.Drawing;
import org.convnext4j.tools.output.Timings;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.CategoryStyler;

/** Draws a benchmark's result: the speeds beside the machine's peak, and the operators below. */
final class BenchPlot {
    private static final int WIDTH = 1200;
    private static final int TOP_HEIGHT = 420;
    private static final int BOTTOM_HEIGHT = 560;
    private static final Color ENGINE = new Color(0x1f6f8b);
    private static final Color PEER = new Color(0xd98032);
    private static final Color PEAK = new Color(0xb8bec4);

    private BenchPlot() {}

    /** Writes a PNG file, over an old one if there is one. */
    static void write(BenchResult result, Path file) {
        Drawing.begin();
        List<CategoryChart> charts = new ArrayList<>(List.of(speeds(result)));
        if (!result.operators().isEmpty() && result.peakGflops().isPresent()) {
            charts.add(operators(result));
        }
        ChartFile.write(file, WIDTH, charts);
    }

    /** Time per call would be short where it is good; speed is not, and has the peak as its natural end. */
    private static CategoryChart speeds(BenchResult result) {
        Timings engine = result.engine();
        @Nullable PeerResult peer = result.peer();
        CategoryChart chart = chart(
                TOP_HEIGHT,
                String.format(
                        Locale.ROOT,
                        "%s, batch %d, %d px, float32, %d threads: whole network",
                        result.config().name(),
                        engine.batch(),
                        result.size(),
                        result.threads()),
                "GFLOP/s at the median");
        List<String> names = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        List<Color> colors = new ArrayList<>();
        names.add(label("convnext4j " + result.backend(), engine));
        values.add(engine.gflops());
        colors.add(ENGINE);
        if (peer != null) {
            names.add(label(peer.name(), peer.timings()));
            values.add(peer.timings().gflops());
            colors.add(PEER);
        }
        OptionalDouble peak = result.peakGflops();
        if (peak.isPresent()) {
            names.add("the machine's peak, measured");
            values.add(peak.getAsDouble());
            colors.add(PEAK);
        }
        chart.getStyler().setOverlapped(true).setAvailableSpaceFill(0.5).setSeriesColors(colors.toArray(new Color[0]));
        for (int i = 0; i < names.size(); i++) {
            // One series for each bar gives each its colour; it is empty at the others' places.
            List<Double> own = new ArrayList<>();
            for (int j = 0; j < names.size(); j++) {
                own.add(i == j ? values.get(i) : null);
            }
            chart.addSeries(names.get(i), names, own);
        }
        return chart;
    }

    private static String label(String name, Timings timings) {
        return String.format(Locale.ROOT, "%s: %.2f ms", name, timings.medianMillis());
    }

    private static CategoryChart operators(BenchResult result) {
        CategoryChart chart =
                chart(BOTTOM_HEIGHT, "Convolutions and matrix products, each by itself", "% of the machine's peak");
        List<String> names = new ArrayList<>();
        List<Double> percents = new ArrayList<>();
        for (OperatorTime time : result.operators()) {
            if (time.flops() > 0) {
                names.add(time.stage() + " " + time.operator());
                percents.add(result.percentOfPeak(time.gflops()).orElseThrow());
            }
        }
        chart.getStyler().setXAxisLabelRotation(45).setXAxisMaxLabelCount(names.size());
        chart.getStyler().setAvailableSpaceFill(0.75).setSeriesColors(new Color[] {ENGINE});
        chart.addSeries("convnext4j", names, percents);
        return chart;
    }

    private static CategoryChart chart(int height, String title, String yAxis) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(height)
                .title(title)
                .yAxisTitle(yAxis)
                .build();
        CategoryStyler styler = chart.getStyler();
        styler.setLabelsVisible(true)
                .setLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13))
                .setLabelsPosition(0.92)
                .setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Bar);
        styler.setYAxisMin(0.0)
                .setYAxisDecimalPattern("0")
                .setPlotGridVerticalLinesVisible(false)
                .setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13))
                .setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
        styler.setLegendVisible(false)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setChartTitleBoxVisible(false)
                .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 16))
                .setChartPadding(16);
        styler.setPlotGridLinesStroke(new BasicStroke(1f)).setPlotGridLinesColor(new Color(0xe6e6e6));
        return chart;
    }
}
