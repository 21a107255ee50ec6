package org.convnext4j.model;

import java.lang.foreign.Arena;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Design;

/**
 * What the blocks of a stage compute, apart from their weights.
 *
 * @param norm the kind of norm
 * @param epsilon of the norm
 * @param activation between the pointwise convolutions
 * @param dilation pixels from tap to tap in the depthwise convolution
 */
record BlockDesign(NormKind norm, double epsilon, ActivationKind activation, int dilation) {
    static BlockDesign of(ConvNeXtConfig config, int stage) {
        Design design = config.design();
        return new BlockDesign(design.norm(), config.layerNormEps(), design.activation(), config.dilation(stage));
    }

    /** The depthwise convolution with these weights, (C,1,K,K) and (C), on the fastest kernel that does it. */
    DepthwiseConv.Filters depthwise(KernelSet kernels, Arena arena, Tensor weight, Tensor bias) {
        if (weight.dim(2) == DepthwiseConv.KERNEL && dilation == 1) {
            return kernels.depthwiseConv().pack(arena, weight, bias);
        }
        return kernels.families().dilatedDepthwiseConv().pack(arena, dilation, weight, bias);
    }
}
