package org.convnext4j.engine.kernel;

import java.util.List;
import org.convnext4j.bindings.OpenBlasLibrary;
import org.convnext4j.engine.blas.BlasGemm;
import org.convnext4j.engine.scalar.ScalarDepthwiseConv;
import org.convnext4j.engine.scalar.ScalarGelu;
import org.convnext4j.engine.scalar.ScalarGemm;
import org.convnext4j.engine.scalar.ScalarGlobalAveragePool;
import org.convnext4j.engine.scalar.ScalarLayerNorm;
import org.convnext4j.engine.scalar.ScalarPatchConv;

/**
 * Every implementation of every contract: a new one gets all the tests of its contract by one line here. The scalar
 * ones are the oracles; testing them against themselves still tests offsets, strides, ranges and aliasing, because the
 * expected values come from a compact layout.
 */
final class Implementations {
    private Implementations() {}

    static List<Gemm> gemms() {
        return List.of(new ScalarGemm(), new BlasGemm(OpenBlasLibrary.load(), new ScalarGelu()));
    }

    /**
     * Whether results have the same bits whatever the range, as the contract has it. OpenBLAS chooses among kernels that
     * sum in different orders by the size of the product, which cannot be helped from outside.
     */
    static boolean sameBitsAtAnyRange(Gemm gemm) {
        return !(gemm instanceof BlasGemm);
    }

    static List<DepthwiseConv> depthwiseConvs() {
        return List.of(new ScalarDepthwiseConv());
    }

    static List<LayerNorm> layerNorms() {
        return List.of(new ScalarLayerNorm());
    }

    static List<Gelu> gelus() {
        return List.of(new ScalarGelu());
    }

    static List<GlobalAveragePool> globalAveragePools() {
        return List.of(new ScalarGlobalAveragePool());
    }

    static List<PatchConv> patchConvs() {
        return List.of(new ScalarPatchConv());
    }
}
