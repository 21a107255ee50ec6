package org.convnext4j.engine.vector;

import org.convnext4j.engine.kernel.Activation;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.ChannelNorm;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.DilatedDepthwiseConv;
import org.convnext4j.engine.kernel.Gelu;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.GlobalAveragePool;
import org.convnext4j.engine.kernel.LayerNorm;
import org.convnext4j.engine.kernel.MatrixProduct;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.kernel.ResponseNorm;
import org.convnext4j.engine.kernel.gradient.ColumnSums;
import org.convnext4j.engine.kernel.gradient.DepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.GeluGradient;
import org.convnext4j.engine.kernel.gradient.LayerNormGradient;
import org.convnext4j.engine.kernel.gradient.OptimizerKernels;
import org.convnext4j.engine.kernel.gradient.RowOperations;

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

    /** The depthwise convolution with any kernel and dilation. */
    public static DilatedDepthwiseConv dilatedDepthwiseConv() {
        return new VectorDilatedDepthwiseConv();
    }

    /**
     * A norm that scales without centring.
     *
     * @throws IllegalArgumentException if {@code kind} is the layer norm
     */
    public static ChannelNorm scaleNorm(NormKind kind) {
        return new VectorScaleNorm(kind);
    }

    /**
     * An activation that is x times a sigmoid.
     *
     * @throws IllegalArgumentException if {@code kind} is GELU with erf
     */
    public static Activation sigmoidGate(ActivationKind kind) {
        return new VectorSigmoidGate(kind);
    }

    /** Global response normalisation. */
    public static ResponseNorm responseNorm() {
        return new VectorResponseNorm();
    }

    /** The product of matrices that change. */
    public static MatrixProduct matrixProduct() {
        return new VectorMatrixProduct();
    }

    /** The gradients of the depthwise convolution. */
    public static DepthwiseConvGradient depthwiseConvGradient() {
        return new VectorDepthwiseConvGradient();
    }

    /** The gradients of layer normalisation. */
    public static LayerNormGradient layerNormGradient() {
        return new VectorLayerNormGradient();
    }

    /** The gradient of the activation. */
    public static GeluGradient geluGradient() {
        return new VectorGeluGradient();
    }

    /** The gradients of biases. */
    public static ColumnSums columnSums() {
        return new VectorColumnSums();
    }

    /** What other gradients are put together of. */
    public static RowOperations rowOperations() {
        return new VectorRowOperations();
    }

    /** The steps that change parameters. */
    public static OptimizerKernels optimizerKernels() {
        return new VectorOptimizerKernels();
    }
}
