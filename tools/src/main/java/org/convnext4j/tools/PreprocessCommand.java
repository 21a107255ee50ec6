package org.convnext4j.tools;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.image.ReadOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code convnext preprocess}: the picture as the network sees it. */
@Command(
        name = "preprocess",
        description = "Writes a picture as the network sees it: resized and cropped, before normalisation.")
final class PreprocessCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "IMAGE", description = "A JPEG, PNG, GIF, BMP or WebP file.")
    private @Nullable Path image;

    @Parameters(
            index = "1",
            paramLabel = "OUT.png",
            converter = Converters.Png.class,
            description = "The PNG to write, replaced if it is there.")
    private @Nullable Path output;

    @Option(
            names = "--preset",
            paramLabel = "PRESET",
            defaultValue = "timm-224",
            converter = Converters.Presets.class,
            completionCandidates = Converters.Presets.class,
            description = "How: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Preset preset = Preset.TIMM_224;

    @Option(names = "--apply-orientation", description = "Turn the picture the way its EXIF orientation asks.")
    private boolean applyOrientation;

    @Override
    public Integer call() {
        PngFile.requireOther(Objects.requireNonNull(image), Objects.requireNonNull(output));
        ReadOptions reading = ReadOptions.DEFAULTS.withOrientation(applyOrientation);
        PngFile.write(
                Objects.requireNonNull(output),
                preset.preprocessor().toPicture(new ImageReader(reading), Objects.requireNonNull(image)));
        return ExitCode.OK;
    }
}
