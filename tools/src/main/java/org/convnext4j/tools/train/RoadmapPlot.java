package org.convnext4j.tools.train;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.model.roadmap.RoadmapBudget;
import org.convnext4j.tools.output.ChartFile;
import org.convnext4j.tools.train.WalkTraining.Trained;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.CategoryStyler;

/** Draws a trained walk as the paper's figure 2 does: accuracy by step, and what each costs. */
final class RoadmapPlot {
    private static final int WIDTH = 1200;
    private static final int HEIGHT = 480;
    private static final Color ACCURACY = new Color(0x1f6f8b);
    private static final Color COST = new Color(0xd98032);

    private RoadmapPlot() {}

    /** Writes a PNG file, over an old one if there is one. */
    static void write(List<Trained> walk, RoadmapBudget budget, String data, Path file) {
        double least = walk.stream().mapToDouble(t -> t.result().top1()).min().orElse(0);
        double most = walk.stream().mapToDouble(t -> t.result().top1()).max().orElse(1);
        // Bars from 0 would all look alike; the axis says where it begins.
        double floor = Math.max(0, Math.floor(100 * least - 25 * (most - least) - 1));
        CategoryChart accuracy = chart(
                String.format(
                        Locale.ROOT,
                        "From ResNet to ConvNeXt: %s, %s%s, %d px, seed %d",
                        data,
                        Wording.count(budget.epochs(), "epoch"),
                        budget.picturesPerEpoch() == RoadmapBudget.ALL
                                ? ""
                                : " of " + Wording.count(budget.picturesPerEpoch(), "picture"),
                        budget.side(),
                        budget.seed()),
                "top-1, %",
                "0.0",
                walk,
                trained -> 100 * trained.result().top1(),
                ACCURACY);
        accuracy.getStyler().setYAxisMin(floor).setYAxisMax(Math.min(100, Math.ceil(100 * most + 1)));
        CategoryChart cost =
                chart("Multiply-adds of a picture", "millions", "0", walk, trained -> trained.macs() / 1e6, COST);
        cost.getStyler().setYAxisMin(0.0);
        ChartFile.write(file, WIDTH, List.of(accuracy, cost));
    }

    private static CategoryChart chart(
            String title,
            String yAxis,
            String pattern,
            List<Trained> walk,
            ToDoubleFunction<Trained> value,
            Color color) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(yAxis)
                .build();
        CategoryStyler styler = chart.getStyler();
        styler.setLabelsVisible(true)
                .setLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12))
                .setLabelsPosition(0.93)
                .setAvailableSpaceFill(0.75);
        styler.setYAxisDecimalPattern(pattern)
                .setXAxisLabelRotation(45)
                .setXAxisMaxLabelCount(Math.max(2, walk.size()))
                .setPlotGridVerticalLinesVisible(false)
                .setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        styler.setLegendVisible(false)
                .setSeriesColors(new Color[] {color})
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setChartTitleBoxVisible(false)
                .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15))
                .setChartPadding(16);
        styler.setPlotGridLinesStroke(new BasicStroke(1f)).setPlotGridLinesColor(new Color(0xe6e6e6));
        chart.addSeries(
                yAxis,
                walk.stream().map(trained -> trained.step().name()).toList(),
                walk.stream()
                        .map(trained -> round(value.applyAsDouble(trained)))
                        .toList());
        return chart;
    }

    private static double round(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
