package org.convnext4j.engine;

import org.convnext4j.engine.kernel.Activation;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.ChannelNorm;
import org.convnext4j.engine.kernel.DilatedDepthwiseConv;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.kernel.ResponseNorm;

/**
 * The operators that only relatives of the paper's ConvNeXt have.
 *
 * @param dilatedDepthwiseConv depthwise convolutions with other kernels than 7x7, or with dilation
 * @param simpleNorm {@link NormKind#SIMPLE}
 * @param rmsNorm {@link NormKind#RMS}
 * @param geluTanh {@link ActivationKind#GELU_TANH}
 * @param silu {@link ActivationKind#SILU}
 * @param responseNorm ConvNeXt V2's
 */
public record FamilyKernels(
        DilatedDepthwiseConv dilatedDepthwiseConv,
        ChannelNorm simpleNorm,
        ChannelNorm rmsNorm,
        Activation geluTanh,
        Activation silu,
        ResponseNorm responseNorm) {
    /** The same with another response norm. */
    FamilyKernels with(ResponseNorm other) {
        return new FamilyKernels(dilatedDepthwiseConv, simpleNorm, rmsNorm, geluTanh, silu, other);
    }
}
