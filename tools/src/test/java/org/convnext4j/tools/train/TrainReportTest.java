package org.convnext4j.tools.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.train.BestEpoch;
import org.convnext4j.model.train.LogRow;
import org.convnext4j.model.train.TrainingProgress;
import org.convnext4j.tools.output.Figures;
import org.convnext4j.tools.output.ShellWord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainReportTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final TrainReport report = new TrainReport(new PrintWriter(out), new PrintWriter(err));

    private static TrainingProgress at(long step) {
        return new TrainingProgress(step, 200, step / 10.0, 20, 9.99, 1, 1e-3, 5, Duration.ofSeconds(3725));
    }

    private static LogRow row(double speed, LogRow.Validation validation, double seconds) {
        return new LogRow(3, 30, 1e-3, new LogRow.Training(1.25, 1, 2, speed), validation, seconds, 100);
    }

    /** The loss is the epoch's, not the last step's, which is 9.99 here. */
    @Test
    void anEpochIsOneLine() {
        LogRow row = row(0.31, new LogRow.Validation(0.5, 0.625, 1), 95.4);
        report.epochEnded(at(30), row, Optional.of(new BestEpoch(3, 30, 0.625, 0.5)));
        report.epochEnded(at(30), row, Optional.of(new BestEpoch(2, 20, 0.7, 0.5)));
        report.epochEnded(at(200), row(12.3, LogRow.Validation.NONE, 8.06), Optional.empty());
        report.epochEnded(at(200), row(Double.NaN, LogRow.Validation.NONE, 8.06), Optional.empty());
        assertEquals("""
                epoch 3 of 20: training loss 1.2500, validation loss 0.5000, top-1 62.50 % (best), 0:01:35, 0.31 images/s, 1:02:05 left
                epoch 3 of 20: training loss 1.2500, validation loss 0.5000, top-1 62.50 %, 0:01:35, 0.31 images/s, 1:02:05 left
                epoch 3 of 20: training loss 1.2500, 8.1 s, 12 images/s
                epoch 3 of 20: training loss 1.2500, 8.1 s
                """, out.toString().replace(System.lineSeparator(), "\n"));
    }

    @Test
    void aSkippedPictureIsNamedOnceInItsLine() {
        report.skipped(1, "a/b.png", new ModelException("a/b.png: is no picture"));
        report.skipped(2, "7 of x.idx", new ModelException("cannot be read"));
        assertEquals(
                "skipped a/b.png: is no picture\nskipped 7 of x.idx: cannot be read\n",
                err.toString().replace(System.lineSeparator(), "\n"));
        assertEquals(2, report.skipped());
    }

    @ParameterizedTest
    @CsvSource({"0.0042, 0.0042", "0.31, 0.31", "1.26, 1.3", "9.94, 9.9", "64.4, 64", "12345.6, 12346"})
    void aSpeedIsNeverZero(double speed, String text) {
        assertEquals(text + " images/s", Figures.imagesPerSecond(speed));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = ';',
            value = {
                "run/a-1.png; run/a-1.png",
                "a run; 'a run'",
                "it's; 'it'\\''s'",
                "$HOME; '$HOME'",
                "bücher; 'bücher'"
            })
    void wordsOfCommandsCanBeCopied(String word, String quoted) {
        assertEquals(quoted, ShellWord.of(word));
    }
}
