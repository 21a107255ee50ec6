package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
        float[] scales = norm.toArray();
        float[] shifts = ConvNeXtWeights.isNone(normBias) ? new float[channels] : normBias.toArray();
        float[] row = new float[channels * taps];
        for (int n = 0; n < outputs; n++) {
            read(weight, n, row);
            foldedBias.set(n, (float) (bias.get(n) + shiftAndScale(row, taps, scales, shifts)));
            write(row, folded, n);
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
        float[] row = new float[inputs];
        for (int n = 0; n < outputs; n++) {
            float scale = gamma.get(n);
            read(weight, n, row);
            scale(row, scale);
            write(row, folded, n);
            foldedBias.set(n, bias.get(n) * scale);
        }
        return new Layer(folded, foldedBias);
    }

    /** Scales a row of weights, (C, taps), and returns the sum of its products with the shifts. */
    private static double shiftAndScale(float[] row, int taps, float[] scales, float[] shifts) {
        double sum = 0;
        int at = 0;
        for (int c = 0; c < scales.length; c++) {
            double scale = scales[c];
            double shift = shifts[c];
            for (int tap = 0; tap < taps; tap++) {
                double w = row[at];
                row[at] = (float) (w * scale);
                sum += w * shift;
                at++;
            }
        }
        return sum;
    }

    private static void scale(float[] row, float scale) {
        for (int k = 0; k < row.length; k++) {
            row[k] *= scale;
        }
    }

    private static void read(Tensor weight, int n, float[] row) {
        MemorySegment.copy(weight.data(), Tensor.FLOAT, (long) n * row.length * Float.BYTES, row, 0, row.length);
    }

    private static void write(float[] row, Tensor weight, int n) {
        MemorySegment.copy(row, 0, weight.data(), Tensor.FLOAT, (long) n * row.length * Float.BYTES, row.length);
    }
}
