package org.convnext4j.model;

import java.awt.image.BufferedImage;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.explain.ExplainOptions;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.Picture;

/**
 * What a network does with pictures, whatever they come from ({@link Picture}): one at a time, or lists of them.
 *
 * <p>Of one picture, a failure is a {@link ModelException} that names it. Lists are prepared ahead by a few threads and run
 * in batches of a bounded size, so that memory is in proportion to the results and not to the pictures; there is an
 * {@link Outcome} for each picture, in their order, and a picture that fails is one {@link Outcome.Failure} while the others
 * go on. What concerns all of them, such as a network without a classifier or a model that is closed, is thrown.
 *
 * <p>{@link ConvNeXt} is the implementation; that this is an interface lets a program be tested without a model. All methods
 * may be called by any number of threads at once.
 */
public interface PictureModel {
    /**
     * The most probable classes of a picture, most probable first; of equals the lower index.
     *
     * @param top how many; all if there are fewer
     * @throws ModelException if the picture cannot be read, or the network has no classifier; the message says why
     * @throws IllegalArgumentException if {@code top} is below 1
     * @throws IllegalStateException if the model is closed
     */
    List<Prediction> classify(Picture picture, int top);

    /** As {@link #classify(Picture, int)} for a JPEG, PNG, GIF, BMP or WebP file. */
    default List<Prediction> classify(Path picture, int top) {
        return classify(Picture.of(picture), top);
    }

    /** As {@link #classify(Picture, int)} for a picture of Java's own kind. */
    default List<Prediction> classify(BufferedImage picture, int top) {
        return classify(Picture.of(picture), top);
    }

    /**
     * The most probable classes of each picture; {@link Picture#files} makes pictures of files.
     *
     * @param top how many classes; all if there are fewer
     * @return an outcome for each picture, in order
     * @throws ModelException if the network has no classifier
     * @throws IllegalArgumentException if {@code top} is below 1
     * @throws IllegalStateException if the model is closed
     */
    List<Outcome<List<Prediction>>> classify(List<Picture> pictures, int top);

    /**
     * The embedding of a picture: what the classifier takes, {@link Output#EMBEDDING}. The cosine of the angle between two
     * says how alike pictures are ({@code bulk.Similarity}).
     *
     * @return (E), with E as {@link ConvNeXtConfig#embeddingSize}
     * @throws ModelException if the picture cannot be read or gives numbers that are not finite
     * @throws IllegalStateException if the model is closed
     */
    float[] embedding(Picture picture);

    /** As {@link #embedding(Picture)} for a JPEG, PNG, GIF, BMP or WebP file. */
    default float[] embedding(Path picture) {
        return embedding(Picture.of(picture));
    }

    /** As {@link #embedding(Picture)} for a picture of Java's own kind. */
    default float[] embedding(BufferedImage picture) {
        return embedding(Picture.of(picture));
    }

    /**
     * The embedding of each picture.
     *
     * @return an outcome for each picture, in order
     * @throws IllegalStateException if the model is closed
     */
    List<Outcome<float[]>> embeddings(List<Picture> pictures);

    /**
     * Any outputs for a picture, such as the maps of its stages.
     *
     * @param wanted what to compute, of {@link Output#of}
     * @param arena how long the results live
     * @return a tensor for each of {@code wanted}, with N = 1; maps are (1, C, H, W)
     * @throws ModelException if the picture cannot be read
     * @throws IllegalArgumentException if the network does not give what is wanted
     * @throws IllegalStateException if the model is closed
     */
    Map<Output, Tensor> forward(Picture picture, Set<Output> wanted, Arena arena);

    /**
     * Any outputs for each picture. All of them stay in memory until the arena is closed.
     *
     * @param wanted what to compute, of {@link Output#of}
     * @param arena how long the results live
     * @return an outcome for each picture, in order, each with N = 1
     * @throws IllegalArgumentException if the network does not give what is wanted
     * @throws IllegalStateException if the model is closed
     */
    List<Outcome<Map<Output, Tensor>>> forward(List<Picture> pictures, Set<Output> wanted, Arena arena);

    /**
     * Where in a picture the evidence for a class is.
     *
     * @throws ModelException if the picture cannot be read, the network has no classifier, or its head is not one that the
     *     method explains
     * @throws IllegalArgumentException if there is no such class
     * @throws IllegalStateException if the model is closed
     */
    Explanation explain(Picture picture, ExplainOptions options);

    /** Where the evidence for the most probable class is; as {@link #explain(Picture, ExplainOptions)}. */
    default Explanation explain(Picture picture) {
        return explain(picture, ExplainOptions.DEFAULT);
    }

    /** Where the evidence for the most probable class of a file is; as {@link #explain(Picture, ExplainOptions)}. */
    default Explanation explain(Path picture) {
        return explain(Picture.of(picture));
    }

    /** Where the evidence for the most probable class is; as {@link #explain(Picture, ExplainOptions)}. */
    default Explanation explain(BufferedImage picture) {
        return explain(Picture.of(picture));
    }

    /**
     * Where in each picture the evidence for a class is.
     *
     * @return an outcome for each picture, in order; each holds its picture in the network's size
     * @throws ModelException if the network has no classifier, or its head is not one that the method explains
     * @throws IllegalArgumentException if there is no such class
     * @throws IllegalStateException if the model is closed
     */
    List<Outcome<Explanation>> explain(List<Picture> pictures, ExplainOptions options);
}
