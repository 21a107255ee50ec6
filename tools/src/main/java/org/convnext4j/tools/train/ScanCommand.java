package org.convnext4j.tools.train;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.convnext4j.model.data.DatasetScan;
import org.convnext4j.model.data.IdxDataset;
import org.convnext4j.model.data.ScanReport;
import org.convnext4j.model.data.Split;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.tools.option.NumberConverters;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.Progress;
import org.convnext4j.tools.output.ToolException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convnext scan}: what is wrong with the pictures of a folder, before a run finds it out. */
@Command(
        name = "scan",
        description = {
            "Looks at every picture of a folder before a run does.",
            "DIR has CLASS/PICTURE, or train/CLASS/PICTURE, val/CLASS/PICTURE and so on. Every picture is decoded. Named"
                    + " are those that cannot be read (empty, cut short, damaged, no picture), that are of another format"
                    + " than their ending says, or tiny; what is not used; pictures that are the same to the byte, in"
                    + " one split, in several or in several classes; and classes that not all splits have. The exit code"
                    + " is 1 if a picture cannot be read."
        })
public final class ScanCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The folder with the pictures.")
    private @Nullable Path folder;

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Pictures that are decoded at a time. Default: the processors.")
    private @Nullable Integer threads;

    @Option(names = "--json", description = "Print one JSON object, which lists everything.")
    private boolean json;

    @Override
    public Integer call() {
        Path root = Objects.requireNonNull(folder);
        if (!Files.isDirectory(root)) {
            throw new ToolException(root + ": no such folder of pictures");
        }
        if (Stream.of(Split.values()).anyMatch(split -> IdxDataset.isIn(root, split))) {
            throw new ToolException(root + ": has IDX files, which are checked whenever they are opened; scan is for"
                    + " folders of pictures");
        }
        int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        ScanReport report;
        try (Progress progress = Progress.ofPictures(err(), "scan")) {
            report = DatasetScan.of(root, new ImageReader(), count, (done, pictures) -> {
                progress.endAt(pictures);
                progress.stepTo(done);
                return true;
            });
        }
        if (json) {
            out().println(Json.line(ScanFormat.json(root, report)));
        } else {
            ScanFormat.print(report, out());
        }
        out().flush();
        return report.unreadable() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
