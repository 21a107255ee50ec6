package org.convnext4j.tools;

import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.image.ReadOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How pictures become input: the options of every command that runs a network on some. */
final class PictureOptions {
    @Option(
            names = "--preprocess",
            paramLabel = "PRESET",
            converter = Converters.Presets.class,
            completionCandidates = Converters.Presets.class,
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
        ImageReader reader = reader();
        return new PicturePreparation(file -> preprocessor.toPicture(reader, file), preprocessor);
    }

    /** The same for the bundled model, which knows pictures only as {@link ClothingPicture} makes them. */
    PicturePreparation clothingPreparation(ConvNeXt bundled) {
        if (preset != null) {
            return preparation(bundled);
        }
        Preprocessor preprocessor = bundled.preprocessor();
        ImageReader reader = reader();
        return new PicturePreparation(
                file -> {
                    ClothingPicture clothing = ClothingPicture.of(reader.read(file));
                    return clothing.fit(preprocessor).toPicture(clothing.picture());
                },
                preprocessor);
    }

    private ImageReader reader() {
        return new ImageReader(readOptions());
    }

    private ReadOptions readOptions() {
        return ReadOptions.DEFAULTS.withOrientation(applyOrientation);
    }
}
