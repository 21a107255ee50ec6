package org.convnext4j.model.train;

import java.lang.foreign.Arena;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongPredicate;
import org.convnext4j.engine.kernel.gradient.SoftmaxCrossEntropy;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Output;
import org.convnext4j.model.data.Batch;
import org.convnext4j.model.data.BatchLoader;
import org.convnext4j.model.data.ClassMatch;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.data.EvaluationPipeline;
import org.convnext4j.model.data.LoaderOptions;
import org.convnext4j.model.random.Randomness;

/** How good a model is on a data set, by the forward pass of inference. */
public final class Evaluation {
    private static final Set<Output> LOGITS = EnumSet.of(Output.LOGITS);

    private Evaluation() {}

    /**
     * Evaluates a model with its own preprocessing. The data's classes are matched with the model's as {@link ClassMatch}
     * says, and the classes of what comes out are the model's outputs.
     *
     * @param model called by this thread
     * @param dataset of classes that the model has; not of all, and in any order
     * @param options such as {@link LoaderOptions#evaluation}; pictures that are skipped are not counted
     * @param goesOn is told after each batch how many pictures are done, and ends the evaluation by false; what was
     *     counted by then is returned
     * @throws TrainingException if a score is NaN
     * @throws org.convnext4j.model.failure.ModelException if the model lacks a class of the data, or a picture cannot be read and
     *     is not to be skipped
     */
    public static Metrics of(ConvNeXt model, Dataset dataset, LoaderOptions options, LongPredicate goesOn) {
        return of(model, dataset, options, Views.PICTURE, goesOn);
    }

    /** As the other, with what the network is to see of each picture. */
    public static Metrics of(
            ConvNeXt model, Dataset dataset, LoaderOptions options, Views views, LongPredicate goesOn) {
        return ofOutputs(model, ClassMatch.of(dataset, model.labels()).dataset(), options, views, goesOn);
    }

    /**
     * Evaluates a model on data that are matched already.
     *
     * @param dataset whose labels are the model's outputs, such as {@link ClassMatch#datasetOfKnown} gives
     * @throws TrainingException if the classes are of another number or a score is NaN
     * @throws org.convnext4j.model.failure.ModelException if a picture cannot be read and is not to be skipped
     */
    public static Metrics ofOutputs(ConvNeXt model, Dataset dataset, LoaderOptions options, LongPredicate goesOn) {
        return ofOutputs(model, dataset, options, Views.PICTURE, goesOn);
    }

    /** As the other, with what the network is to see of each picture. */
    public static Metrics ofOutputs(
            ConvNeXt model, Dataset dataset, LoaderOptions options, Views views, LongPredicate goesOn) {
        return of(model, dataset, new EvaluationPipeline(model.preprocessor()), options, views, goesOn);
    }

    static Metrics of(
            ConvNeXt model, Dataset dataset, EvaluationPipeline pipeline, LoaderOptions options, LongPredicate goesOn) {
        return of(model, dataset, pipeline, options, Views.PICTURE, goesOn);
    }

    static Metrics of(
            ConvNeXt model,
            Dataset dataset,
            EvaluationPipeline pipeline,
            LoaderOptions options,
            Views views,
            LongPredicate goesOn) {
        int classes = model.config().classes();
        if (classes != dataset.classNames().size()) {
            throw new TrainingException("the model tells " + classes + " classes apart, but there are "
                    + dataset.description() + "; evaluate on data of the model's classes");
        }
        MetricsCounter counter = new MetricsCounter(classes);
        long done = 0;
        try (BatchLoader loader = BatchLoader.open(dataset, pipeline, options, new Randomness(0), 0, 0)) {
            while (loader.hasNext()) {
                Batch batch = loader.next();
                count(model, batch, views, counter);
                done += batch.size();
                if (!goesOn.test(done)) {
                    break;
                }
            }
        }
        return counter.metrics();
    }

    private static void count(ConvNeXt model, Batch batch, Views views, MetricsCounter counter) {
        int[] labels = batch.labels();
        double[] losses = new double[labels.length];
        try (Arena arena = Arena.ofConfined()) {
            Tensor logits = logits(model, batch.images(), arena);
            if (views == Views.PICTURE_AND_MIRRORED) {
                Views.average(logits, logits(model, Views.mirrored(batch.images(), arena), arena));
            }
            int classes = logits.dim(1);
            SoftmaxCrossEntropy.evaluate(labels.length, classes, 0, logits.data(), 0, classes, labels, 0, losses, 0);
            for (int n = 0; n < labels.length; n++) {
                if (!batch.isReplaced(n)) {
                    long rowBytes = (long) classes * Float.BYTES;
                    Tensor row = new Tensor(Shape.of(1, classes), logits.data().asSlice(n * rowBytes, rowBytes));
                    counter.add(row, new int[] {labels[n]}, new double[] {losses[n]});
                }
            }
        }
    }

    private static Tensor logits(ConvNeXt model, Tensor images, Arena arena) {
        Map<Output, Tensor> outputs = model.forward(images, LOGITS, arena);
        return Objects.requireNonNull(outputs.get(Output.LOGITS));
    }
}
