package org.convnext4j.engine;

import org.convnext4j.engine.kernel.BatchNorm;
import org.convnext4j.engine.kernel.Conv;
import org.convnext4j.engine.kernel.MaxPool;
import org.convnext4j.engine.kernel.Relu;
import org.convnext4j.engine.kernel.StridedDepthwiseConv;
import org.convnext4j.engine.kernel.gradient.BatchNormGradient;
import org.convnext4j.engine.kernel.gradient.ConvGradient;
import org.convnext4j.engine.kernel.gradient.MaxPoolGradient;
import org.convnext4j.engine.kernel.gradient.ReluGradient;
import org.convnext4j.engine.kernel.gradient.StridedDepthwiseConvGradient;

/**
 * Which implementation each operator has that the networks between ResNet and ConvNeXt need beside ConvNeXt's own
 * ({@link KernelSet}, {@link GradientKernels}).
 *
 * @param conv dense and grouped convolutions
 * @param depthwiseConv depthwise convolutions of 3x3 to 11x11, with stride
 * @param batchNorm batch normalisation
 * @param relu the activation
 * @param maxPool pooling in the stem
 * @param gradients those of the backward pass
 */
public record RoadmapKernels(
        Conv conv,
        StridedDepthwiseConv depthwiseConv,
        BatchNorm batchNorm,
        Relu relu,
        MaxPool maxPool,
        Gradients gradients) {
    /**
     * Which implementation each operator of the backward pass has.
     *
     * @param conv gradients of dense and grouped convolutions
     * @param depthwiseConv gradients of depthwise convolutions
     * @param batchNorm gradients of batch normalisation
     * @param relu gradient of the activation
     * @param maxPool gradient of pooling in the stem
     */
    public record Gradients(
            ConvGradient conv,
            StridedDepthwiseConvGradient depthwiseConv,
            BatchNormGradient batchNorm,
            ReluGradient relu,
            MaxPoolGradient maxPool) {}

    /** Gradients of dense and grouped convolutions. */
    public ConvGradient convGradient() {
        return gradients.conv();
    }

    /** Gradients of depthwise convolutions. */
    public StridedDepthwiseConvGradient depthwiseConvGradient() {
        return gradients.depthwiseConv();
    }

    /** Gradients of batch normalisation. */
    public BatchNormGradient batchNormGradient() {
        return gradients.batchNorm();
    }

    /** Gradient of the activation. */
    public ReluGradient reluGradient() {
        return gradients.relu();
    }

    /** Gradient of pooling in the stem. */
    public MaxPoolGradient maxPoolGradient() {
        return gradients.maxPool();
    }

    /** Like {@code conv=vector/blas dwconv=vector batchnorm=vector relu=vector maxpool=vector}. */
    @Override
    public String toString() {
        return "conv=" + conv.name() + "/" + gradients.conv().name() + " dwconv=" + depthwiseConv.name() + " batchnorm="
                + batchNorm.name() + " relu=" + relu.name() + " maxpool=" + maxPool.name();
    }
}
