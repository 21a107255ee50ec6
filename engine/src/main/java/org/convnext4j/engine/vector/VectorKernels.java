package org.convnext4j.engine.vector;

import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.Gelu;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.GlobalAveragePool;
import org.convnext4j.engine.kernel.LayerNorm;

/**
 * The way in: everything else in this package is hidden. Loading this class needs the module
 * {@code jdk.incubator.vector}; ask {@link org.convnext4j.engine.VectorSupport} first.
 */
public final class VectorKernels {
    private VectorKernels() {}

    /** How many bits a vector has here. */
    public static int laneBits() {
        return Lanes.SPECIES.vectorBitSize();
    }

    /** The pointwise convolution. */
    public static Gemm gemm() {
        return new VectorGemm();
    }

    /** The depthwise convolution. */
    public static DepthwiseConv depthwiseConv() {
        return new VectorDepthwiseConv();
    }

    /** Layer normalisation. */
    public static LayerNorm layerNorm() {
        return new VectorLayerNorm();
    }

    /** The activation. */
    public static Gelu gelu() {
        return new VectorGelu();
    }

    /** Pooling. */
    public static GlobalAveragePool globalAveragePool() {
        return new VectorGlobalAveragePool();
    }
}
