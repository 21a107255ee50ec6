package org.convnext4j.spark;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.convnext4j.engine.Backend;
import org.convnext4j.model.failure.ModelException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The job: a folder of pictures, on anything Spark reads, to a Parquet table of embeddings and classes.
 *
 * <p>Spark hands the files to its executors in parts; each task decodes its part and runs it in batches through its
 * executor's one model ({@link ExecutorModel}).
 */
@Command(
        name = "embed-pictures",
        mixinStandardHelpOptions = true,
        description = "Writes embedding and class of each picture in a folder to a Parquet table, on Apache Spark.")
public final class EmbedPictures implements Callable<Integer> {
    private static final String PICTURE_FILES =
            "*.{[jJ][pP][gG],[jJ][pP][eE][gG],[pP][nN][gG],[gG][iI][fF],[bB][mM][pP]," + "[wW][eE][bB][pP]}";

    private static final int DEFAULT_BATCH = 8;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "MODEL",
            description = "A released model's name, which each executor fetches, or a checkpoint on the driver's disk,"
                    + " which is sent to them.")
    private String model = "";

    @Option(names = "--batch", paramLabel = "N", description = "Pictures in a batch (default: ${DEFAULT-VALUE}).")
    private int batchSize = DEFAULT_BATCH;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads of each executor's engine, which its tasks share (default: spark.executor.cores, or"
                    + " those of the machine).")
    private @Nullable Integer threads;

    @Option(names = "--backend", paramLabel = "NAME", description = "auto, vector, openblas or scalar (default: auto).")
    private Backend backend = Backend.AUTO;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "In how many parts the files are handed out (default: as Spark cuts them).")
    private @Nullable Integer partitions;

    @Option(names = "--resume", description = "Keep what the table has, and add the pictures that it has no row of.")
    private boolean resume;

    @Parameters(index = "0", paramLabel = "PICTURES", description = "A folder, walked; any address Spark can read.")
    private String pictures = "";

    @Parameters(index = "1", paramLabel = "TABLE", description = "The Parquet table to write.")
    private String table = "";

    private final @Nullable SparkSession session;

    private EmbedPictures(@Nullable SparkSession session) {
        this.session = session;
    }

    /** Runs the job in the session that spark-submit prepares, and ends the driver with an exit code. */
    public static void main(String[] args) {
        int code = commandLine(null).execute(args);
        if (code != ExitCode.OK) {
            System.exit(code);
        }
    }

    /** The job on a session of the caller's, which stays open; null for one of its own. */
    static CommandLine commandLine(@Nullable SparkSession session) {
        return new CommandLine(new EmbedPictures(session))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, line, result) -> {
                    if (!(e instanceof ModelException || e instanceof IllegalArgumentException)) {
                        throw e;
                    }
                    line.getErr().println("embed-pictures: " + e.getMessage());
                    line.getErr().flush();
                    return ExitCode.SOFTWARE;
                });
    }

    @Override
    public Integer call() throws IOException {
        if (batchSize < 1) {
            throw new IllegalArgumentException("--batch: must be at least 1, not " + batchSize);
        }
        if (session != null) {
            run(session);
        } else {
            try (SparkSession own = SparkSession.builder().appName("convnext4j").getOrCreate()) {
                run(own);
            }
        }
        return ExitCode.OK;
    }

    private void run(SparkSession spark) {
        boolean exists = exists(spark);
        if (exists && !resume) {
            throw new IllegalArgumentException(
                    table + ": exists; give --resume to add what it does not have, or another name");
        }
        Dataset<Row> files = files(spark);
        if (exists) {
            Dataset<Row> done = spark.read().parquet(table).select("path");
            files = files.join(done, files.col("path").equalTo(done.col("path")), "left_anti");
        }
        if (partitions != null) {
            files = files.repartition(partitions);
        }
        ModelSettings settings = settings(spark);
        int batch = batchSize;
        MapPartitionsFunction<Row, Row> embed = part -> new PictureRows(ExecutorModel.of(settings), batch, part);
        files.mapPartitions(embed, Encoders.row(PictureRows.SCHEMA))
                .write()
                .mode(exists ? SaveMode.Append : SaveMode.ErrorIfExists)
                .parquet(table);
        report(spark);
    }

    private Dataset<Row> files(SparkSession spark) {
        return spark.read()
                .format("binaryFile")
                .option("recursiveFileLookup", "true")
                .option("pathGlobFilter", PICTURE_FILES)
                .load(pictures)
                .select("path", "content");
    }

    private ModelSettings settings(SparkSession spark) {
        int cores = spark.sparkContext()
                .getConf()
                .getInt("spark.executor.cores", Runtime.getRuntime().availableProcessors());
        int count = threads == null ? cores : threads;
        Path local = Path.of(model);
        return Files.exists(local)
                ? new ModelSettings(ModelShipment.send(spark, local), true, backend, count)
                : new ModelSettings(model, false, backend, count);
    }

    private boolean exists(SparkSession spark) {
        var path = new org.apache.hadoop.fs.Path(table);
        try {
            return path.getFileSystem(spark.sparkContext().hadoopConfiguration())
                    .exists(path);
        } catch (IOException e) {
            throw new IllegalArgumentException(table + ": cannot be looked at (" + e.getMessage() + ")", e);
        }
    }

    private void report(SparkSession spark) {
        Dataset<Row> written = spark.read().parquet(table);
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println(table + ": " + written.where("error is null").count() + " pictures, "
                + written.where("error is not null").count() + " that could not be read");
        out.flush();
    }
}
