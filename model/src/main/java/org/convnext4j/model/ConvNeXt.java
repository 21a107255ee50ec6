package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.explain.ExplainOptions;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.hub.ModelFiles;
import org.convnext4j.model.hub.ModelHub;
import org.convnext4j.model.image.Labels;
import org.convnext4j.model.image.Picture;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.weights.ConvNeXtWeights;

/**
 * A ConvNeXt ("A ConvNet for the 2020s", arXiv 2201.03545) ready to run.
 *
 * <ul>
 *   <li>To load one: {@link #load(Path)} for a file or folder, {@link #load(String)} for a released model's name, and {@link
 *       LoadOptions} for class names, preprocessing, kernels and threads, or an engine that several models share.
 *   <li>With pictures (files, bytes, streams, {@code BufferedImage}), alone or in lists: {@link #classify(Path, int)
 *       classify}, {@link #embedding(Picture) embedding}, {@link #forward(Picture, Set, Arena) forward} for stage maps, {@link
 *       #explain(Picture) explain}; see {@link PictureModel}.
 *   <li>With tensors of the caller's: {@link #forward(Tensor, Set, Arena) forward}, {@link #pyramid pyramid}, {@link
 *       #logits logits}, {@link #embedding(Tensor) embedding}, and {@link #predictions(float[], int) predictions} for what
 *       comes of logits.
 *   <li>To learn about it: {@link #config}, {@link #inputSize}, {@link #labels}, {@link #preprocessor}, {@link
 *       #probability}.
 * </ul>
 *
 * <p>One model serves any number of threads at once; they share its engine's threads. Closing it while calls run is
 * safe: those finish, later ones throw {@link IllegalStateException}, and memory is freed by the last.
 */
public final class ConvNeXt implements PictureModel, AutoCloseable {
    private final ConvNeXtConfig config;
    private final ModelDescription description;
    private final PictureCalls pictures;
    private final TensorCalls tensors;

    private ConvNeXt(ModelLoading loaded) {
        this.config = loaded.config();
        this.description = loaded.description();
        this.pictures = loaded.pictures();
        this.tensors = new TensorCalls(config, loaded.network(), loaded.closeEngine());
    }

    /**
     * Loads a checkpoint onto an engine of its own, which is closed with the model; as {@link #load(Path, LoadOptions)}.
     *
     * @throws ModelException if the file or a configuration file beside it cannot be used; the message says why
     */
    public static ConvNeXt load(Path checkpoint) {
        return load(checkpoint, LoadOptions.DEFAULT);
    }

    /**
     * Loads a checkpoint onto an engine that several models may share; as {@link #load(Path, LoadOptions)}.
     *
     * @param engine outlives the model and is not closed by it
     * @throws ModelException if the file or a configuration file beside it cannot be used; the message says why
     */
    public static ConvNeXt load(Path checkpoint, Engine engine) {
        return load(checkpoint, LoadOptions.DEFAULT.withEngine(engine));
    }

    /**
     * Loads a checkpoint: safetensors or PyTorch, as written by facebook's code, timm, torchvision or Hugging Face; a
     * folder stands for the checkpoint in it, and {@code model.safetensors.index.json} for the files it names. The
     * architecture follows from the tensors and, where they leave something open, from a {@code config.json} beside the
     * file; the log says what had to be assumed. Preprocessing and class names are those of the options, or else come from
     * that file or a {@code preprocessor_config.json} or {@code open_clip_config.json}, or else are {@link Preset#TIMM_224}
     * and, for 1000 classes, ImageNet's, in files of torchvision's with torchvision's names.
     *
     * @param options what the files do not say, and the engine: the caller's, or else one of the model's own
     * @throws ModelException if the file or a configuration file beside it cannot be used, or the options do not fit the
     *     file; the message says why
     * @throws org.convnext4j.engine.EngineException if the backend asked for does not work here
     */
    public static ConvNeXt load(Path checkpoint, LoadOptions options) {
        return new ConvNeXt(ModelLoading.of(checkpoint, Optional.empty(), options));
    }

