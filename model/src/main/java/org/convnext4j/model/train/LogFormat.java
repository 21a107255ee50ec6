package org.convnext4j.model.train;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A log's lines: commas, no quotes, an empty cell for NaN. */
final class LogFormat {
    static final List<String> COLUMNS = List.of(
            "step",
            "epoch",
            "learning_rate",
            "loss",
            "gradient_norm",
            "images_per_second",
            "evaluation_loss",
            "top1",
            "top5");
    static final String HEADER = String.join(",", COLUMNS);

    private LogFormat() {}

    static String line(LogRow row) {
        double[] values = {
            row.epoch(),
            row.learningRate(),
            row.loss(),
            row.gradientNorm(),
            row.imagesPerSecond(),
            row.evaluationLoss(),
            row.top1(),
            row.top5()
        };
        // toString gives as many digits as it takes to read the same number back.
        return row.step() + ","
                + Arrays.stream(values)
                        .mapToObj(value -> Double.isNaN(value) ? "" : Double.toString(value))
                        .collect(Collectors.joining(","));
    }

    /**
     * The row of a line.
     *
     * @throws IllegalArgumentException if it has another number of cells or one is no number
     */
    static LogRow parse(String line) {
        String[] cells = line.split(",", -1);
        if (cells.length != COLUMNS.size()) {
            throw new IllegalArgumentException("it has " + cells.length + " cells, not " + COLUMNS.size());
        }
        return new LogRow(
                Long.parseLong(cells[0]),
                number(cells[1]),
                number(cells[2]),
                number(cells[3]),
                number(cells[4]),
                number(cells[5]),
                number(cells[6]),
                number(cells[7]),
                number(cells[8]));
    }

    private static double number(String cell) {
        return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
    }
}
