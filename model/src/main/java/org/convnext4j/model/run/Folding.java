package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.BatchNormFold;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.BlockPlan;
import org.convnext4j.model.layers.LayerScaleLayer;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/**
 * Merges the affine part of a norm into the layer after it, and layer scale into the layer before it, so that they cost
 * nothing at run time. The merged weights are computed in double and rounded once, which changes each by less than 6e-8 of
 * itself.
 */
final class Folding {
    private Folding() {}

    /**
     * The layer that takes normalised input: {@code W (x * norm + normBias) + b = (W * norm) x + (W normBias + b)}.
     *
     * @param layer (N, C, taps...)
     * @param norm (C); its bias is none for a norm that does not centre
     */
    static Affine afterNorm(Arena arena, Affine layer, Affine norm) {
        Tensor weight = layer.weight();
        Tensor bias = layer.biasOrZeros(arena);
        int outputs = weight.dim(0);
        int channels = weight.dim(1);
        int taps = Math.toIntExact(weight.elements() / outputs / channels);
        Tensor folded =
                new Tensor(weight.shape(), arena.allocate(weight.elements() * Float.BYTES, Tensor.ALIGNMENT_BYTES));
        Tensor foldedBias = Tensor.allocate(arena, outputs);
        float[] scales = norm.weight().toArray();
        float[] shifts = norm.bias() == null ? new float[channels] : norm.bias().toArray();
        float[] row = new float[channels * taps];
        for (int n = 0; n < outputs; n++) {
            read(weight, n, row);
            foldedBias.set(n, (float) (bias.get(n) + shiftAndScale(row, taps, scales, shifts)));
            write(row, folded, n);
        }
        return new Affine(folded, foldedBias);
    }

    /**
     * The layer whose output is scaled: {@code gamma (W x + b) = (gamma W) x + gamma b}.
     *
     * @param layer (N, K)
     * @param gamma (N); without one the layer stays as it is
     */
    static Affine beforeScale(Arena arena, Affine layer, @Nullable Tensor gamma) {
        if (gamma == null) {
            return layer;
        }
        Tensor weight = layer.weight();
        Tensor bias = layer.biasOrZeros(arena);
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
        return new Affine(folded, foldedBias);
    }

    /** The layer scale of a block, (C), if there is one. */
    static @Nullable Tensor scale(BlockPlan block, TensorSource weights) {
        LayerScaleLayer layer = block.scale();
        return layer == null ? null : weights.tensor(layer.name());
    }

    /** The convolution with the BatchNorm behind it, by its running statistics. */
    static Affine withBatchNorm(Arena arena, Affine conv, NormLayer norm, TensorSource weights) {
        BatchNormFold fold = BatchNormFold.of(
                arena,
                conv.weight(),
                conv.bias(),
                norm.epsilon(),
                weights.tensor(norm.runningMean()),
                weights.tensor(norm.runningVariance()),
                weights.tensor(norm.weight()),
                weights.tensor(norm.bias()));
        return new Affine(fold.weight(), fold.bias());
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
