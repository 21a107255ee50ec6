package org.convnext4j.engine;

import java.util.function.Supplier;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.MatrixProduct;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.kernel.WindowGather;
import org.convnext4j.engine.matrix.GemmConv;
import org.convnext4j.engine.matrix.GemmPatchConv;
import org.convnext4j.engine.matrix.MatrixConvGradient;
import org.convnext4j.engine.matrix.MatrixPatchConvGradient;
import org.convnext4j.engine.vector.VectorKernels;

/**
 * Everything on the Vector API, around a matrix product that need not be.
 *
 * @param gemm the product with packed weights, of which other convolutions are made too
 * @param matrixProduct makes the product of matrices that change; training asks for it
 * @param reason why they were chosen
 */
record VectorApiKernels(Gemm gemm, Supplier<MatrixProduct> matrixProduct, String reason) implements Kernels {
    /** With the matrix products of the Vector API. */
    static VectorApiKernels whole(String reason) {
        return new VectorApiKernels(
                VectorKernels.gemm(),
                VectorKernels::matrixProduct,
                reason + "; " + VectorKernels.laneBits() + "-bit vectors");
    }

    @Override
    public KernelSet forward() {
        return new KernelSet(
                gemm,
                VectorKernels.depthwiseConv(),
                new GemmPatchConv(gemm),
                VectorKernels.layerNorm(),
                VectorKernels.gelu(),
                VectorKernels.globalAveragePool(),
                new FamilyKernels(
                        VectorKernels.dilatedDepthwiseConv(),
                        VectorKernels.scaleNorm(NormKind.SIMPLE),
                        VectorKernels.scaleNorm(NormKind.RMS),
                        VectorKernels.sigmoidGate(ActivationKind.GELU_TANH),
                        VectorKernels.sigmoidGate(ActivationKind.SILU),
                        VectorKernels.responseNorm()),
                new KernelSet.Choice(true, reason));
    }

    @Override
    public GradientKernels gradients() {
        MatrixProduct product = matrixProduct.get();
        return new GradientKernels(
                product,
                VectorKernels.depthwiseConvGradient(),
                new MatrixPatchConvGradient(product),
                VectorKernels.layerNormGradient(),
                VectorKernels.geluGradient(),
                new GradientKernels.Families(
                        VectorKernels.dilatedDepthwiseConvGradient(),
                        VectorKernels.scaleNormGradient(NormKind.SIMPLE),
                        VectorKernels.scaleNormGradient(NormKind.RMS),
                        VectorKernels.sigmoidGateGradient(ActivationKind.GELU_TANH),
                        VectorKernels.sigmoidGateGradient(ActivationKind.SILU),
                        VectorKernels.responseNormGradient()),
                new GradientKernels.Arrays(
                        VectorKernels.columnSums(), VectorKernels.rowOperations(), VectorKernels.optimizerKernels()));
    }

    @Override
    public RoadmapKernels roadmap() {
        WindowGather gather = VectorKernels.windowGather();
        return new RoadmapKernels(
                new GemmConv(gemm, gather),
                VectorKernels.stridedDepthwiseConv(),
                VectorKernels.batchNorm(),
                VectorKernels.relu(),
                VectorKernels.maxPool(),
                new RoadmapKernels.Gradients(
                        new MatrixConvGradient(gemm, matrixProduct.get(), gather),
                        VectorKernels.stridedDepthwiseConvGradient(),
                        VectorKernels.batchNormGradient(),
                        VectorKernels.reluGradient(),
                        VectorKernels.maxPoolGradient()));
    }
}
