package org.convnext4j.engine;

import org.convnext4j.engine.kernel.Activation;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.ChannelNorm;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.Gelu;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.GlobalAveragePool;
import org.convnext4j.engine.kernel.LayerNorm;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.kernel.PatchConv;

/**
 * Which implementation each operator has: chosen once per engine, printable.
 *
 * @param gemm pointwise convolutions and the head
 * @param depthwiseConv 7x7 depthwise convolutions
 * @param patchConv the stem and the downsampling
 * @param layerNorm layer normalisation
 * @param gelu the activation
 * @param globalAveragePool pooling
 * @param families what only relatives of the paper's ConvNeXt have
 * @param choice why these
 */
public record KernelSet(
        Gemm gemm,
        DepthwiseConv depthwiseConv,
        PatchConv patchConv,
        LayerNorm layerNorm,
        Gelu gelu,
        GlobalAveragePool globalAveragePool,
        FamilyKernels families,
        Choice choice) {
    /**
     * Why these kernels.
     *
     * @param onVectors whether some of them are on the Vector API, and so crawl until Java has compiled them
     * @param reason one line
     */
    public record Choice(boolean onVectors, String reason) {}

    /** Whether some of them are on the Vector API, and so crawl until Java has compiled them. */
    public boolean onVectors() {
        return choice.onVectors();
    }

    /** One line on why these. */
    public String reason() {
        return choice.reason();
    }

    /** The norm of this kind. */
    public ChannelNorm norm(NormKind kind) {
        return switch (kind) {
            case LAYER -> layerNorm;
            case SIMPLE -> families.simpleNorm();
            case RMS -> families.rmsNorm();
        };
    }

    /** The activation of this kind. */
    public Activation activation(ActivationKind kind) {
        return switch (kind) {
            case GELU -> gelu;
            case GELU_TANH -> families.geluTanh();
            case SILU -> families.silu();
        };
    }

    /** Like {@code gemm=vector dwconv=vector patch=vector layernorm=vector gelu=vector pool=vector}. */
    @Override
    public String toString() {
        return "gemm=" + gemm.name() + " dwconv=" + depthwiseConv.name() + " patch=" + patchConv.name() + " layernorm="
                + layerNorm.name() + " gelu=" + gelu.name() + " pool=" + globalAveragePool.name();
    }
}
