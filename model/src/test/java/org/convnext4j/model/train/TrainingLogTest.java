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
            LogRow.training(1, 0.25, 1e-3, 2.3025850929940455, 0.1 + 0.2, 1234.5),
            LogRow.training(2, 0.5, 4.9e-324, Double.MAX_VALUE, -0.0, 1e22),
            LogRow.evaluation(2, 0.5, 1.0 / 3, 0.9457, 1),
            LogRow.training(5, 1.25, 0, Double.POSITIVE_INFINITY, 1, 2));

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
            assertEquals(rows.size(), log.rows());
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
                "step,epoch,learning_rate,loss,gradient_norm,images_per_second,evaluation_loss,top1,top5",
                Files.readAllLines(file).get(0));
        assertEquals(
                "2,0.5,,,,,0.3333333333333333,0.9457,1.0",
                Files.readAllLines(file).get(3));
    }

    @Test
    void resumingCutsWhatIsNewer() throws IOException {
        for (long step = 0; step <= 6; step++) {
            Files.deleteIfExists(file);
            write(ROWS);
            long resumed = step;
            List<LogRow> kept = new ArrayList<>(
                    ROWS.stream().filter(row -> row.step() <= resumed).toList());
            LogRow next = LogRow.evaluation(step, 9, 1, 2, 3);
            try (TrainingLog log = TrainingLog.open(file, step)) {
                assertEquals(kept.size(), log.rows());
                log.append(next);
            }
            kept.add(next);
            assertEquals(kept, TrainingLog.read(file));
        }
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
        Files.writeString(file, "step,ep");
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
        Files.writeString(file, LogFormat.HEADER + "\n1,1,1,1,1,1,1,1,1\n2,x,,,,,,,\n");
        assertRefused(() -> TrainingLog.open(file, 9), file.toString(), "line 3", "\"x\"");
        Files.writeString(file, LogFormat.HEADER + "\n1,2\n");
        assertRefused(() -> TrainingLog.read(file), "line 2", "2 cells");
        assertRefused(() -> TrainingLog.read(folder.resolve("none")), "none");
        assertThrows(TrainingException.class, () -> TrainingLog.open(folder.resolve("no/log.csv"), 0));
    }
}