    /**
     * Loads a released model by its name onto an engine of its own, which is closed with the model; as {@link
     * #load(String, LoadOptions)}.
     *
     * @throws ModelException if the model cannot be had or cannot be used; the message says why
     */
    public static ConvNeXt load(String name) {
        return load(name, LoadOptions.DEFAULT);
    }

    /**
     * Loads a released model by its name onto an engine that several models may share; as {@link #load(String,
     * LoadOptions)}.
     *
     * @param engine outlives the model and is not closed by it
     * @throws ModelException if the model cannot be had or cannot be used; the message says why
     */
    public static ConvNeXt load(String name, Engine engine) {
        return load(name, LoadOptions.DEFAULT.withEngine(engine));
    }

    /**
     * Loads a released model by its name. The first time it is fetched, which may take minutes; see {@link ModelHub} for
     * the names, the caches and the environment variables.
     *
     * @param name such as {@code facebook/convnext-tiny-224}, {@code timm/convnext_tiny.fb_in22k_ft_in1k},
     *     {@code ConvNeXt_Tiny_Weights.IMAGENET1K_V1} or {@code ORG/NAME@REVISION}; or a file or folder that exists
     * @param options what the files do not say, and the engine: the caller's, or else one of the model's own
     * @throws ModelException if the model cannot be had or used, or the options do not fit it; the message says why
     * @throws org.convnext4j.engine.EngineException if the backend asked for does not work here
     */
    public static ConvNeXt load(String name, LoadOptions options) {
        return new ConvNeXt(ModelLoading.of(name, options));
    }

    /**
     * Loads a model that {@link ModelHub} found, as {@link #load(ModelFiles, LoadOptions)}.
     *
     * @param engine outlives the model and is not closed by it
     * @throws ModelException if a file of it cannot be used; the message says why
     */
    public static ConvNeXt load(ModelFiles files, Engine engine) {
        return load(files, LoadOptions.DEFAULT.withEngine(engine));
    }

    /**
     * Loads a model that {@link ModelHub} found: its weights, preprocessing and class names.
     *
     * @param options what the files do not say, and the engine: the caller's, or else one of the model's own
     * @throws ModelException if a file of it cannot be used, or the options do not fit the model; the message says why
     */
    public static ConvNeXt load(ModelFiles files, LoadOptions options) {
        return new ConvNeXt(ModelLoading.of(files.weights(), files.preprocessor(), options));
    }

    /**
     * A model from weights in memory, which are copied.
     *
     * @param engine outlives the model and is not closed by it
     */
    public static ConvNeXt of(ConvNeXtConfig config, ConvNeXtWeights weights, Engine engine) {
        return new ConvNeXt(ModelLoading.of(config, weights, engine));
    }

    /** Depths, dims, classes and so on. */
    public ConvNeXtConfig config() {
        return config;
    }

    /** How pictures become input. */
    public Preprocessor preprocessor() {
        return description.preprocessor();
    }

    /** The size of input that {@link #preprocessor} makes of a picture, and the smallest that the network takes. */
    public InputSize inputSize() {
        Preprocessor preprocessor = preprocessor();
        return new InputSize(config.inChannels(), preprocessor.height(), preprocessor.width(), config.minimumSide());
    }

    /**
     * The names of the classes.
     *
     * @throws ModelException if the network has no classifier
     */
    public Labels labels() {
        return description
                .labels()
                .orElseThrow(() -> new ModelException(
                        config.name() + " has no classifier, so it names no classes; take its embedding or its maps"));
    }

    /**
     * How {@link #predictions} makes probabilities of logits: a sigmoid for one class, and where the {@code config.json}
     * beside the checkpoint says that a picture may show several; else softmax.
     */
    public Probability probability() {
        return description.probability();
    }

    /**
     * Checks that preprocessed pictures have the size that the network needs.
     *
     * @throws ModelException if they are too small
     */
    public void requirePictureSize(Preprocessor prepared) {
        InputChecks.requirePictureSize(config, prepared);
    }

