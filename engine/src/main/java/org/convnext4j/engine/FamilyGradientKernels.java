package org.convnext4j.engine;

import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.kernel.gradient.ActivationGradient;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;
import org.convnext4j.engine.kernel.gradient.DilatedDepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.ResponseNormGradient;
import org.convnext4j.engine.scalar.ScalarDilatedDepthwiseConvGradient;
import org.convnext4j.engine.scalar.ScalarResponseNormGradient;
import org.convnext4j.engine.scalar.ScalarScaleNormGradient;
import org.convnext4j.engine.scalar.ScalarSigmoidGateGradient;
import org.convnext4j.engine.vector.VectorKernels;

/**
 * The gradients of the operators of {@link FamilyKernels}.
 *
 * @param dilatedDepthwiseConv depthwise convolutions with other kernels than 7x7, or with dilation
 * @param simpleNorm {@link NormKind#SIMPLE}
 * @param rmsNorm {@link NormKind#RMS}
 * @param geluTanh {@link ActivationKind#GELU_TANH}
 * @param silu {@link ActivationKind#SILU}
 * @param responseNorm ConvNeXt V2's
 */
public record FamilyGradientKernels(
        DilatedDepthwiseConvGradient dilatedDepthwiseConv,
        ChannelNormGradient simpleNorm,
        ChannelNormGradient rmsNorm,
        ActivationGradient geluTanh,
        ActivationGradient silu,
        ResponseNormGradient responseNorm) {
    /** The oracles. */
    static FamilyGradientKernels scalar() {
        return new FamilyGradientKernels(
                new ScalarDilatedDepthwiseConvGradient(),
                new ScalarScaleNormGradient(NormKind.SIMPLE),
                new ScalarScaleNormGradient(NormKind.RMS),
                new ScalarSigmoidGateGradient(ActivationKind.GELU_TANH),
                new ScalarSigmoidGateGradient(ActivationKind.SILU),
                new ScalarResponseNormGradient());
    }

    /** Those on the Vector API. */
    static FamilyGradientKernels vector() {
        return new FamilyGradientKernels(
                VectorKernels.dilatedDepthwiseConvGradient(),
                VectorKernels.scaleNormGradient(NormKind.SIMPLE),
                VectorKernels.scaleNormGradient(NormKind.RMS),
                VectorKernels.sigmoidGateGradient(ActivationKind.GELU_TANH),
                VectorKernels.sigmoidGateGradient(ActivationKind.SILU),
                VectorKernels.responseNormGradient());
    }
}
