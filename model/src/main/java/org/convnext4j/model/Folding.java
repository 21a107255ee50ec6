package org.convnext4j.model;

import java.lang.foreign.Arena;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.jspecify.annotations.Nullable;

/**
 * Merges the affine part of a LayerNorm into the layer after it, and layer scale into the layer before it, so that they
 * cost nothing at run time. The merged weights are computed in double and rounded once, which changes each by less than
 * 6e-8 of itself.
 */
final class Folding {
    private Folding() {}

    /**
     * A layer's weight and bias.
     *
     * @param weight (N, ...)
     * @param bias (N)
     */
    record Layer(Tensor weight, Tensor bias) {}

    /**
     * The layer that takes normalised input: {@code W (x * norm + normBias) + b = (W * norm) x + (W normBias + b)}.
     *
     * @param weight (N, C, taps...)
     * @param bias (N)
     * @param norm (C)
     * @param normBias (C), or none for a norm that does not centre
     */
    static Layer afterNorm(Arena arena, Tensor weight, Tensor bias, Tensor norm, Tensor normBias) {
        int outputs = weight.dim(0);
        int channels = weight.dim(1);
        int taps = Math.toIntExact(weight.elements() / outputs / channels);
        Tensor folded =
                new Tensor(weight.shape(), arena.allocate(weight.elements() * Float.BYTES, Tensor.ALIGNMENT_BYTES));
        Tensor foldedBias = Tensor.allocate(arena, outputs);
        boolean centred = !ConvNeXtWeights.isNone(normBias);
        long at = 0;
        for (int n = 0; n < outputs; n++) {
            double sum = bias.get(n);
            for (int c = 0; c < channels; c++) {
                double scale = norm.get(c);
                double shift = centred ? normBias.get(c) : 0;
                for (int tap = 0; tap < taps; tap++) {
                    double w = weight.get(at);
                    folded.set(at, (float) (w * scale));
                    sum += w * shift;
                    at++;
                }
            }
            foldedBias.set(n, (float) sum);
        }
        return new Layer(folded, foldedBias);
    }

    /**
     * The layer whose output is scaled: {@code gamma (W x + b) = (gamma W) x + gamma b}.
     *
     * @param weight (N, K)
     * @param bias (N)
     * @param gamma (N); without one the layer stays as it is
     */
    static Layer beforeScale(Arena arena, Tensor weight, Tensor bias, @Nullable Tensor gamma) {
        if (gamma == null) {
            return new Layer(weight, bias);
        }
        int outputs = weight.dim(0);
        int inputs = weight.dim(1);
        Tensor folded = Tensor.allocate(arena, outputs, inputs);
        Tensor foldedBias = Tensor.allocate(arena, outputs);
        for (int n = 0; n < outputs; n++) {
            float scale = gamma.get(n);
            long row = (long) n * inputs;
            for (int k = 0; k < inputs; k++) {
                folded.set(row + k, weight.get(row + k) * scale);
            }
            foldedBias.set(n, bias.get(n) * scale);
        }
        return new Layer(folded, foldedBias);
    }
}
