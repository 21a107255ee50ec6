package org.convnext4j.model.train;

import java.nio.file.Path;
import java.util.Optional;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.hub.ModelFiles;
import org.convnext4j.model.image.Labels;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.PreprocessorConfig;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
import org.convnext4j.model.weights.Layout;

/**
 * A checkpoint to be fine-tuned.
 *
 * @param files where it lies, and how its pictures are prepared if that follows from its name
 * @param options what the caller says about it
 */
record StartingModel(ModelFiles files, LoadOptions options) {
    private static final int IMAGENET_CLASSES = 1000;

    static StartingModel of(Path path, LoadOptions options) {
        return new StartingModel(new ModelFiles(path.toString(), path, Optional.empty()), options);
    }

    /** The checkpoint with its weights; to be closed by the caller. */
    ConvNeXtCheckpoint read() {
        return ConvNeXtCheckpoint.read(files.weights(), options);
    }

    /** What network it is of, with its own number of classes. */
    ConvNeXtConfig network() {
        try (ConvNeXtCheckpoint file = ConvNeXtCheckpoint.readUnchecked(files.weights(), options)) {
            return trained(file.config());
        }
    }

    /** A network as it is trained and saved, whose pointwise convolutions are matrices however a file stores them. */
    static ConvNeXtConfig trained(ConvNeXtConfig config) {
        return config.withDesign(config.design().withPointwiseAsConv(false));
    }

    /**
     * How its pictures are prepared; empty if neither its name nor a file beside it says so.
     *
     * @throws org.convnext4j.model.image.ConfigException if that file is malformed
     */
    Optional<Preprocessor> preprocessor() {
        if (files.preprocessor().isPresent()) {
            return files.preprocessor();
        }
        try (ConvNeXtCheckpoint file = ConvNeXtCheckpoint.readUnchecked(files.weights(), options)) {
            return PreprocessorConfig.besideWeights(file.path(), file.config().minimumSide());
        }
    }

    /**
     * The names of its classes, as {@link Labels#forModel} finds them.
     *
     * @param file the checkpoint, with a classifier
     * @throws org.convnext4j.model.image.ConfigException if the file with the names is malformed
     */
    Labels labels(ConvNeXtCheckpoint file) {
        int classes = file.config().classes();
        if (files.preprocessor().isEmpty()) {
            return Labels.forModel(file.path(), classes);
        }
        return file.layout() == Layout.TORCHVISION && classes == IMAGENET_CLASSES
                ? Labels.torchvision1k()
                : Labels.forClasses(classes);
    }
}
