package org.convnext4j.model.pass;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.convnext4j.engine.kernel.BatchNorm;
import org.convnext4j.engine.kernel.BatchStatistics;
import org.convnext4j.engine.kernel.gradient.BatchNormCoefficients;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/**
 * BatchNorm in training, by the statistics of the batch, and the ReLU after it if there is one. The forward pass also
 * moves the running statistics, which are what inference goes by.
 */
final class BatchNormPass implements LayerPass {
    /** The batch's share of the running statistics, PyTorch's default. */
    static final double MOMENTUM = 0.1;

    /** Channels whose statistics are put together at a time. */
    private static final int CHANNELS = 32;

    private final NormLayer layer;
    private final boolean relu;
    private final Tensor weight;
    private final Tensor bias;
    private final Tensor runningMean;
    private final Tensor runningVariance;
    private final Tensor gradWeight;
    private final Tensor gradBias;
    private @Nullable BatchMap x;
    private @Nullable BatchMap y;
    private @Nullable MemorySegment mean;
    private @Nullable MemorySegment variance;

    /**
     * Of a layer.
     *
     * @param relu whether a ReLU follows, which is then done here
     * @param gradients added to
     */
    BatchNormPass(NormLayer layer, boolean relu, TensorSource weights, TensorSource gradients) {
        this.layer = layer;
        this.relu = relu;
        this.weight = weights.tensor(layer.weight());
        this.bias = weights.tensor(layer.bias());
        this.runningMean = weights.tensor(layer.runningMean());
        this.runningVariance = weights.tensor(layer.runningVariance());
        this.gradWeight = gradients.tensor(layer.weight());
        this.gradBias = gradients.tensor(layer.bias());
    }

    @Override
    public BatchMap forward(PassContext context, BatchMap input) {
        int c = layer.channels();
        MemorySegment means = context.memory().take(c);
        MemorySegment variances = context.memory().take(c);
        MemorySegment scale = context.memory().take(c);
        MemorySegment shift = context.memory().take(c);
        statistics(context, input, means, variances);
        BatchStatistics.updateRunning(
                c, input.pixels(), MOMENTUM, means, variances, runningMean.data(), runningVariance.data());
        BatchStatistics.affine(c, layer.epsilon(), means, variances, weight.data(), bias.data(), scale, shift);
        BatchMap output = context.memory().take(input.n(), input.shape());
        affine(context, input, scale, shift, relu, output);
        context.memory().give(scale);
        context.memory().give(shift);
        x = input;
        y = output;
        mean = means;
        variance = variances;
        return output;
    }

    /** {@code y = x scale + shift} for all pixels, or the larger of that and 0; y may be x. */
    static void affine(
            PassContext context, BatchMap x, MemorySegment scale, MemorySegment shift, boolean relu, BatchMap y) {
        int c = x.channels();
        context.tiles(x.pixels(), (begin, end, member) -> {
            long at = x.pixelBytes(begin);
            context.roadmap()
                    .batchNorm()
                    .affine(end - begin, c, scale, 0, shift, 0, relu, x.data(), at, c, y.data(), at, c);
        });
    }

    private static void statistics(PassContext context, BatchMap x, MemorySegment mean, MemorySegment variance) {
        int c = x.channels();
        MemorySegment parts = context.memory().take(2L * BatchNorm.parts(x.pixels()) * c);
        context.tiles(
                x.pixels(),
                (begin, end, member) ->
                        context.roadmap().batchNorm().partStatistics(begin, end, c, x.data(), 0, c, parts, 0));
        context.run(
                c,
                CHANNELS,
                (begin, end, member) -> BatchStatistics.combine(x.pixels(), c, begin, end, parts, 0, mean, variance));
        context.memory().give(parts);
    }

    @Override
    public BatchMap backward(PassContext context, BatchMap gradY) {
        BatchMap input = Objects.requireNonNull(x);
        MemorySegment means = Objects.requireNonNull(mean);
        MemorySegment variances = Objects.requireNonNull(variance);
        int c = layer.channels();
        if (relu) {
            ReluPass.backward(context, Objects.requireNonNull(y), gradY);
        }
        MemorySegment sums = context.memory().take(2L * c);
        sums(context, input, means, gradY, sums);
        MemorySegment coefficients = context.memory().take((long) BatchNormCoefficients.COUNT * c);
        BatchNormCoefficients.of(
                c,
                input.pixels(),
                layer.epsilon(),
                means,
                variances,
                weight.data(),
                sums,
                true,
                gradWeight.data(),
                gradBias.data(),
                coefficients);
        context.tiles(input.pixels(), (begin, end, member) -> {
            long at = input.pixelBytes(begin);
            context.roadmap()
                    .batchNormGradient()
                    .inputGradient(
                            end - begin,
                            c,
                            coefficients,
                            0,
                            input.data(),
                            at,
                            c,
                            gradY.data(),
                            at,
                            c,
                            gradY.data(),
                            at,
                            c);
        });
        context.memory().give(sums);
        context.memory().give(coefficients);
        context.memory().give(means);
        context.memory().give(variances);
        return gradY;
    }

    /** For each channel the sums over all pixels of {@code gradY (x - mean)} and of gradY: (2, C). */
    static void sums(PassContext context, BatchMap x, MemorySegment mean, BatchMap gradY, MemorySegment sums) {
        int c = x.channels();
        int count = BatchNorm.parts(x.pixels());
        MemorySegment parts = context.memory().take(2L * count * c);
        context.tiles(
                x.pixels(),
                (begin, end, member) -> context.roadmap()
                        .batchNormGradient()
                        .partSums(begin, end, c, mean, 0, x.data(), 0, c, gradY.data(), 0, c, parts, 0));
        context.run(
                2 * c,
                2 * CHANNELS,
                (begin, end, member) ->
                        context.gradients().columnSums().sum(count, begin, end, false, parts, 0, 2 * c, sums, 0));
        context.memory().give(parts);
    }
}
