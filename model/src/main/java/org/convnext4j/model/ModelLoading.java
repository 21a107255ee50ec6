package org.convnext4j.model;

import org.convnext4j.model.run.Network;
import java.nio.file.Path;
import java.util.Optional;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.hub.DownloadListener;
import org.convnext4j.model.hub.ModelFiles;
import org.convnext4j.model.hub.ModelHub;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.PreprocessorConfig;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.weights.Assumption;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.Layout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a model is made of.
 *
 * @param config of the network
 * @param classes what its outputs mean
 * @param pictures how pictures become input
 * @param network ready to run
 * @param closeEngine what is done with the engine when the model is closed
 */
record ModelLoading(
        ConvNeXtConfig config, Classes classes, PictureCalls pictures, Network network, Runnable closeEngine) {
    private static final Logger LOG = LoggerFactory.getLogger(ConvNeXt.class);

    /** Of a released model, which is fetched if it has to be, or of a file or folder. */
    static ModelLoading of(String name, LoadOptions options) {
        return onEngine(options, engine -> {
            ModelFiles files = ModelHub.locate(name, DownloadListener.SILENT);
            return of(files.weights(), files.preprocessor(), options, engine);
        });
    }

    /**
     * Of a checkpoint.
     *
     * @param named how pictures become input, if no file beside the checkpoint belongs to it
     */
    static ModelLoading of(Path path, Optional<Preprocessor> named, LoadOptions options) {
        return onEngine(options, engine -> of(path, named, options, engine));
    }

    /** Loads onto an engine. */
    private interface Loader {
        ModelLoading load(EngineChoice.Opened engine);
    }

    private static ModelLoading onEngine(LoadOptions options, Loader loader) {
        EngineChoice.Opened engine = options.engineChoice().open();
        try {
            return loader.load(engine);
        } catch (RuntimeException | Error e) {
            engine.closeIfOwned();
            throw e;
        }
    }

    private static ModelLoading of(
            Path path, Optional<Preprocessor> named, LoadOptions options, EngineChoice.Opened engine) {
        ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(path, options);
        try {
            Assumption.log(LOG, checkpoint.path(), checkpoint.assumptions());
            ConvNeXtConfig config = checkpoint.config();
            Path weights = checkpoint.path();
            Preprocessor preprocessor = preprocessor(config, named, options, weights);
            Classes classes = classes(checkpoint, named.isEmpty(), options);
            PictureCalls pictures = new PictureCalls(
                    preprocessor, new ImageReader(options.reading()), decodingThreads(engine.engine()));
            return new ModelLoading(
                    config,
                    classes,
                    pictures,
                    Network.of(engine.engine(), config.plan(), checkpoint.weights(), checkpoint::close),
                    engine.closing());
        } catch (RuntimeException | Error e) {
            checkpoint.close();
            throw e;
        }
    }

    private static Preprocessor preprocessor(
            ConvNeXtConfig config, Optional<Preprocessor> named, LoadOptions options, Path weights) {
        if (options.preprocessor().isPresent()) {
            InputChecks.requirePictureSize(config, options.preprocessor().get());
            return options.preprocessor().get();
        }
        return named.or(() -> PreprocessorConfig.besideWeights(weights, config.minimumSide()))
                .orElseGet(Preset.TIMM_224::preprocessor);
    }

    private static Classes classes(ConvNeXtCheckpoint checkpoint, boolean filesBeside, LoadOptions options) {
        ConvNeXtConfig config = checkpoint.config();
        if (filesBeside) {
            return Classes.besideWeights(config, checkpoint.layout(), checkpoint.path(), options.namedLabels());
        }
        Classes classes = Classes.of(config, checkpoint.layout());
        return options.namedLabels().isEmpty()
                ? classes
                : classes.with(
                        options.namedLabels().get(),
                        config.classes(),
                        checkpoint.path().toString());
    }

    /** Of weights in memory, which are copied. */
    static ModelLoading of(ConvNeXtConfig config, ConvNeXtWeights weights, Engine engine) {
        return new ModelLoading(
                config,
                Classes.of(config, Layout.FACEBOOK),
                new PictureCalls(Preset.TIMM_224.preprocessor(), new ImageReader(), decodingThreads(engine)),
                Network.of(engine, config.plan(), weights),
                () -> {});
    }

    /** The network needs its threads too, and takes longer than decoding. */
    private static int decodingThreads(Engine engine) {
        return Math.max(1, engine.workers().threads() / 2);
    }
}
