package org.convnext4j.model.train;

import static org.convnext4j.model.train.Runs.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLogTest {
    private static final List<LogRow> ROWS = List.of(
            row(1, 4, new LogRow.Training(2.3025850929940455, 0.1 + 0.2, 0.5, 1234.5), LogRow.Validation.NONE),
            row(2, 8, new LogRow.Training(Double.MAX_VALUE, -0.0, 1, 1e9), new LogRow.Validation(1.0 / 3, 0.9457, 1)),
            row(3, 12, new LogRow.Training(Double.POSITIVE_INFINITY, 1, 2, 3), new LogRow.Validation(0, 0, 1)),
            row(5, 20, new LogRow.Training(4.9e-324, 1, 2, Double.NaN), LogRow.Validation.NONE));

    private static LogRow row(int epoch, long step, LogRow.Training training, LogRow.Validation validation) {
        return new LogRow(epoch, step, 1e-3, training, validation, 2.125, epoch == 3 ? Double.NaN : 512.25);
    }

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void chooseFile() {
        file = folder.resolve("log.csv");
    }

    private void write(List<LogRow> rows) {
        try (TrainingLog log = TrainingLog.open(file, 0)) {
            rows.forEach(log::append);
            assertEquals(2.125 * rows.size(), log.seconds());
        }
    }

    @Test
    void rowsComeBackAndAreThereAtOnce() throws IOException {
        try (TrainingLog log = TrainingLog.open(file, 0)) {
            assertEquals(List.of(), TrainingLog.read(file));
            for (int i = 0; i < ROWS.size(); i++) {
                log.append(ROWS.get(i));
                assertEquals(ROWS.subList(0, i + 1), TrainingLog.read(file));
            }
        }
        assertEquals(
                "epoch,step,learning_rate,training_loss,gradient_norm,gradient_norm_max,validation_loss,top1,top5,"
                        + "images_per_second,seconds,peak_memory_mib",
                Files.readAllLines(file).get(0));
        assertEquals(
                "2,8,0.001,1.7976931348623157E308,-0.0,1.0,0.3333333333333333,0.9457,1.0,1000000000.000,2.125,512.250",
                Files.readAllLines(file).get(2));
        assertEquals(
                "1,4,0.001,2.3025850929940455,0.30000000000000004,0.5,,,,1234.500,2.125,512.250",
                Files.readAllLines(file).get(1));
    }

    @Test
    void resumingCutsWhatIsNewer() throws IOException {
        for (int epochs = 0; epochs <= 6; epochs++) {
            Files.deleteIfExists(file);
            write(ROWS);
            int done = epochs;
            List<LogRow> kept = new ArrayList<>(
                    ROWS.stream().filter(row -> row.epoch() <= done).toList());
            LogRow next = row(done + 1, 99, new LogRow.Training(1, 2, 3, 4), LogRow.Validation.NONE);
            try (TrainingLog log = TrainingLog.open(file, done)) {
                assertEquals(2.125 * kept.size(), log.seconds());
                log.append(next);
            }
            kept.add(next);
            assertEquals(kept, TrainingLog.read(file));
        }
    }

    /** A run that an earlier version began goes on; its rows stay beside. */
    @Test
    void aLogOfARowEveryFewStepsIsPutAside() throws IOException {
        String former = LogFormat.FORMER_HEADER + "\n50,1.5,0.001,2.3,0.1,80.0,,,\n";
        Files.writeString(file, former);
        try (TrainingLog log = TrainingLog.open(file, 1)) {
            log.append(ROWS.get(1));
        }
        assertEquals(List.of(ROWS.get(1)), TrainingLog.read(file));
        assertEquals(former, Files.readString(folder.resolve("log-steps.csv")));
    }

    @Test
    void halfARowIsLeftOutAndCutOff() throws IOException {
        write(ROWS);
        String text = Files.readString(file);
        int rows = text.lastIndexOf('\n', text.length() - 2) + 1;
        for (int length = 0; length < text.length(); length++) {
            Files.writeString(file, text.substring(0, length));
            List<LogRow> read = TrainingLog.read(file);
            assertEquals(
                    Math.max(
                            0,
                            text.substring(0, length)
                                            .chars()
                                            .filter(c -> c == '\n')
                                            .count()
                                    - 1),
                    read.size());
            if (length >= rows) {
                TrainingLog.open(file, 100).close();
                assertEquals(text.substring(0, rows), Files.readString(file));
            }
        }
        Files.writeString(file, "epoch,st");
        TrainingLog.open(file, 100).close();
        assertEquals(LogFormat.HEADER + "\n", Files.readString(file));
    }

    @Test
    void otherFilesAreLetBe() throws IOException {
        for (String other : List.of("a,b\n1,2\n", "notes without a line end")) {
            Files.writeString(file, other);
            assertRefused(() -> TrainingLog.open(file, 0), file.toString(), "not a training log");
            assertRefused(() -> TrainingLog.read(file), file.toString(), "not a training log");
            assertEquals(other, Files.readString(file));
        }
        Files.writeString(file, LogFormat.HEADER + "\n1,1,1,1,1,1,1,1,1,1,1,1\n2,x,,,,,,,,,,\n");
        assertRefused(() -> TrainingLog.open(file, 9), file.toString(), "line 3", "\"x\"");
        Files.writeString(file, LogFormat.HEADER + "\n1,2\n");
        assertRefused(() -> TrainingLog.read(file), "line 2", "2 cells");
        assertRefused(() -> TrainingLog.read(folder.resolve("none")), "none");
        assertThrows(TrainingException.class, () -> TrainingLog.open(folder.resolve("no/log.csv"), 0));
    }
}
