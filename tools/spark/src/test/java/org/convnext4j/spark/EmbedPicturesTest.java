package org.convnext4j.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Prediction;
import org.convnext4j.model.image.ImageReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The job in local mode: two tasks at a time in one JVM, which is driver and executor. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbedPicturesTest {
    private static final Path SAMPLES =
            Path.of("../src/test/resources/org/convnext4j/tools").toAbsolutePath();
    private static final Path MODEL = SAMPLES.resolve("toy/timm.safetensors").normalize();
    private static final Path IMAGES = SAMPLES.resolve("images").normalize();

    private final SparkSession spark = SparkSession.builder()
            .master("local[2]")
            .appName("EmbedPicturesTest")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config(
                    "spark.sql.warehouse.dir",
                    Path.of("target/warehouse").toAbsolutePath().toString())
            .getOrCreate();

    private Path folder = Path.of(".");
    private Path pictures = folder;

    private record Result(int code, String out, String err) {}

    @BeforeAll
    void copyPictures(@TempDir Path temporary) throws IOException {
        folder = temporary;
        pictures = folder.resolve("pictures");
        Files.createDirectories(pictures.resolve("sub folder"));
        for (int i = 0; i < 5; i++) {
            Files.copy(IMAGES.resolve("china.jpg"), pictures.resolve("china" + i + ".jpg"));
            Files.copy(IMAGES.resolve("flower.jpg"), pictures.resolve("sub folder/flower" + i + ".JPG"));
        }
        Files.write(pictures.resolve("broken.jpg"), new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 1, 2});
        Files.writeString(pictures.resolve("notes.txt"), "not a picture, and not meant to be one");
    }

    @AfterAll
    void stop() {
        spark.stop();
    }

    private Result run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = EmbedPictures.commandLine(spark)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        String[] strings = List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
        return new Result(line.execute(strings), out.toString(), err.toString());
    }

    private List<Row> rows(Path table) {
        return spark.read().parquet(table.toString()).orderBy("path").collectAsList();
    }

    /** What the library says of a picture without Spark, on the scalar kernels. */
    private static final class Direct implements AutoCloseable {
        private final Engine engine = Engine.create(Backend.SCALAR, 1);
        private final ConvNeXt model = ConvNeXt.load(MODEL, engine);

        float[] embedding(Path picture) {
            try (Arena arena = Arena.ofConfined()) {
                Tensor input = Tensor.allocate(
                        arena,
                        1,
                        3,
                        model.preprocessor().height(),
                        model.preprocessor().width());
                model.preprocessor()
                        .normalise(model.preprocessor().toPicture(new ImageReader().read(picture)), input, 0);
                return model.embedding(input);
            }
        }

        Prediction prediction(Path picture) {
            return model.classify(picture, 1).get(0);
        }

        @Override
        public void close() {
            model.close();
            engine.close();
        }
    }

    @Test
    void theTableSaysWhatTheLibrarySaysAndTasksShareOneModel() {
        Path table = folder.resolve("table");
        // Three threads, as no other test: its executor has no such model yet.
        int before = ExecutorModel.count();
        Result result = run("--model", MODEL, "--batch", 2, "--threads", 3, "--partitions", 4, pictures, table);
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().contains("10 pictures, 1 that could not be read"), result.out());
        assertEquals(before + 1, ExecutorModel.count(), "four tasks, one model");
        List<Row> rows = rows(table);
        assertEquals(11, rows.size());
        try (Direct direct = new Direct()) {
            for (Row row : rows) {
                String path = row.getAs("path");
                if (path.contains("broken")) {
                    assertTrue(row.<String>getAs("error").contains("broken.jpg"), row.toString());
                    assertNull(row.getAs("embedding"));
                    continue;
                }
                Path picture = IMAGES.resolve(path.contains("china") ? "china.jpg" : "flower.jpg");
                assertNull(row.getAs("error"));
                List<Float> embedding = row.getList(row.fieldIndex("embedding"));
                float[] values = new float[embedding.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = embedding.get(i);
                }
                // Sums of up to 288 products in another order on values of about 1.
                assertArrayEquals(direct.embedding(picture), values, 2e-5f, path);
                Prediction prediction = direct.prediction(picture);
                assertEquals(prediction.index(), row.<Integer>getAs("index"));
                assertEquals(prediction.label(), row.getAs("label"));
                assertEquals(prediction.probability(), row.<Float>getAs("probability"), 2e-5f);
            }
        }
        Result again = run("--model", MODEL, "--threads", 3, pictures, folder.resolve("table 2"));
        assertEquals(0, again.code(), again.err());
        assertEquals(before + 1, ExecutorModel.count(), "the second job finds the model of the first");
    }

    @Test
    void aSecondRunAddsOnlyWhatIsNew() throws IOException {
        Path some = folder.resolve("some");
        Path table = folder.resolve("growing");
        Files.createDirectories(some);
        Files.copy(IMAGES.resolve("china.jpg"), some.resolve("1.jpg"));
        assertEquals(0, run("--model", MODEL, some, table).code());
        Files.copy(IMAGES.resolve("flower.jpg"), some.resolve("2.jpg"));
        Result refused = run("--model", MODEL, some, table);
        assertEquals(1, refused.code());
        assertTrue(refused.err().contains("--resume"), refused.err());
        assertEquals(1, rows(table).size());
        Result resumed = run("--model", MODEL, "--resume", some, table);
        assertEquals(0, resumed.code(), resumed.err());
        List<Row> rows = rows(table);
        assertEquals(2, rows.size());
        assertTrue(rows.get(0).<String>getAs("path").endsWith("1.jpg"));
        assertTrue(rows.get(1).<String>getAs("path").endsWith("2.jpg"));
    }

    @Test
    void whatCannotWorkIsSaidInOneLine() {
        Result folderAsModel = run("--model", SAMPLES.resolve("toy"), pictures, folder.resolve("none"));
        assertEquals(1, folderAsModel.code());
        assertTrue(folderAsModel.err().contains("is a folder"), folderAsModel.err());
        Result noBatch = run("--model", MODEL, "--batch", 0, pictures, folder.resolve("none"));
        assertEquals(1, noBatch.code());
        assertTrue(noBatch.err().contains("--batch"), noBatch.err());
        assertTrue(Files.notExists(folder.resolve("none")));
    }
}
