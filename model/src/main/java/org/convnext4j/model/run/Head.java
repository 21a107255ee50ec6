package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.Gemm.Epilogue;
import org.convnext4j.engine.kernel.GlobalAveragePool;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.HeadPlan;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.LinearLayer;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/** Runs a {@link HeadPlan}. What the classifier takes is the embedding. */
final class Head {
    private final HeadPlan plan;
    private final GlobalAveragePool average;
    private final @Nullable PixelNorm before;
    private final @Nullable PixelNorm after;
    private final Gemm.@Nullable Linear hidden;
    private final Gemm.@Nullable Linear linear;

    Head(KernelSet kernels, Arena arena, HeadPlan plan, TensorSource weights) {
        this.plan = plan;
        this.average = kernels.globalAveragePool();
        this.before = norm(kernels, arena, plan.before(), weights);
        this.after = norm(kernels, arena, plan.after(), weights);
        this.hidden = pack(kernels, arena, plan.hidden(), weights);
        this.linear = pack(kernels, arena, plan.classifier(), weights);
    }

    private static @Nullable PixelNorm norm(
            KernelSet kernels, Arena arena, @Nullable NormLayer layer, TensorSource weights) {
        return layer == null ? null : PixelNorm.of(kernels, arena, layer, weights);
    }

    private static Gemm.@Nullable Linear pack(
            KernelSet kernels, Arena arena, @Nullable LinearLayer layer, TensorSource weights) {
        return layer == null
                ? null
                : kernels.gemm().pack(arena, weights.tensor(layer.weight()), weights.tensor(layer.bias()));
    }

    /** Length of an embedding of a map of so many channels. */
    int embeddingSize(int channels) {
        return plan.embeddingSize(channels);
    }

    /** How many classes there are; 0 without a classifier. */
    int classes() {
        return plan.classes();
    }

    /** The embedding, (N, E), of the last stage's map, which a norm before the pooling overwrites. */
    void embed(Pass pass, FeatureMap x, MemorySegment embedding) {
        if (hidden == null) {
            pool(pass, x, embedding);
        } else {
            pool(pass, x, pass.shared());
            run(pass, hidden, x.n(), pass.shared(), Epilogue.GELU, embedding);
        }
    }

    /** The pooled and normed map, (N, C3). */
    private void pool(Pass pass, FeatureMap x, MemorySegment pooled) {
        int channels = x.channels();
        PixelNorm first = before;
        PixelNorm last = after;
        pass.team().run(x.n(), (image, member) -> {
            pass.start(member);
            long from = x.imageBytes(image);
            long to = (long) image * channels * Float.BYTES;
            if (first != null) {
                first.forward(x.pixels(), x.data(), from, x.data(), from);
            }
            GlobalPool.forward(plan.pool().kind(), average, x.pixels(), channels, x.data(), from, pooled, to);
            if (last != null) {
                last.forward(1, pooled, to, pooled, to);
            }
            pass.lap(member, 0);
        });
    }

    /** The layers of the embedding's phases and, in networks with a classifier, of the logits'. */
    List<List<List<Layer>>> phases() {
        List<List<List<Layer>>> all = new ArrayList<>();
        all.add(plan.embedding());
        LinearLayer classifier = plan.classifier();
        if (classifier != null) {
            all.add(List.of(List.of(classifier)));
        }
        return all;
    }

    /** Floats of scratch that the team needs together for so many pictures. */
    long sharedFloats(int n, int channels) {
        return hidden == null ? 0 : (long) n * channels;
    }

    /** The logits, (N, K), of embeddings, (N, E). */
    void classify(Pass pass, int n, MemorySegment embedding, MemorySegment logits) {
        if (linear == null) {
            throw new IllegalStateException("the network has no classifier");
        }
        run(pass, linear, n, embedding, Epilogue.NONE, logits);
    }

    /**
     * The head's tensors as they were loaded, but with the classifier's row of one class alone: read back from what runs.
     *
     * @param arena how long the copies live
     */
    TensorSource ofClass(Arena arena, int classIndex) {
        Map<String, Tensor> tensors = new HashMap<>();
        put(arena, tensors, plan.before(), before);
        put(arena, tensors, plan.after(), after);
        LinearLayer layer = plan.hidden();
        if (layer != null && hidden != null) {
            tensors.put(layer.weight(), weights(arena, hidden));
            tensors.put(layer.bias(), biases(arena, hidden));
        }
        LinearLayer classifier = plan.classifier();
        if (classifier == null || linear == null) {
            throw new IllegalStateException("the network has no classifier");
        }
        float[] row = linear.weights(classIndex);
        tensors.put(classifier.weight(), Tensor.of(arena, row, 1, row.length));
        tensors.put(classifier.bias(), Tensor.of(arena, new float[] {linear.bias(classIndex)}, 1));
        return name -> {
            Tensor tensor = tensors.get(name);
            if (tensor == null) {
                throw new IllegalArgumentException("the head has no tensor " + name);
            }
            return tensor;
        };
    }

    private static void put(
            Arena arena, Map<String, Tensor> tensors, @Nullable NormLayer layer, @Nullable PixelNorm norm) {
        if (layer != null && norm != null) {
            tensors.put(layer.weight(), copy(arena, norm.weight()));
            tensors.put(layer.bias(), copy(arena, norm.bias()));
        }
    }

    private static Tensor copy(Arena arena, Tensor tensor) {
        return Tensor.of(arena, tensor.toArray(), tensor.dim(0));
    }

    private static Tensor weights(Arena arena, Gemm.Linear layer) {
        Tensor weights = Tensor.allocate(arena, layer.outputs(), layer.inputs());
        for (int n = 0; n < layer.outputs(); n++) {
            long to = (long) n * layer.inputs() * Float.BYTES;
            MemorySegment.copy(layer.weights(n), 0, weights.data(), Tensor.FLOAT, to, layer.inputs());
        }
        return weights;
    }

    private static Tensor biases(Arena arena, Gemm.Linear layer) {
        Tensor biases = Tensor.allocate(arena, layer.outputs());
        for (int n = 0; n < layer.outputs(); n++) {
            biases.set(n, layer.bias(n));
        }
        return biases;
    }

    private static void run(Pass pass, Gemm.Linear linear, int n, MemorySegment x, Epilogue epilogue, MemorySegment y) {
        int ranges = linear.ranges(pass.team().size());
        pass.team().run(ranges, (range, member) -> {
            pass.start(member);
            int begin = linear.rangeBegin(range, ranges);
            int end = linear.rangeBegin(range + 1, ranges);
            linear.forward(n, x, 0, linear.inputs(), begin, end, epilogue, y, y, 0, linear.outputs());
            pass.lap(member, 1);
        });
    }
}
