package org.convnext4j.engine;

import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.Gelu;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.GlobalAveragePool;
import org.convnext4j.engine.kernel.LayerNorm;
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
 * @param onVectors whether some of them are on the Vector API, and so crawl until Java has compiled them
 * @param reason one line on why these
 */
public record KernelSet(
        Gemm gemm,
        DepthwiseConv depthwiseConv,
        PatchConv patchConv,
        LayerNorm layerNorm,
        Gelu gelu,
        GlobalAveragePool globalAveragePool,
        boolean onVectors,
        String reason) {
    /** Like {@code gemm=vector dwconv=vector patch=vector layernorm=vector gelu=vector pool=vector}. */
    @Override
    public String toString() {
        return "gemm=" + gemm.name() + " dwconv=" + depthwiseConv.name() + " patch=" + patchConv.name() + " layernorm="
                + layerNorm.name() + " gelu=" + gelu.name() + " pool=" + globalAveragePool.name();
    }
}
