package org.convnext4j.model;

import java.nio.file.Path;
import java.util.Optional;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.hub.DownloadListener;
import org.convnext4j.model.hub.ModelFiles;
import org.convnext4j.model.hub.ModelHub;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.run.Network;
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
 * @param description what its outputs mean and how pictures become input
 * @param pictures brings them to the network
 * @param network ready to run
 * @param closeEngine what is done with the engine when the model is closed
 */
record ModelLoading(
        ConvNeXtConfig config,
        ModelDescription description,
        PictureCalls pictures,
        Network network,
        Runnable closeEngine) {
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
            ModelDescription description =
                    ModelDescription.of(checkpoint.path(), named, config, checkpoint.layout(), options);
            PictureCalls pictures = pictures(description, new ImageReader(options.reading()), engine.engine());
            return new ModelLoading(
                    config,
                    description,
                    pictures,
                    Network.of(engine.engine(), config.plan(), checkpoint.weights(), checkpoint::close),
                    engine.closing());
        } catch (RuntimeException | Error e) {
            checkpoint.close();
            throw e;
        }
    }

    /** Of weights in memory, which are copied. */
    static ModelLoading of(ConvNeXtConfig config, ConvNeXtWeights weights, Engine engine) {
        ModelDescription description = ModelDescription.assumed(config, Layout.FACEBOOK);
        PictureCalls pictures = pictures(description, new ImageReader(), engine);
        return new ModelLoading(config, description, pictures, Network.of(engine, config.plan(), weights), () -> {});
    }

    /** The network needs its threads too, and takes longer than decoding, so half of them decode. */
    private static PictureCalls pictures(ModelDescription description, ImageReader reader, Engine engine) {
        return new PictureCalls(
                description.preprocessor(), reader, Math.max(1, engine.workers().threads() / 2));
    }
}
