package org.convnext4j.tools.option;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.failure.FileNames;
import org.convnext4j.tools.output.StandardStreams;
import org.convnext4j.tools.output.ToolException;
import org.convnext4j.tools.picture.PictureOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which pictures: files and folders named by the user or in a list, of any length. */
public final class NamedFiles {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--files-from",
            paramLabel = "FILE",
            description = "Also take the files and folders that FILE names, UTF-8, one a line; - is standard input.")
    private @Nullable Path list;

    @Parameters(paramLabel = "IMAGE", arity = "0..*", description = PictureOptions.KINDS)
    private List<Path> images = new ArrayList<>();

    /**
     * All of them, those of the list last; call it before anything is computed. None, or standard input for two things, is
     * wrong usage.
     *
     * @throws ToolException if the list cannot be read
     */
    public List<Path> all() {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        StandardStreams streams = StandardStreams.of(command);
        boolean piped = images.stream().anyMatch(StandardStreams::areMeant);
        if (list == null && images.isEmpty()) {
            throw new ParameterException(
                    command, "missing IMAGE: files or folders of pictures; or give --files-from FILE, a list of them");
        }
        if (StandardStreams.areMeant(list) && piped) {
            throw new ParameterException(command, "standard input cannot be both a picture and the list of pictures");
        }
        if (piped || StandardStreams.areMeant(list)) {
            streams.requireInput(command);
        }
        List<Path> all = new ArrayList<>(images);
        if (list != null) {
            for (String line : lines(list, streams)) {
                if (!line.isEmpty()) {
                    all.add(FileNames.path(line));
                }
            }
        }
        return all;
    }

    private static List<String> lines(Path list, StandardStreams streams) {
        if (StandardStreams.areMeant(list)) {
            return new String(streams.input(), StandardCharsets.UTF_8).lines().toList();
        }
        try {
            return Files.readAllLines(list);
        } catch (IOException e) {
            throw new ToolException(
                    list + ": the list of pictures cannot be read as UTF-8 text (" + FileFailure.reason(e) + ")", e);
        }
    }
}
