package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.bulk.FiniteValues;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.explain.ClassActivationMap;
import org.convnext4j.model.explain.ExplainOptions;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.TensorSource;

/** What a model computes for batches of pictures. */
final class PictureWork {
    private PictureWork() {}

    /** The most probable classes. */
    static PictureCalls.Work<List<Prediction>> predictions(ConvNeXt model, int top) {
        Ranking.requireTop(top);
        int classes = model.labels().size();
        return (input, prepared, scratch) -> {
            float[] logits = model.logits(input);
            return n -> model.predictions(row(logits, n, classes), top);
        };
    }

    /** The embeddings. */
    static PictureCalls.Work<float[]> embeddings(ConvNeXt model) {
        int length = model.config().embeddingSize();
        return (input, prepared, scratch) -> {
            float[] all = model.embedding(input);
            return n -> {
                if (!FiniteValues.areFinite(all, n * length, length)) {
                    throw new ModelException(FiniteValues.PROBLEM);
                }
                return row(all, n, length);
            };
        };
    }

    /** Any outputs, each picture's a view of its batch's. */
    static PictureCalls.Work<Map<Output, Tensor>> outputs(ConvNeXt model, Set<Output> wanted, Arena arena) {
        InputChecks.requireOutputs(model.config(), wanted);
        return (input, prepared, scratch) -> {
            Map<Output, Tensor> all = model.forward(input, wanted, arena);
            return n -> {
                Map<Output, Tensor> one = new EnumMap<>(Output.class);
                all.forEach((output, tensor) -> one.put(output, picture(tensor, n)));
                return one;
            };
        };
    }

    /** Where the evidence is. */
    static PictureCalls.Work<Explanation> explanations(ConvNeXt model, ExplainOptions options, HeadOfClass heads) {
        ConvNeXtConfig config = model.config();
        model.labels();
        NetworkPlan network = config.plan();
        ClassActivationMap.requireExplained(network, options.method());
        OptionalInt asked = options.classIndex();
        if (asked.isPresent()) {
            ClassActivationMap.requireClass(asked.getAsInt(), config.classes());
        }
        Output last = Output.stage(config.stages() - 1);
        return (input, prepared, scratch) -> {
            Map<Output, Tensor> outputs = model.forward(input, EnumSet.of(last, Output.LOGITS), scratch);
            float[] logits = Objects.requireNonNull(outputs.get(Output.LOGITS)).toArray();
            Tensor maps = Objects.requireNonNull(outputs.get(last));
            return n -> {
                List<Prediction> ranked = model.predictions(row(logits, n, config.classes()), config.classes());
                Prediction prediction = ranked.stream()
                        .filter(p -> asked.isEmpty() || p.index() == asked.getAsInt())
                        .findFirst()
                        .orElseThrow();
                TensorSource head = heads.of(prediction.index(), scratch);
                ClassActivationMap map = ClassActivationMap.ofClassHead(
                        network, head, picture(maps, n), prediction.index(), options.method());
                return new Explanation(prediction, map, prepared.apply(n));
            };
        };
    }

    /** The head of a network as far as it concerns one class. */
    interface HeadOfClass {
        TensorSource of(int classIndex, Arena arena);
    }

    private static float[] row(float[] values, int n, int length) {
        return Arrays.copyOfRange(values, n * length, (n + 1) * length);
    }

    /** One picture of a batch: (1, ...). */
    private static Tensor picture(Tensor batch, int n) {
        List<Integer> dims = new ArrayList<>(batch.shape().dims());
        dims.set(0, 1);
        Shape shape = new Shape(dims);
        long bytes = shape.elements() * Float.BYTES;
        MemorySegment data = batch.data().asSlice(n * bytes, bytes);
        return new Tensor(shape, data);
    }
}
