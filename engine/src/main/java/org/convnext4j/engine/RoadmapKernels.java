package org.convnext4j.engine;

import org.convnext4j.engine.kernel.BatchNorm;
import org.convnext4j.engine.kernel.Conv;
import org.convnext4j.engine.kernel.GemmConv;
import org.convnext4j.engine.kernel.MaxPool;
import org.convnext4j.engine.kernel.PlainWindowGather;
import org.convnext4j.engine.kernel.Relu;
import org.convnext4j.engine.kernel.StridedDepthwiseConv;
import org.convnext4j.engine.kernel.WindowGather;
import org.convnext4j.engine.kernel.gradient.BatchNormGradient;
import org.convnext4j.engine.kernel.gradient.ConvGradient;
import org.convnext4j.engine.kernel.gradient.MatrixConvGradient;
import org.convnext4j.engine.kernel.gradient.MaxPoolGradient;
import org.convnext4j.engine.kernel.gradient.ReluGradient;
import org.convnext4j.engine.kernel.gradient.StridedDepthwiseConvGradient;
import org.convnext4j.engine.scalar.ScalarBatchNorm;
import org.convnext4j.engine.scalar.ScalarBatchNormGradient;
import org.convnext4j.engine.scalar.ScalarConv;
import org.convnext4j.engine.scalar.ScalarConvGradient;
import org.convnext4j.engine.scalar.ScalarMaxPool;
import org.convnext4j.engine.scalar.ScalarMaxPoolGradient;
import org.convnext4j.engine.scalar.ScalarRelu;
import org.convnext4j.engine.scalar.ScalarReluGradient;
import org.convnext4j.engine.scalar.ScalarStridedDepthwiseConv;
import org.convnext4j.engine.scalar.ScalarStridedDepthwiseConvGradient;
import org.convnext4j.engine.vector.VectorKernels;

/**
 * Which implementation each operator has that the networks between ResNet and ConvNeXt need beside ConvNeXt's own
 * ({@link KernelSet}, {@link GradientKernels}).
 *
 * @param conv dense and grouped convolutions
 * @param depthwiseConv depthwise convolutions of 3x3 to 11x11, with stride
 * @param batchNorm batch normalisation
 * @param relu the activation
 * @param maxPool pooling in the stem
 * @param convGradient gradients of dense and grouped convolutions
 * @param depthwiseConvGradient gradients of depthwise convolutions
 * @param batchNormGradient gradients of batch normalisation
 * @param reluGradient gradient of the activation
 * @param maxPoolGradient gradient of pooling in the stem
 */
public record RoadmapKernels(
        Conv conv,
        StridedDepthwiseConv depthwiseConv,
        BatchNorm batchNorm,
        Relu relu,
        MaxPool maxPool,
        ConvGradient convGradient,
        StridedDepthwiseConvGradient depthwiseConvGradient,
        BatchNormGradient batchNormGradient,
        ReluGradient reluGradient,
        MaxPoolGradient maxPoolGradient) {
    /** Those that go with a backend's other kernels. */
    static RoadmapKernels of(Backend backend, KernelSet kernels, GradientKernels gradients) {
        if (backend == Backend.SCALAR) {
            return scalar();
        }
        boolean vectors = kernels.onVectors();
        WindowGather gather = vectors ? VectorKernels.windowGather() : new PlainWindowGather();
        return new RoadmapKernels(
                new GemmConv(kernels.gemm(), gather),
                vectors ? VectorKernels.stridedDepthwiseConv() : new ScalarStridedDepthwiseConv(),
                vectors ? VectorKernels.batchNorm() : new ScalarBatchNorm(),
                vectors ? VectorKernels.relu() : new ScalarRelu(),
                vectors ? VectorKernels.maxPool() : new ScalarMaxPool(),
                new MatrixConvGradient(kernels.gemm(), gradients.matrixProduct(), gather),
                vectors ? VectorKernels.stridedDepthwiseConvGradient() : new ScalarStridedDepthwiseConvGradient(),
                vectors ? VectorKernels.batchNormGradient() : new ScalarBatchNormGradient(),
                vectors ? VectorKernels.reluGradient() : new ScalarReluGradient(),
                vectors ? VectorKernels.maxPoolGradient() : new ScalarMaxPoolGradient());
    }

    private static RoadmapKernels scalar() {
        return new RoadmapKernels(
                new ScalarConv(),
                new ScalarStridedDepthwiseConv(),
                new ScalarBatchNorm(),
                new ScalarRelu(),
                new ScalarMaxPool(),
                new ScalarConvGradient(),
                new ScalarStridedDepthwiseConvGradient(),
                new ScalarBatchNormGradient(),
                new ScalarReluGradient(),
                new ScalarMaxPoolGradient());
    }

    /** Like {@code conv=vector/blas dwconv=vector batchnorm=vector relu=vector maxpool=vector}. */
    @Override
    public String toString() {
        return "conv=" + conv.name() + "/" + convGradient.name() + " dwconv=" + depthwiseConv.name() + " batchnorm="
                + batchNorm.name() + " relu=" + relu.name() + " maxpool=" + maxPool.name();
    }
}
