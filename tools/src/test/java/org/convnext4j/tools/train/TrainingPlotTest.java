package org.convnext4j.tools.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.convnext4j.model.train.LogRow;
import org.convnext4j.model.train.TrainingLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingPlotTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "0; 12; 12; 1; 0 1 2 3 4 5 6 7 8 9 10 11 12",
                "0; 1; 12; 1; 0 1",
                "0; 13; 12; 1; 0 2 4 6 8 10 12 14",
                "0; 300; 12; 1; 0 50 100 150 200 250 300",
                "1.49; 1.86; 6; 0; 1.4 1.5 1.6 1.7 1.8 1.9",
                "0; 91.7; 6; 0; 0 20 40 60 80 100",
                "0.000001; 0.004; 6; 0; 0.000 0.001 0.002 0.003 0.004",
                "0; 0.00025; 6; 0; 0.00000 0.00005 0.00010 0.00015 0.00020 0.00025",
                "-0.3; 0.31; 6; 0; -0.4 -0.2 0.0 0.2 0.4",
                "50; 50; 6; 0; 0 10 20 30 40 50",
                "0; 0; 6; 0; 0.0 0.2 0.4 0.6 0.8 1.0",
                "-3; -3; 6; 0; -3.0 -2.5 -2.0 -1.5 -1.0 -0.5 0.0",
            })
    void marksAreRoundNumbers(double low, double high, int most, double least, String marks) {
        RoundAxis axis = RoundAxis.of(low, high, most, least);
        assertEquals(
                marks, String.join(" ", axis.marks().stream().map(axis::label).toList()));
    }

    @Test
    void anAxisHoldsItsValuesInNotTooManySteps() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 10_000; i++) {
            double low = random.nextDouble(-1, 1) * Math.pow(10, random.nextInt(-7, 8));
            double high = low + random.nextDouble() * Math.pow(10, random.nextInt(-5, 8));
            RoundAxis axis = RoundAxis.of(low, high, 6, 0);
            double slack = 1e-9 * Math.max(Math.abs(low), Math.abs(high));
            assertTrue(axis.min() <= low + slack && axis.max() >= high - slack, axis + " for " + low + " to " + high);
            assertTrue(axis.marks().size() >= 2 && axis.marks().size() <= 8, axis + " for " + low + " to " + high);
            assertEquals(axis.max(), axis.marks().get(axis.marks().size() - 1), slack + 1e-9 * axis.step());
        }
    }

    private static LogRow row(int epoch, LogRow.Validation validation) {
        return new LogRow(
                epoch, 10L * epoch, 1e-3 / epoch, new LogRow.Training(2.0 / epoch, 1, 1, 1), validation, 1, 1);
    }

    @Test
    void curvesGoByEpochsAndWhatWasNotMeasuredIsLeftOut() {
        List<LogRow> rows = new ArrayList<>();
        for (int epoch = 1; epoch <= 4; epoch++) {
            rows.add(row(epoch, epoch == 2 ? LogRow.Validation.NONE : new LogRow.Validation(1, 0.25 * epoch, 1)));
        }
        List<LineChart> charts = TrainingPlot.charts(rows);
        assertEquals(
                List.of("Loss", "Accuracy on the validation pictures", "Learning rate"),
                charts.stream().map(LineChart::title).toList());
        for (LineChart chart : charts) {
            assertEquals(new RoundAxis(0, 4, 1), chart.x());
        }
        assertEquals(
                List.of(new LineChart.Point(1, 25), new LineChart.Point(3, 75), new LineChart.Point(4, 100)),
                charts.get(1).lines().get(0).points());
        assertEquals(4, charts.get(0).lines().get(0).points().size());
        List<LogRow> bare = List.of(row(1, LogRow.Validation.NONE));
        assertEquals(
                List.of("Loss", "Learning rate"),
                TrainingPlot.charts(bare).stream().map(LineChart::title).toList());
        assertEquals(1, TrainingPlot.charts(bare).get(0).lines().size());
    }

    @Test
    void aPictureIsDrawnOfAnyLogButAnEmptyOne() throws IOException {
        Path log = folder.resolve("log.csv");
        Path file = folder.resolve("curves.png");
        try (TrainingLog rows = TrainingLog.open(log, 0)) {
            TrainingPlot.write(log, file);
            assertFalse(Files.exists(file));
            rows.append(row(1, LogRow.Validation.NONE));
            TrainingPlot.write(log, file);
            assertEquals(720, ImageIO.read(file.toFile()).getHeight());
            for (int epoch = 2; epoch < 60; epoch++) {
                rows.append(row(epoch, new LogRow.Validation(1, 0.5, 1)));
            }
            TrainingPlot.write(log, file);
            assertEquals(1080, ImageIO.read(file.toFile()).getHeight());
        }
    }
}
