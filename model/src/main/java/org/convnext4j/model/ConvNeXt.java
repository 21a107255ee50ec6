package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.parallel.StackRoom;
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
import org.convnext4j.model.weights.Assumption;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.Layout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ConvNeXt ("A ConvNet for the 2020s", arXiv 2201.03545) ready to run.
 *
 * <p>One model serves any number of threads at once; they share its engine's threads. Closing it while calls run is
 * safe: those finish, later ones throw {@link IllegalStateException}, and memory is freed by the last.
 */
public final class ConvNeXt implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConvNeXt.class);

    private final ConvNeXtConfig config;
    private final Preprocessor preprocessor;
    private final @Nullable Labels labels;
    private final Probability probability;
    private final Network network;
    private final Lease lease;

    private ConvNeXt(
            ConvNeXtConfig config, Preprocessor preprocessor, Classes classes, Network network, Runnable closeEngine) {
        this.config = config;
        this.preprocessor = preprocessor;
        this.labels = classes.labels();
        this.probability = classes.probability();
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
            return load(checkpoint, Optional.empty(), engine, LoadOptions.DEFAULT, engine::close);
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }

    /**
     * Loads a checkpoint: safetensors or PyTorch, as written by facebook's code, timm, torchvision or Hugging Face; a
     * folder stands for the checkpoint in it, and {@code model.safetensors.index.json} for the files it names. The
     * architecture follows from the tensors and, where they leave something open, from a {@code config.json} beside the
     * file; the log says what had to be assumed. Preprocessing and class names come from that or a
     * {@code preprocessor_config.json} or {@code open_clip_config.json}, or else are {@link Preset#TIMM_224} and, for 1000
     * classes, ImageNet's, in files of torchvision's with torchvision's names.
     *
     * @param engine outlives the model and is not closed by it
     * @throws ModelException if the file or a configuration file beside it cannot be used; the message says why
     */
    public static ConvNeXt load(Path checkpoint, Engine engine) {
        return load(checkpoint, Optional.empty(), engine, LoadOptions.DEFAULT, () -> {});
    }

    /**
     * Loads a checkpoint about which the caller knows more than the file says, or that is to run with another output
     * stride.
     *
     * @param engine outlives the model and is not closed by it
     * @throws ModelException as {@link #load(Path, Engine)}, and if the options do not fit the file
     */
    public static ConvNeXt load(Path checkpoint, Engine engine, LoadOptions options) {
        return load(checkpoint, Optional.empty(), engine, options, () -> {});
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
            return load(files.weights(), files.preprocessor(), engine, LoadOptions.DEFAULT, engine::close);
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
        return load(name, engine, LoadOptions.DEFAULT);
    }

    /**
     * Loads a released model by its name, as {@link #load(String)}, with options.
     *
     * @param engine outlives the model and is not closed by it
     * @throws ModelException as {@link #load(String)}, and if the options do not fit the model
     */
    public static ConvNeXt load(String name, Engine engine, LoadOptions options) {
        return load(ModelHub.locate(name, DownloadListener.SILENT), engine, options);
    }

    /**
     * Loads a model that {@link ModelHub} found: its weights, preprocessing and class names.
     *
     * @param engine outlives the model and is not closed by it
     * @throws ModelException if a file of it cannot be used; the message says why
     */
    public static ConvNeXt load(ModelFiles files, Engine engine) {
        return load(files, engine, LoadOptions.DEFAULT);
    }

    /**
     * Loads a model that {@link ModelHub} found, with options.
     *
     * @param engine outlives the model and is not closed by it
     * @throws ModelException as {@link #load(ModelFiles, Engine)}, and if the options do not fit the model
     */
    public static ConvNeXt load(ModelFiles files, Engine engine, LoadOptions options) {
        return load(files.weights(), files.preprocessor(), engine, options, () -> {});
    }

    private static ConvNeXt load(
            Path path, Optional<Preprocessor> named, Engine engine, LoadOptions options, Runnable closeEngine) {
        ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(path, options);
        try {
            Assumption.log(LOG, checkpoint.path(), checkpoint.assumptions());
            ConvNeXtConfig config = checkpoint.config();
            Path weights = checkpoint.path();
            Optional<Preprocessor> beside =
                    named.isPresent() ? named : PreprocessorConfig.besideWeights(weights, config.minimumSide());
            Preprocessor preprocessor = beside.orElseGet(Preset.TIMM_224::preprocessor);
            Classes classes = named.isPresent()
                    ? Classes.of(config, checkpoint.layout())
                    : Classes.besideWeights(config, checkpoint.layout(), weights);
            return new ConvNeXt(config, preprocessor, classes, Network.of(engine, checkpoint), closeEngine);
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
        return new ConvNeXt(
                config,
                Preset.TIMM_224.preprocessor(),
                Classes.of(config, Layout.FACEBOOK),
                Network.of(engine, config, weights),
                () -> {});
    }

    /** Depths, dims, classes and so on. */
    public ConvNeXtConfig config() {
        return config;
    }

    /** How pictures become input. */
    public Preprocessor preprocessor() {
        return preprocessor;
    }

    /**
     * The names of the classes.
     *
     * @throws ModelException if the network has no classifier
     */
    public Labels labels() {
        if (labels == null) {
            throw new ModelException(
                    config.name() + " has no classifier, so it names no classes; take its embedding or its maps");
        }
        return labels;
    }

    /**
     * How {@link #predictions} makes probabilities of logits: a sigmoid for one class, and where the {@code config.json}
     * beside the checkpoint says that a picture may show several; else softmax.
     */
    public Probability probability() {
        return probability;
    }

    /**
     * Checks that preprocessed pictures have the size that the network needs.
     *
     * @throws ModelException if they are too small
     */
    public void requirePictureSize(Preprocessor pictures) {
        int side = config.minimumSide();
        if (pictures.height() < side || pictures.width() < side) {
            throw new ModelException("pictures of " + pictures.width() + " x " + pictures.height() + " are too small: "
                    + config.name() + " takes " + side + " x " + side
                    + " or more; put a preprocessor_config.json or timm's config.json beside the weights");
        }
    }

    /**
     * Runs the network.
     *
     * @param input (N, I, H, W), preprocessed; H and W from {@link ConvNeXtConfig#minimumSide} up, floored where a stride
     *     does not divide them
     * @param wanted what to compute, of {@link ConvNeXtConfig#outputs}
     * @param arena how long the results live
     * @return a tensor for each of {@code wanted}
     * @throws IllegalArgumentException if the input's shape does not fit, or the network does not give what is wanted
     * @throws IllegalStateException if the model is closed
     */
    public Map<Output, Tensor> forward(Tensor input, Set<Output> wanted, Arena arena) {
        return forward(input, wanted, false, arena);
    }

    private Map<Output, Tensor> forward(Tensor input, Set<Output> wanted, boolean normed, Arena arena) {
        requireInput(input);
        requireOutputs(wanted);
        StackRoom.require();
        if (!lease.begin()) {
            throw closed();
        }
        try {
            return network.forward(input, wanted, normed, arena);
        } finally {
            lease.end();
        }
    }

    /**
     * The feature pyramid: maps of several resolutions, for detection, segmentation and the like.
     *
     * @param input (N, I, H, W), as in {@link #forward}
     * @param stages which stages, from 0; each once, in any order
     * @param normed whether each map is that after the stage's own norm, which Hugging Face's backbones have and give
     * @param arena how long the maps live
     * @return a level for each of {@code stages}, in their order
     * @throws IllegalArgumentException if the input's shape does not fit, or the network has no such stage or no norm for it
     * @throws IllegalStateException if the model is closed
     */
    public List<PyramidLevel> pyramid(Tensor input, List<Integer> stages, boolean normed, Arena arena) {
        Set<Output> wanted = EnumSet.noneOf(Output.class);
        for (int stage : stages) {
            requireStage(stage, normed);
            wanted.add(Output.stage(stage));
        }
        Map<Output, Tensor> maps = forward(input, wanted, normed, arena);
        return stages.stream()
                .map(stage -> new PyramidLevel(
                        stage,
                        config.dims().get(stage),
                        config.stride(stage),
                        Objects.requireNonNull(maps.get(Output.stage(stage)))))
                .toList();
    }

    private void requireStage(int stage, boolean normed) {
        if (stage < 0 || stage >= config.stages()) {
            throw new IllegalArgumentException(
                    config.name() + " has no stage " + stage + "; its stages are 0 to " + (config.stages() - 1));
        }
        if (normed && !config.design().normedStages().contains(stage)) {
            throw new IllegalArgumentException(config.name() + " has no norm for the map of stage " + stage
                    + "; only backbones of Hugging Face have, so take the map without");
        }
    }

    /**
     * The logits of preprocessed pictures.
     *
     * @param input (N, I, H, W)
     * @return (N, K), row-major
     * @throws IllegalArgumentException if the input's shape does not fit, or the network has no classifier
     * @throws IllegalStateException if the model is closed
     */
    public float[] logits(Tensor input) {
        try (Arena arena = Arena.ofConfined()) {
            return single(input, Output.LOGITS, arena);
        }
    }

    /**
     * The embeddings of preprocessed pictures: what the classifier takes, {@link Output#EMBEDDING}.
     *
     * @param input (N, I, H, W)
     * @return (N, E), row-major, with E as {@link ConvNeXtConfig#embeddingSize}
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
     * @throws ModelException if the picture cannot be read, or the network has no classifier; the message says why
     * @throws IllegalStateException if the model is closed
     */
    public List<Prediction> classify(Path picture, int top) {
        labels();
        RgbImage prepared = preprocessor.toPicture(new ImageReader(), picture);
        try (Arena arena = Arena.ofConfined()) {
            Tensor input = Tensor.allocate(arena, 1, 3, prepared.height(), prepared.width());
            preprocessor.normalise(prepared, input, 0);
            return predictions(logits(input), top);
        }
    }

    /**
     * The most probable classes of a picture, most probable first.
     *
     * @param top how many; all if there are fewer
     * @throws ModelException if the network has no classifier
     * @throws IllegalStateException if the model is closed
     */
    public List<Prediction> classify(RgbImage picture, int top) {
        labels();
        try (Arena arena = Arena.ofConfined()) {
            return predictions(logits(preprocessor.toTensor(picture, arena)), top);
        }
    }

    /**
     * The most probable classes for the logits of one picture, most probable first; of equals the lower index.
     *
     * @param logits (K)
     * @param top how many; all if there are fewer
     * @throws ModelException if the network has no classifier, or a logit is NaN or infinite
     * @throws IllegalArgumentException if these are not K logits
     */
    public List<Prediction> predictions(float[] logits, int top) {
        return Ranking.of(logits, labels(), probability, top);
    }

    private void requireOutputs(Set<Output> wanted) {
        Set<Output> outputs = config.outputs();
        for (Output output : wanted) {
            if (!outputs.contains(output)) {
                throw new IllegalArgumentException(config.name() + " does not give " + output.label() + "; it gives "
                        + outputs.stream().map(Output::label).collect(Collectors.joining(", ")));
            }
        }
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
        StackRoom.require();
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
