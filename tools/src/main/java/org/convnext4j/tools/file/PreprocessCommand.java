package org.convnext4j.tools.file;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.PictureFailures;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.image.ReadOptions;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.tools.option.ChoiceConverters;
import org.convnext4j.tools.option.FileConverters;
import org.convnext4j.tools.output.PngFile;
import org.convnext4j.tools.output.StandardStreams;
import org.convnext4j.tools.picture.PictureOptions;
import org.convnext4j.tools.picture.PictureSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convnext preprocess}: the picture as the network sees it. */
@Command(
        name = "preprocess",
        description = "Writes a picture as the network sees it: resized and cropped, before normalisation.")
public final class PreprocessCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "IMAGE", description = PictureOptions.KIND)
    private @Nullable Path image;

    @Parameters(
            index = "1",
            paramLabel = "OUT.png",
            converter = FileConverters.PngOrOutput.class,
            description = "The PNG to write, replaced if it is there; - is standard output.")
    private @Nullable Path output;

    @Option(
            names = "--preset",
            paramLabel = "PRESET",
            defaultValue = "timm-224",
            converter = ChoiceConverters.Presets.class,
            completionCandidates = ChoiceConverters.Presets.class,
            description = "How: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Preset preset = Preset.TIMM_224;

    @Option(names = "--apply-orientation", description = "Turn the picture the way its EXIF orientation asks.")
    private boolean applyOrientation;

    @Override
    public Integer call() {
        Path in = Objects.requireNonNull(image);
        Path out = Objects.requireNonNull(output);
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        StandardStreams streams = StandardStreams.of(command);
        PngFile.requireOther(in, out);
        PngFile.requireNoTerminal(out, command);
        if (StandardStreams.areMeant(in)) {
            streams.requireInput(command);
        }
        ReadOptions reading = ReadOptions.DEFAULTS.withOrientation(applyOrientation);
        PictureSource source = new PictureSource(new ImageReader(reading), streams);
        Preprocessor preprocessor = preset.preprocessor();
        RgbImage picture = PictureFailures.naming(file -> preprocessor.toPicture(source.read(file)))
                .apply(in);
        PngFile.write(out, picture.toBufferedImage(), streams);
        return ExitCode.OK;
    }
}
