package org.convnext4j.tools.picture;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.convnext4j.model.bulk.PictureBatch;
import org.convnext4j.model.bulk.StreamOptions;
import org.convnext4j.model.bulk.Unusable;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.tools.option.Failures;
import org.convnext4j.tools.option.FileConverters;
import org.convnext4j.tools.option.NumberConverters;
import org.convnext4j.tools.option.StopOnSignal;
import org.convnext4j.tools.output.Shell;
import org.convnext4j.tools.output.StandardStreams;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Results of many pictures into a file: the options of the commands that do that. */
public final class BulkOptions {
    /** More than a batch takes where batches are sensible; then results are lost rather than that it hangs. */
    private static final Duration BATCH_PATIENCE = Duration.ofSeconds(20);

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--jsonl",
            paramLabel = "FILE",
            converter = FileConverters.JsonLines.class,
            description = "Write the results to FILE, a JSON object a line; - is standard output.")
    private @Nullable Path jsonLines;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            converter = FileConverters.Csv.class,
            description =
                    "Write the results to FILE, comma-separated, after a line of column names; - is standard output.")
    private @Nullable Path csv;

    @Option(
            names = "--resume",
            description =
                    "Go on with FILE: a half-written last line is dropped, and pictures that are in it, named in the"
                            + " same way, are not done again.")
    private boolean resume;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "16",
            converter = NumberConverters.BatchSize.class,
            description = "With a result file, pictures in one call. Default: ${DEFAULT-VALUE}.")
    private int batch = 16;

    private @Nullable Path npy;
    private @Nullable VectorOrigin origin;

    /** Names a NumPy file, for commands whose results are vectors. */
    void useNpy(@Nullable Path file) {
        npy = file;
    }

    /** Says which model makes the vectors for the NumPy file; before {@link #run}. */
    void useOrigin(VectorOrigin model) {
        origin = model;
    }

    /** Whether there is a file to write to; two of them, or options without one, are wrong usage. */
    boolean hasFile() {
        long files = Stream.of(Optional.ofNullable(jsonLines), Optional.ofNullable(csv), Optional.ofNullable(npy))
                .filter(Optional::isPresent)
                .count();
        if (files > 1) {
            throw wrongUsage("results go to one file; give one of --jsonl, --csv and the like");
        }
        if (resume && files == 0) {
            throw wrongUsage("--resume needs the file to go on with; give --jsonl FILE or --csv FILE");
        }
        if (StandardStreams.areMeant(npy)) {
            throw wrongUsage("--npy needs a file, whose first line tells how many rows there are; for standard output"
                    + " take --jsonl - or --csv -");
        }
        if (resume && (StandardStreams.areMeant(jsonLines) || StandardStreams.areMeant(csv))) {
            throw wrongUsage("--resume needs a file to go on with, which standard output is not");
        }
        return files == 1;
    }

    /** As {@link #hasFile}; having none is wrong usage too. */
    void requireFile() {
        if (!hasFile()) {
            throw wrongUsage("no file is named for the results; give --jsonl FILE, --csv FILE or --npy FILE");
        }
    }

    private ResultSink open(ResultRows rows) {
        if (npy != null) {
            return ResultFile.openVectors(npy, rows.outputs(), Objects.requireNonNull(origin), resume);
        }
        ResultFormat format = jsonLines != null ? ResultFormat.JSON_LINES : ResultFormat.CSV;
        Path path = jsonLines != null ? jsonLines : Objects.requireNonNull(csv);
        if (StandardStreams.areMeant(path)) {
            return new ResultStream(format, rows, StandardStreams.of(commandLine()));
        }
        return ResultFile.open(path, format, rows, resume);
    }

    /** How pictures are read ahead beside the network's threads. */
    StreamOptions stream(int networkThreads) {
        return StreamOptions.of(batch, Math.max(1, networkThreads / 2));
    }

    /**
     * Does all pictures and reports those that could not be used.
     *
     * @param images files and folders
     * @param output the network's, for a batch: (N, outputs), row-major
     * @return the exit code
     */
    int run(PicturePreparation preparation, List<Path> images, int networkThreads, ResultRows rows, Network output) {
        CommandLine command = commandLine();
        PrintWriter err = command.getErr();
        String task = command.getCommandName();
        List<Unusable> unusable;
        long done;
        long before;
        try (ResultSink file = open(rows)) {
            before = file.resumed();
            PictureRun run = new PictureRun(task, images, image -> !file.has(image), err);
            unusable = StopOnSignal.during(run::stop, BATCH_PATIENCE, () -> tellStopped(file, run), () -> {
                return run.run(preparation, stream(networkThreads), batch -> {
                    BatchOutputs outputs = BatchOutputs.of(batch, output.of(batch));
                    file.append(outputs.images(), outputs.values());
                    return outputs.unusable();
                });
            });
            if (run.isStopped()) {
                // What is to be said about it is said by the thread that stopped it.
                return ExitCode.SOFTWARE;
            }
            done = run.pictures();
        }
        err.println("note: " + Wording.count(done, "picture") + " done"
                + (before > 0 ? ", " + before + (before == 1 ? " was there" : " were there") : "") + ", "
                + unusable.size() + " could not be used");
        return report(unusable);
    }

    private void tellStopped(ResultSink file, PictureRun run) {
        file.seal();
        boolean canResume = !StandardStreams.areMeant(jsonLines) && !StandardStreams.areMeant(csv);
        PrintWriter err = commandLine().getErr();
        err.println("note: stopped after " + Wording.count(run.pictures(), "picture") + "; "
                + (canResume
                        ? "to go on: " + again("--resume")
                        : "only runs into a file can be gone on with, by --resume"));
        err.flush();
    }

    /** The command as it was given, with an option more. */
    private String again(String option) {
        CommandLine root = commandLine().getCommandSpec().root().commandLine();
        List<String> words = new ArrayList<>(root.getParseResult().originalArgs());
        if (!words.contains(option)) {
            // Behind its name, because -- may end the options.
            words.add(words.indexOf(commandLine().getCommandName()) + 1, option);
        }
        words.add(0, root.getCommandName());
        return Shell.line(words);
    }

    /** Lists what could not be used; returns the exit code. */
    int report(List<Unusable> unusable) {
        CommandLine command = commandLine();
        unusable.forEach(one -> Failures.report(one.problem(), command));
        command.getErr().flush();
        return unusable.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** The network's output for a batch. */
    interface Network {
        float[] of(PictureBatch batch);
    }

    private ParameterException wrongUsage(String message) {
        return new ParameterException(commandLine(), message);
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }
}
