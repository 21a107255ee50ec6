package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A convolution with the batch normalisation that follows it in inference, as one convolution:
 * {@code scale (w x + b) + shift = (scale w) x + (scale b + shift)}.
 *
 * @param weight (N, ...), in the shape of the convolution's
 * @param bias (N)
 */
public record BatchNormFold(Tensor weight, Tensor bias) {
    /**
     * Folds the normalisation into the convolution, in double.
     *
     * @param arena how long the result lives
     * @param convWeight (N, ...), the convolution's weights: (N, C / G, K, K), or (N, 1, K, K) of a depthwise one
     * @param convBias (N), or none
     * @param epsilon added to the variance
     * @param runningMean (N)
     * @param runningVariance (N)
     * @param normWeight (N)
     * @param normBias (N)
     * @throws IllegalArgumentException if a shape does not fit
     */
    public static BatchNormFold of(
            Arena arena,
            Tensor convWeight,
            @Nullable Tensor convBias,
            double epsilon,
            Tensor runningMean,
            Tensor runningVariance,
            Tensor normWeight,
            Tensor normBias) {
        int outputs = convWeight.dim(0);
        if (convBias != null) {
            KernelChecks.requireShape("bias", convBias, outputs);
        }
        KernelChecks.requireShape("running mean", runningMean, outputs);
        KernelChecks.requireShape("running variance", runningVariance, outputs);
        KernelChecks.requireShape("norm weight", normWeight, outputs);
        KernelChecks.requireShape("norm bias", normBias, outputs);
        Tensor weight =
                new Tensor(convWeight.shape(), arena.allocate(convWeight.data().byteSize(), Tensor.ALIGNMENT_BYTES));
        Tensor bias = Tensor.allocate(arena, outputs);
        long each = outputs == 0 ? 0 : convWeight.elements() / outputs;
        for (int n = 0; n < outputs; n++) {
            double scale = normWeight.get(n) * BatchStatistics.inverseDeviation(runningVariance.get(n), epsilon);
            for (long i = n * each; i < (n + 1) * each; i++) {
                weight.set(i, (float) (scale * convWeight.get(i)));
            }
            double before = convBias == null ? 0 : convBias.get(n);
            bias.set(n, (float) (scale * (before - runningMean.get(n)) + normBias.get(n)));
        }
        return new BatchNormFold(weight, bias);
    }
}
