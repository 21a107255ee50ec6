package org.convnext4j.engine.vector;

import org.convnext4j.engine.kernel.Activation;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.BatchNorm;
import org.convnext4j.engine.kernel.ChannelNorm;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.DilatedDepthwiseConv;
import org.convnext4j.engine.kernel.Gelu;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.GlobalAveragePool;
import org.convnext4j.engine.kernel.LayerNorm;
import org.convnext4j.engine.kernel.MatrixProduct;
import org.convnext4j.engine.kernel.MaxPool;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.kernel.Relu;
import org.convnext4j.engine.kernel.ResponseNorm;
import org.convnext4j.engine.kernel.StridedDepthwiseConv;
import org.convnext4j.engine.kernel.WindowGather;
import org.convnext4j.engine.kernel.gradient.ActivationGradient;
import org.convnext4j.engine.kernel.gradient.BatchNormGradient;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;
import org.convnext4j.engine.kernel.gradient.ColumnSums;
import org.convnext4j.engine.kernel.gradient.DepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.DilatedDepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.GeluGradient;
import org.convnext4j.engine.kernel.gradient.LayerNormGradient;
import org.convnext4j.engine.kernel.gradient.MaxPoolGradient;
import org.convnext4j.engine.kernel.gradient.OptimizerKernels;
import org.convnext4j.engine.kernel.gradient.ReluGradient;
import org.convnext4j.engine.kernel.gradient.ResponseNormGradient;
import org.convnext4j.engine.kernel.gradient.RowOperations;
import org.convnext4j.engine.kernel.gradient.StridedDepthwiseConvGradient;

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
        return switch (kind) {
            case SIMPLE -> new VectorSimpleNorm();
            case RMS -> new VectorRmsNorm();
            case LAYER -> throw new IllegalArgumentException("the layer norm centres; take VectorLayerNorm");
        };
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

    /** The gradients of the depthwise convolution with any kernel and dilation. */
    public static DilatedDepthwiseConvGradient dilatedDepthwiseConvGradient() {
        return new VectorDilatedDepthwiseConvGradient();
    }

    /**
     * The gradients of a norm that scales without centring.
     *
     * @throws IllegalArgumentException if {@code kind} is the layer norm
     */
    public static ChannelNormGradient scaleNormGradient(NormKind kind) {
        return new VectorScaleNormGradient(kind);
    }

    /**
     * The gradient of an activation that is x times a sigmoid.
     *
     * @throws IllegalArgumentException if {@code kind} is GELU with erf
     */
    public static ActivationGradient sigmoidGateGradient(ActivationKind kind) {
        return new VectorSigmoidGateGradient(kind);
    }

    /** The gradients of global response normalisation. */
    public static ResponseNormGradient responseNormGradient() {
        return new VectorResponseNormGradient();
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

    /** Batch normalisation. */
    public static BatchNorm batchNorm() {
        return new VectorBatchNorm();
    }

    /** The gradients of batch normalisation. */
    public static BatchNormGradient batchNormGradient() {
        return new VectorBatchNormGradient();
    }

    /** The activation of ResNets. */
    public static Relu relu() {
        return new VectorRelu();
    }

    /** The gradient of the activation of ResNets. */
    public static ReluGradient reluGradient() {
        return new VectorReluGradient();
    }

    /** Pooling in the stem of ResNets. */
    public static MaxPool maxPool() {
        return new VectorMaxPool();
    }

    /** The gradient of pooling in the stem of ResNets. */
    public static MaxPoolGradient maxPoolGradient() {
        return new VectorMaxPoolGradient();
    }

    /** Depthwise convolutions of any size, with stride. */
    public static StridedDepthwiseConv stridedDepthwiseConv() {
        return new VectorStridedDepthwiseConv();
    }

    /** The gradients of depthwise convolutions of any size, with stride. */
    public static StridedDepthwiseConvGradient stridedDepthwiseConvGradient() {
        return new VectorStridedDepthwiseConvGradient();
    }

    /** The windows of convolutions. */
    public static WindowGather windowGather() {
        return new VectorWindowGather();
    }
}
