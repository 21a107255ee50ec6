package org.convnext4j.model.train;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** A log's lines: commas, no quotes, an empty cell for NaN. */
final class LogFormat {
    static final List<String> COLUMNS = List.of(
            "epoch",
            "step",
            "learning_rate",
            "training_loss",
            "gradient_norm",
            "gradient_norm_max",
            "validation_loss",
            "top1",
            "top5",
            "images_per_second",
            "seconds",
            "peak_memory_mib");
    static final String HEADER = String.join(",", COLUMNS);

    /** What the log of a version that wrote a row every few steps begins with. */
    static final String FORMER_HEADER =
            "step,epoch,learning_rate,loss,gradient_norm,images_per_second,evaluation_loss,top1,top5";

    private LogFormat() {}

    static String line(LogRow row) {
        LogRow.Training training = row.training();
        LogRow.Validation validation = row.validation();
        // toString gives as many digits as it takes to read the same number back.
        String exact = DoubleStream.of(
                        row.learningRate(),
                        training.loss(),
                        training.gradientNorm(),
                        training.largestGradientNorm(),
                        validation.loss(),
                        validation.top1(),
                        validation.top5())
                .mapToObj(value -> Double.isNaN(value) ? "" : Double.toString(value))
                .collect(Collectors.joining(","));
        // Measured, and never with more digits than these.
        String measured = DoubleStream.of(training.imagesPerSecond(), row.seconds(), row.peakMemoryMib())
                .mapToObj(value -> Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.3f", value))
                .collect(Collectors.joining(","));
        return row.epoch() + "," + row.step() + "," + exact + "," + measured;
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
                Integer.parseInt(cells[0]),
                Long.parseLong(cells[1]),
                number(cells[2]),
                new LogRow.Training(number(cells[3]), number(cells[4]), number(cells[5]), number(cells[9])),
                new LogRow.Validation(number(cells[6]), number(cells[7]), number(cells[8])),
                number(cells[10]),
                number(cells[11]));
    }

    private static double number(String cell) {
        return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
    }
}
