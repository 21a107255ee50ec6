package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.Gemm.Epilogue;
import org.convnext4j.model.weights.HeadWeights;

/** The head: {@code linear(norm(mean over the pixels))}. What it normalises is the embedding. */
final class Head {
    private final int channels;
    private final float epsilon;
    private final MemorySegment norm;
    private final MemorySegment normBias;
    private final Gemm.Linear linear;

    Head(KernelSet kernels, Arena arena, HeadWeights weights, double epsilon) {
        this.channels = weights.linear().dim(1);
        this.epsilon = (float) epsilon;
        this.norm = Stem.copy(arena, weights.norm());
        this.normBias = Stem.copy(arena, weights.normBias());
        this.linear = kernels.gemm().pack(arena, weights.linear(), weights.linearBias());
    }

    /** The embedding, (N, C3), of the last stage's map. */
    void embed(Pass pass, FeatureMap x, MemorySegment embedding) {
        pass.team().run(x.n(), (image, member) -> {
            long to = (long) image * channels * Float.BYTES;
            pass.kernels()
                    .globalAveragePool()
                    .forward(x.pixels(), channels, x.data(), x.imageBytes(image), embedding, to);
            pass.kernels()
                    .layerNorm()
                    .forward(1, channels, epsilon, norm, normBias, embedding, to, channels, embedding, to, channels);
        });
    }

    /** The logits, (N, K), of embeddings, (N, C3). */
    void classify(Pass pass, int n, MemorySegment embedding, MemorySegment logits) {
        int shares = pass.team().size();
        pass.team()
                .run(
                        shares,
                        (share, member) -> linear.forward(
                                n,
                                embedding,
                                0,
                                channels,
                                FusedBlock.shareBegin(linear, share, shares),
                                FusedBlock.shareBegin(linear, share + 1, shares),
                                Epilogue.NONE,
                                logits,
                                logits,
                                0,
                                linear.outputs()));
    }
}
