package org.convnext4j.engine;

import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.scalar.ScalarBatchNorm;
import org.convnext4j.engine.scalar.ScalarBatchNormGradient;
import org.convnext4j.engine.scalar.ScalarColumnSums;
import org.convnext4j.engine.scalar.ScalarConv;
import org.convnext4j.engine.scalar.ScalarConvGradient;
import org.convnext4j.engine.scalar.ScalarDepthwiseConv;
import org.convnext4j.engine.scalar.ScalarDepthwiseConvGradient;
import org.convnext4j.engine.scalar.ScalarDilatedDepthwiseConv;
import org.convnext4j.engine.scalar.ScalarDilatedDepthwiseConvGradient;
import org.convnext4j.engine.scalar.ScalarGelu;
import org.convnext4j.engine.scalar.ScalarGeluGradient;
import org.convnext4j.engine.scalar.ScalarGemm;
import org.convnext4j.engine.scalar.ScalarGlobalAveragePool;
import org.convnext4j.engine.scalar.ScalarLayerNorm;
import org.convnext4j.engine.scalar.ScalarLayerNormGradient;
import org.convnext4j.engine.scalar.ScalarMatrixProduct;
import org.convnext4j.engine.scalar.ScalarMaxPool;
import org.convnext4j.engine.scalar.ScalarMaxPoolGradient;
import org.convnext4j.engine.scalar.ScalarOptimizerKernels;
import org.convnext4j.engine.scalar.ScalarPatchConv;
import org.convnext4j.engine.scalar.ScalarPatchConvGradient;
import org.convnext4j.engine.scalar.ScalarRelu;
import org.convnext4j.engine.scalar.ScalarReluGradient;
import org.convnext4j.engine.scalar.ScalarResponseNorm;
import org.convnext4j.engine.scalar.ScalarResponseNormGradient;
import org.convnext4j.engine.scalar.ScalarRowOperations;
import org.convnext4j.engine.scalar.ScalarScaleNorm;
import org.convnext4j.engine.scalar.ScalarScaleNormGradient;
import org.convnext4j.engine.scalar.ScalarSigmoidGate;
import org.convnext4j.engine.scalar.ScalarSigmoidGateGradient;
import org.convnext4j.engine.scalar.ScalarStridedDepthwiseConv;
import org.convnext4j.engine.scalar.ScalarStridedDepthwiseConvGradient;

/**
 * The oracles: plain loops with sums in double.
 *
 * @param reason why they were chosen
 */
record ScalarKernels(String reason) implements Kernels {
    @Override
    public KernelSet forward() {
        return new KernelSet(
                new ScalarGemm(),
                new ScalarDepthwiseConv(),
                new ScalarPatchConv(),
                new ScalarLayerNorm(),
                new ScalarGelu(),
                new ScalarGlobalAveragePool(),
                families(),
                new KernelSet.Choice(false, reason));
    }

    static FamilyKernels families() {
        return new FamilyKernels(
                new ScalarDilatedDepthwiseConv(),
                new ScalarScaleNorm(NormKind.SIMPLE),
                new ScalarScaleNorm(NormKind.RMS),
                new ScalarSigmoidGate(ActivationKind.GELU_TANH),
                new ScalarSigmoidGate(ActivationKind.SILU),
                new ScalarResponseNorm());
    }

    @Override
    public GradientKernels gradients() {
        return new GradientKernels(
                new ScalarMatrixProduct(),
                new ScalarDepthwiseConvGradient(),
                new ScalarPatchConvGradient(),
                new ScalarLayerNormGradient(),
                new ScalarGeluGradient(),
                new GradientKernels.Families(
                        new ScalarDilatedDepthwiseConvGradient(),
                        new ScalarScaleNormGradient(NormKind.SIMPLE),
                        new ScalarScaleNormGradient(NormKind.RMS),
                        new ScalarSigmoidGateGradient(ActivationKind.GELU_TANH),
                        new ScalarSigmoidGateGradient(ActivationKind.SILU),
                        new ScalarResponseNormGradient()),
                new GradientKernels.Arrays(
                        new ScalarColumnSums(), new ScalarRowOperations(), new ScalarOptimizerKernels()));
    }

    @Override
    public RoadmapKernels roadmap() {
        return new RoadmapKernels(
                new ScalarConv(),
                new ScalarStridedDepthwiseConv(),
                new ScalarBatchNorm(),
                new ScalarRelu(),
                new ScalarMaxPool(),
                new RoadmapKernels.Gradients(
                        new ScalarConvGradient(),
                        new ScalarStridedDepthwiseConvGradient(),
                        new ScalarBatchNormGradient(),
                        new ScalarReluGradient(),
                        new ScalarMaxPoolGradient()));
    }
}
