package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.hub.DownloadListener;
import org.convnext4j.model.hub.ModelFiles;
import org.convnext4j.model.hub.ModelHub;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.Labels;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.PreprocessorConfig;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
import org.convnext4j.model.weights.ConvNeXtWeights;

/**
 * A ConvNeXt ("A ConvNet for the 2020s", arXiv 2201.03545) ready to run.
 *
 * <p>One model serves any number of threads at once; they share its engine's threads. Closing it while calls run is
 * safe: those finish, later ones throw {@link IllegalStateException}, and memory is freed by the last.
 */
public final class ConvNeXt implements AutoCloseable {
    private final ConvNeXtConfig config;
    private final Preprocessor preprocessor;
    private final Labels labels;
    private final Network network;
    private final Lease lease;

    private ConvNeXt(
            ConvNeXtConfig config, Preprocessor preprocessor, Labels labels, Network network, Runnable closeEngine) {
        this.config = config;
        this.preprocessor = preprocessor;
        this.labels = labels;
        this.network = network;
        this.lease = new Lease(() -> {
            network.close();
            closeEngine.run();
        });
    }

    /**
     * Loads a checkpoint onto an engine of its own, which is closed with the model.
     *
     * @throws ModelException if the file or a configuration file beside it cannot be used; the message says why
     */
    public static ConvNeXt load(Path checkpoint) {
        Engine engine = Engine.create();
        try {
            return load(checkpoint, Optional.empty(), engine, engine::close);
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }

    /**
     * Loads a checkpoint: safetensors or PyTorch, as written by facebook's code, timm, torchvision or Hugging Face; a
     * folder stands for the checkpoint in it, and {@code model.safetensors.index.json} for the files it names. The
     * architecture follows from the tensors; preprocessing and class names come from a {@code config.json} or
     * {@code preprocessor_config.json} beside the file, or else are {@link Preset#TIMM_224} and, for 1000 classes,
     * ImageNet's.
     *
     * @param engine outlives the model and is not closed by it
     * @throws ModelException if the file or a configuration file beside it cannot be used; the message says why
     */
    public static ConvNeXt load(Path checkpoint, Engine engine) {
        return load(checkpoint, Optional.empty(), engine, () -> {});
    }

    /**
     * Loads a released model by its name onto an engine of its own, which is closed with the model. The first time it is
     * fetched, which may take minutes; see {@link ModelHub} for the names, the caches and the environment variables.
     *
     * @param name such as {@code facebook/convnext-tiny-224}, {@code timm/convnext_tiny.fb_in22k_ft_in1k},
     *     {@code ConvNeXt_Tiny_Weights.IMAGENET1K_V1} or {@code ORG/NAME@REVISION}; or a file or folder that exists
     * @throws ModelException if the model cannot be had or cannot be used; the message says why
     */
    public static ConvNeXt load(String name) {
        Engine engine = Engine.create();
        try {
            ModelFiles files = ModelHub.locate(name, DownloadListener.SILENT);
            return load(files.weights(), files.preprocessor(), engine, engine::close);
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }

    /**
     * Loads a released model by its name, as {@link #load(String)}.
     *
     * @param engine outlives the model and is not closed by it
     * @throws ModelException if the model cannot be had or cannot be used; the message says why
     */
    public static ConvNeXt load(String name, Engine engine) {
        return load(ModelHub.locate(name, DownloadListener.SILENT), engine);
    }

    /**
     * Loads a model that {@link ModelHub} found: its weights, preprocessing and class names.
     *
     * @param engine outlives the model and is not closed by it
     * @throws ModelException if a file of it cannot be used; the message says why
     */
    public static ConvNeXt load(ModelFiles files, Engine engine) {
        return load(files.weights(), files.preprocessor(), engine, () -> {});
    }

    private static ConvNeXt load(Path path, Optional<Preprocessor> named, Engine engine, Runnable closeEngine) {
        ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(path);
        try {
            ConvNeXtConfig config = checkpoint.config();
            Path weights = checkpoint.path();
            Optional<Preprocessor> beside = named.isPresent() ? named : PreprocessorConfig.besideWeights(weights);
            Labels labels = named.isPresent()
                    ? Labels.forClasses(config.classes())
                    : Labels.forModel(weights, config.classes());
            Preprocessor preprocessor = beside.orElseGet(Preset.TIMM_224::preprocessor);
            return new ConvNeXt(config, preprocessor, labels, Network.of(engine, checkpoint), closeEngine);
        } catch (RuntimeException | Error e) {
            checkpoint.close();
            throw e;
        }
    }

    /**
     * A model from weights in memory, which are copied.
     *
     * @param engine outlives the model and is not closed by it
     */
    public static ConvNeXt of(ConvNeXtConfig config, ConvNeXtWeights weights, Engine engine) {
        Labels labels = Labels.forClasses(config.classes());
        return new ConvNeXt(
                config, Preset.TIMM_224.preprocessor(), labels, Network.of(engine, config, weights), () -> {});
    }

    /** Depths, dims, classes and so on. */
    public ConvNeXtConfig config() {
        return config;
    }

    /** How pictures become input. */
    public Preprocessor preprocessor() {
        return preprocessor;
    }

    /** The names of the classes. */
    public Labels labels() {
        return labels;
    }

    /**
     * Runs the network.
     *
     * @param input (N, I, H, W), preprocessed; H and W from {@link ConvNeXtConfig#minimumSide} up, floored where a stride
     *     does not divide them
     * @param wanted what to compute
     * @param arena how long the results live
     * @return a tensor for each of {@code wanted}
     * @throws IllegalArgumentException if the input's shape does not fit
     * @throws IllegalStateException if the model is closed
     */
    public Map<Output, Tensor> forward(Tensor input, Set<Output> wanted, Arena arena) {
        requireInput(input);
        if (!lease.begin()) {
            throw closed();
        }
        try {
            return network.forward(input, wanted, arena);
        } finally {
            lease.end();
        }
    }

    /**
     * The logits of preprocessed pictures.
     *
     * @param input (N, I, H, W)
     * @return (N, K), row-major
     * @throws IllegalArgumentException if the input's shape does not fit
     * @throws IllegalStateException if the model is closed
     */
    public float[] logits(Tensor input) {
        try (Arena arena = Arena.ofConfined()) {
            return single(input, Output.LOGITS, arena);
        }
    }

    /**
     * The embeddings of preprocessed pictures: what the head classifies.
     *
     * @param input (N, I, H, W)
     * @return (N, C3), row-major
     * @throws IllegalArgumentException if the input's shape does not fit
     * @throws IllegalStateException if the model is closed
     */
    public float[] embedding(Tensor input) {
        try (Arena arena = Arena.ofConfined()) {
            return single(input, Output.EMBEDDING, arena);
        }
    }

    private float[] single(Tensor input, Output output, Arena arena) {
        Tensor tensor = forward(input, EnumSet.of(output), arena).get(output);
        if (tensor == null) {
            throw new IllegalStateException("the network gave no " + output.label());
        }
        return tensor.toArray();
    }

    /**
     * The most probable classes of a picture file, most probable first.
     *
     * @param picture JPEG, PNG, GIF, BMP or WebP
     * @param top how many; all if there are fewer
     * @throws ModelException if the picture cannot be read; the message says why
     * @throws IllegalStateException if the model is closed
     */
    public List<Prediction> classify(Path picture, int top) {
        return classify(new ImageReader().read(picture), top);
    }

    /**
     * The most probable classes of a picture, most probable first.
     *
     * @param top how many; all if there are fewer
     * @throws IllegalStateException if the model is closed
     */
    public List<Prediction> classify(RgbImage picture, int top) {
        try (Arena arena = Arena.ofConfined()) {
            return predictions(logits(preprocessor.toTensor(picture, arena)), top);
        }
    }

    /**
     * The most probable classes for the logits of one picture, most probable first; of equals the lower index.
     *
     * @param logits (K)
     * @param top how many; all if there are fewer
     */
    public List<Prediction> predictions(float[] logits, int top) {
        if (top < 1) {
            throw new IllegalArgumentException("top is " + top + "; ask for 1 or more classes");
        }
        float max = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - max);
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < logits.length; i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingDouble(i -> -logits[i]));
        List<Prediction> predictions = new ArrayList<>();
        for (int index : order.subList(0, Math.min(top, order.size()))) {
            float probability = (float) (Math.exp(logits[index] - max) / sum);
            predictions.add(new Prediction(index, labels.name(index), probability));
        }
        return predictions;
    }

    private void requireInput(Tensor input) {
        int side = config.minimumSide();
        boolean fits = input.shape().rank() == 4 && input.dim(0) >= 1 && input.dim(1) == config.inChannels();
        if (!fits || input.dim(2) < side || input.dim(3) < side) {
            throw new IllegalArgumentException("input has shape " + input.shape() + "; " + config.name() + " takes (N, "
                    + config.inChannels() + ", H, W) with H and W of " + side + " or more");
        }
    }

    /**
     * Returns when the model runs at full speed. A model that is the first in its JVM answers at once, on kernels that
     * need no compiling, and goes over to the fast ones when Java has compiled these in the background, a few seconds
     * later; a service may want that done before its first request. Results agree within rounding before and after.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     * @throws IllegalStateException if the model is closed
     */
    public void warmUp() throws InterruptedException {
        if (!lease.begin()) {
            throw closed();
        }
        try {
            network.awaitWarmUp();
        } finally {
            lease.end();
        }
    }

    private IllegalStateException closed() {
        return new IllegalStateException("the model " + config.name() + " is closed; load it again");
    }

    /** Refuses further calls and frees the memory once the calls under way are done; may be called again. */
    @Override
    public void close() {
        lease.close();
    }
}
