package org.convnext4j.tools.picture;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.Picture;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.image.ReadOptions;
import org.convnext4j.tools.option.ChoiceConverters;
import org.convnext4j.tools.output.StandardStreams;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How pictures become input: the options of every command that runs a network on some. */
public final class PictureOptions {
    /** What pictures can be, for help texts. */
    public static final String KINDS = "JPEG, PNG, GIF, BMP or WebP files, or folders; - is standard input.";

    /** What a picture can be. */
    public static final String KIND = "A JPEG, PNG, GIF, BMP or WebP file; - is standard input.";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--preprocess",
            paramLabel = "PRESET",
            converter = ChoiceConverters.Presets.class,
            completionCandidates = ChoiceConverters.Presets.class,
            description = "How pictures become input: ${COMPLETION-CANDIDATES}. Default: what the config.json,"
                    + " preprocessor_config.json or open_clip_config.json beside the checkpoint says, else timm-224.")
    private @Nullable Preset preset;

    @Option(
            names = "--apply-orientation",
            description =
                    "Turn pictures the way their EXIF orientation asks, which Python's libraries do not do unasked.")
    private boolean applyOrientation;

    /** Adds what is asked for to how a model reads pictures by itself. */
    LoadOptions addTo(LoadOptions options) {
        LoadOptions.Builder builder = options.toBuilder().reading(readOptions());
        return (preset == null ? builder : builder.preprocessor(preset.preprocessor())).build();
    }

    /** Decodes pictures and brings them to the size of the network. */
    PicturePreparation preparation(ConvNeXt model) {
        Preprocessor preprocessor = preset == null ? model.preprocessor() : preset.preprocessor();
        model.requirePictureSize(preprocessor);
        PictureSource source = source();
        return new PicturePreparation(file -> preprocessor.toPicture(source.read(file)), preprocessor);
    }

    /** The same for the bundled model, which knows pictures only as {@link ClothingPicture} makes them. */
    PicturePreparation clothingPreparation(ConvNeXt bundled) {
        if (preset != null) {
            return preparation(bundled);
        }
        Preprocessor preprocessor = bundled.preprocessor();
        PictureSource source = source();
        return new PicturePreparation(
                file -> {
                    ClothingPicture clothing = ClothingPicture.of(source.read(file));
                    return clothing.fit(preprocessor).toPicture(clothing.picture());
                },
                preprocessor);
    }

    /** Which model makes vectors of pictures as they are prepared here. */
    VectorOrigin origin(ConvNeXt model, String name) {
        return VectorOrigin.of(model, name, preparation(model), applyOrientation);
    }

    /** Refuses, as wrong usage, a picture from a terminal; call it before anything is computed. */
    void requireInput(List<Path> images) {
        if (images.stream().anyMatch(StandardStreams::areMeant)) {
            StandardStreams.of(commandLine()).requireInput(commandLine());
        }
    }

    /** The picture of a file, or for {@code -} that of standard input. */
    Picture picture(Path file) {
        return source().picture(file);
    }

    private PictureSource source() {
        return new PictureSource(new ImageReader(readOptions()), StandardStreams.of(commandLine()));
    }

    private ReadOptions readOptions() {
        return ReadOptions.DEFAULTS.withOrientation(applyOrientation);
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }
}