    /**
     * Runs the network.
     *
     * @param input (N, I, H, W), preprocessed; H and W from {@link ConvNeXtConfig#minimumSide} up, floored where a stride
     *     does not divide them
     * @param wanted what to compute, of {@link Output#of}
     * @param arena how long the results live
     * @return a tensor for each of {@code wanted}
     * @throws IllegalArgumentException if the input's shape does not fit, or the network does not give what is wanted
     * @throws IllegalStateException if the model is closed
     */
    public Map<Output, Tensor> forward(Tensor input, Set<Output> wanted, Arena arena) {
        return tensors.forward(input, wanted, arena);
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
        return tensors.pyramid(input, stages, normed, arena);
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
        return tensors.single(input, Output.LOGITS);
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
        return tensors.single(input, Output.EMBEDDING);
    }

    @Override
    public List<Prediction> classify(Picture picture, int top) {
        return pictures().one(picture, PictureWork.predictions(this, top));
    }

    /** As {@link #classify(Picture, int)} for pixels. */
    public List<Prediction> classify(RgbImage picture, int top) {
        return classify(Picture.of(picture), top);
    }

    @Override
    public List<Outcome<List<Prediction>>> classify(List<Picture> list, int top) {
        return pictures().all(list, PictureWork.predictions(this, top));
    }

    @Override
    public float[] embedding(Picture picture) {
        return pictures().one(picture, PictureWork.embeddings(this));
    }

    @Override
    public List<Outcome<float[]>> embeddings(List<Picture> list) {
        return pictures().all(list, PictureWork.embeddings(this));
    }

    @Override
    public Map<Output, Tensor> forward(Picture picture, Set<Output> wanted, Arena arena) {
        return pictures().one(picture, PictureWork.outputs(this, wanted, arena));
    }

    @Override
    public List<Outcome<Map<Output, Tensor>>> forward(List<Picture> list, Set<Output> wanted, Arena arena) {
        return pictures().all(list, PictureWork.outputs(this, wanted, arena));
    }

    @Override
    public Explanation explain(Picture picture, ExplainOptions options) {
        return pictures().one(picture, PictureWork.explanations(this, options, tensors::headOfClass));
    }

    @Override
    public List<Outcome<Explanation>> explain(List<Picture> list, ExplainOptions options) {
        return pictures().all(list, PictureWork.explanations(this, options, tensors::headOfClass));
    }

    private PictureCalls pictures() {
        InputChecks.requirePictures(config);
        InputChecks.requirePictureSize(config, preprocessor());
        return pictures;
    }

    /**
     * The most probable classes for the logits of one picture, most probable first; of equals the lower index.
     *
     * @param logits (K) of one picture; for those of a batch see {@link #predictions(float[], int, int)}
     * @param top how many; all if there are fewer
     * @throws ModelException if the network has no classifier, or a logit is NaN or infinite
     * @throws IllegalArgumentException if these are not K logits
     */
    public List<Prediction> predictions(float[] logits, int top) {
        return Ranking.of(logits, labels(), probability(), top);
    }

    /**
     * The most probable classes for the logits of several pictures, as {@link #logits} gives them.
     *
     * @param logits (N, K), row-major
     * @param count N, how many pictures these are
     * @param top how many classes; all if there are fewer
     * @return for each picture what {@link #predictions(float[], int)} gives, in order
     * @throws ModelException if the network has no classifier, or a logit is NaN or infinite; the message says of which
     *     picture
     * @throws IllegalArgumentException if these are not N times K logits
     */
    public List<List<Prediction>> predictions(float[] logits, int count, int top) {
        return Ranking.ofBatch(logits, count, labels(), probability(), top);
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
        tensors.warmUp();
    }

    /** Refuses further calls and frees the memory once the calls under way are done; may be called again. */
    @Override
    public void close() {
        tensors.close();
    }
}
