package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.Gemm.Epilogue;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.HeadDesign;
import org.convnext4j.model.design.HeadDesign.NormPlace;
import org.convnext4j.model.layers.Pooling;
import org.convnext4j.model.weights.HeadWeights;
import org.jspecify.annotations.Nullable;

/**
 * The head: {@code linear(norm(mean over the pixels))}, or with another pooling, with the norm before it, or with a hidden
 * layer and GELU before the classifier, or without a classifier. What the classifier takes is the embedding.
 */
final class Head {
    private final int channels;
    private final NormPlace place;
    private final Pooling pooling;
    private final @Nullable NormLayer norm;
    private final Gemm.@Nullable Linear hidden;
    private final Gemm.@Nullable Linear linear;

    Head(KernelSet kernels, Arena arena, HeadWeights weights, ConvNeXtConfig config) {
        HeadDesign design = config.design().head();
        this.channels = config.dims().get(config.stages() - 1);
        this.place = design.norm();
        this.pooling = design.pooling();
        this.norm = place == NormPlace.NOWHERE
                ? null
                : NormLayer.of(
                        kernels,
                        arena,
                        config.design().norm(),
                        config.headNormEps(),
                        weights.norm(),
                        weights.normBias());
        this.hidden = design.hidden() == 0 ? null : pack(kernels, arena, weights.hidden(), weights.hiddenBias());
        this.linear = config.classes() == 0 ? null : pack(kernels, arena, weights.linear(), weights.linearBias());
    }

    private static Gemm.Linear pack(KernelSet kernels, Arena arena, Tensor weight, Tensor bias) {
        return kernels.gemm().pack(arena, weight, bias);
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
        NormLayer first = place == NormPlace.BEFORE_POOLING ? norm : null;
        NormLayer last = place == NormPlace.AFTER_POOLING ? norm : null;
        pass.team().run(x.n(), (image, member) -> {
            long from = x.imageBytes(image);
            long to = (long) image * channels * Float.BYTES;
            if (first != null) {
                first.forward(x.pixels(), x.data(), from, x.data(), from);
            }
            GlobalPool.forward(
                    pooling, pass.kernels().globalAveragePool(), x.pixels(), channels, x.data(), from, pooled, to);
            if (last != null) {
                last.forward(1, pooled, to, pooled, to);
            }
        });
    }

    /** Floats of scratch that the team needs together for so many pictures. */
    long sharedFloats(int n) {
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
     * The head as it was loaded, but with the classifier's row of one class alone: read back from what runs.
     *
     * @param arena how long the copies live
     */
    HeadWeights ofClass(Arena arena, int classIndex) {
        Gemm.Linear classifier = linear;
        if (classifier == null) {
            throw new IllegalStateException("the network has no classifier");
        }
        Tensor none = Tensor.allocate(arena, 0);
        Gemm.Linear inner = hidden;
        float[] row = classifier.weights(classIndex);
        return new HeadWeights(
                norm == null ? none : copy(arena, norm.weight()),
                norm == null ? none : copy(arena, norm.bias()),
                inner == null ? none : weights(arena, inner),
                inner == null ? none : biases(arena, inner),
                Tensor.of(arena, row, 1, row.length),
                Tensor.of(arena, new float[] {classifier.bias(classIndex)}, 1));
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
        int shares = linear.ranges(pass.team().size());
        pass.team()
                .run(
                        shares,
                        (share, member) -> linear.forward(
                                n,
                                x,
                                0,
                                linear.inputs(),
                                linear.rangeBegin(share, shares),
                                linear.rangeBegin(share + 1, shares),
                                epilogue,
                                y,
                                y,
                                0,
                                linear.outputs()));
    }
}
