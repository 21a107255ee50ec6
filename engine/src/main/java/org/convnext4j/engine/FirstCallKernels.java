package org.convnext4j.engine;

import org.convnext4j.bindings.NativeLibraryException;
import org.convnext4j.bindings.OpenBlasLibrary;
import org.convnext4j.engine.blas.BlasGemm;
import org.convnext4j.engine.kernel.Gelu;
import org.convnext4j.engine.matrix.GemmPatchConv;
import org.convnext4j.engine.plain.PlainDepthwiseConv;
import org.convnext4j.engine.plain.PlainGelu;
import org.convnext4j.engine.plain.PlainLayerNorm;
import org.convnext4j.engine.plain.PlainResponseNorm;
import org.convnext4j.engine.scalar.ScalarGlobalAveragePool;

/**
 * What runs a network while its own kernels are not compiled yet: OpenBLAS, which is machine code from the start, and
 * float loops that are quick to compile. Interpreted, a vector kernel takes thousands of times its compiled time, and a
 * first call on it alone took 4 seconds.
 *
 * @param kernels all operators
 * @param gemm the pointwise convolution, which can run on weights as they lie in a file
 */
public record FirstCallKernels(KernelSet kernels, BlasGemm gemm) {
    /**
     * Loads OpenBLAS.
     *
     * @throws NativeLibraryException if it cannot be loaded
     */
    static FirstCallKernels load() {
        Gelu gelu = new PlainGelu();
        BlasGemm gemm = new BlasGemm(OpenBlasLibrary.load(), gelu);
        KernelSet kernels = new KernelSet(
                gemm,
                new PlainDepthwiseConv(),
                new GemmPatchConv(gemm),
                new PlainLayerNorm(),
                gelu,
                new ScalarGlobalAveragePool(),
                ScalarKernels.families().with(new PlainResponseNorm()),
                new KernelSet.Choice(false, "until the vector kernels are compiled"));
        return new FirstCallKernels(kernels, gemm);
    }
}
