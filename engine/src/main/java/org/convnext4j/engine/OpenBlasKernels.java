package org.convnext4j.engine;

import org.convnext4j.bindings.NativeLibraryException;
import org.convnext4j.bindings.OpenBlasLibrary;
import org.convnext4j.engine.blas.BlasGemm;
import org.convnext4j.engine.blas.BlasMatrixProduct;
import org.convnext4j.engine.kernel.Gelu;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.MatrixProduct;
import org.convnext4j.engine.kernel.WindowGather;
import org.convnext4j.engine.matrix.GemmConv;
import org.convnext4j.engine.matrix.GemmPatchConv;
import org.convnext4j.engine.matrix.MatrixConvGradient;
import org.convnext4j.engine.matrix.MatrixPatchConvGradient;
import org.convnext4j.engine.matrix.PlainWindowGather;
import org.convnext4j.engine.scalar.ScalarGelu;
import org.convnext4j.engine.vector.VectorKernels;

/**
 * Matrix products by OpenBLAS, and convolutions where they are such; all else by the oracles' plain loops, for JVMs in which
 * the Vector API does not work.
 *
 * @param library the loaded OpenBLAS
 * @param others what else there is
 */
record OpenBlasKernels(OpenBlasLibrary library, ScalarKernels others) implements Kernels {
    /**
     * OpenBLAS over the Vector API where that works, else over plain loops.
     *
     * @param vectors whether it works
     * @param reason why they were chosen
     * @throws EngineException if OpenBLAS cannot be loaded
     */
    static Kernels over(boolean vectors, String reason) {
        try {
            OpenBlasLibrary library = OpenBlasLibrary.load();
            String why = reason + "; OpenBLAS core " + library.coreName();
            return vectors
                    ? new VectorApiKernels(
                            new BlasGemm(library, VectorKernels.gelu()), () -> new BlasMatrixProduct(library), why)
                    : new OpenBlasKernels(library, new ScalarKernels(why));
        } catch (NativeLibraryException e) {
            throw new EngineException("backend openblas: " + e.getMessage(), e);
        }
    }

    @Override
    public KernelSet forward() {
        KernelSet plain = others.forward();
        Gelu gelu = plain.gelu();
        Gemm gemm = new BlasGemm(library, gelu);
        return new KernelSet(
                gemm,
                plain.depthwiseConv(),
                new GemmPatchConv(gemm),
                plain.layerNorm(),
                gelu,
                plain.globalAveragePool(),
                plain.families(),
                plain.choice());
    }

    @Override
    public GradientKernels gradients() {
        GradientKernels plain = others.gradients();
        MatrixProduct product = new BlasMatrixProduct(library);
        return new GradientKernels(
                product,
                plain.depthwiseConv(),
                new MatrixPatchConvGradient(product),
                plain.layerNorm(),
                plain.gelu(),
                plain.families(),
                plain.arrays());
    }

    @Override
    public RoadmapKernels roadmap() {
        RoadmapKernels plain = others.roadmap();
        RoadmapKernels.Gradients gradients = plain.gradients();
        Gemm gemm = new BlasGemm(library, new ScalarGelu());
        WindowGather gather = new PlainWindowGather();
        return new RoadmapKernels(
                new GemmConv(gemm, gather),
                plain.depthwiseConv(),
                plain.batchNorm(),
                plain.relu(),
                plain.maxPool(),
                new RoadmapKernels.Gradients(
                        new MatrixConvGradient(gemm, new BlasMatrixProduct(library), gather),
                        gradients.depthwiseConv(),
                        gradients.batchNorm(),
                        gradients.relu(),
                        gradients.maxPool()));
    }
}
