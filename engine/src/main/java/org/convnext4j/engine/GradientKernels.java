package org.convnext4j.engine;

import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.MatrixProduct;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.kernel.gradient.ActivationGradient;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;
import org.convnext4j.engine.kernel.gradient.ColumnSums;
import org.convnext4j.engine.kernel.gradient.DepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.DilatedDepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.GeluGradient;
import org.convnext4j.engine.kernel.gradient.LayerNormGradient;
import org.convnext4j.engine.kernel.gradient.OptimizerKernels;
import org.convnext4j.engine.kernel.gradient.PatchConvGradient;
import org.convnext4j.engine.kernel.gradient.ResponseNormGradient;
import org.convnext4j.engine.kernel.gradient.RowOperations;

/**
 * Which implementation each operator of the backward pass has. The gradient of pooling and the cross-entropy have one
 * each and are not listed.
 *
 * @param matrixProduct gradients of pointwise convolutions and the head
 * @param depthwiseConv gradients of depthwise convolutions
 * @param patchConv gradients of the stem and the downsampling
 * @param layerNorm gradients of layer normalisation
 * @param gelu gradient of the activation
 * @param families gradients of what only relatives of the paper's ConvNeXt have
 * @param arrays what other gradients and the steps are put together of
 */
public record GradientKernels(
        MatrixProduct matrixProduct,
        DepthwiseConvGradient depthwiseConv,
        PatchConvGradient patchConv,
        LayerNormGradient layerNorm,
        GeluGradient gelu,
        Families families,
        Arrays arrays) {
    /**
     * The gradients of the operators of {@link FamilyKernels}.
     *
     * @param dilatedDepthwiseConv depthwise convolutions with other kernels than 7x7, or with dilation
     * @param simpleNorm {@link NormKind#SIMPLE}
     * @param rmsNorm {@link NormKind#RMS}
     * @param geluTanh {@link ActivationKind#GELU_TANH}
     * @param silu {@link ActivationKind#SILU}
     * @param responseNorm ConvNeXt V2's
     */
    public record Families(
            DilatedDepthwiseConvGradient dilatedDepthwiseConv,
            ChannelNormGradient simpleNorm,
            ChannelNormGradient rmsNorm,
            ActivationGradient geluTanh,
            ActivationGradient silu,
            ResponseNormGradient responseNorm) {}

    /**
     * Operations on rows, columns and whole arrays.
     *
     * @param columnSums gradients of biases, and the end of sums taken in parts
     * @param rowOperations gradient of layer scale, residual additions, stochastic depth
     * @param optimizer the steps that change parameters
     */
    public record Arrays(ColumnSums columnSums, RowOperations rowOperations, OptimizerKernels optimizer) {}

    /**
     * The kernels of a backend, by the rules of the forward kernels: what is asked for or an error that says why not;
     * with {@link Backend#AUTO} the best that works here.
     *
     * @throws EngineException if the kernels asked for do not work here
     */
    public static GradientKernels select(Backend backend) {
        return KernelSelector.select(backend).gradients();
    }

    /** The gradients of the norm of this kind. */
    public ChannelNormGradient norm(NormKind kind) {
        return switch (kind) {
            case LAYER -> layerNorm;
            case SIMPLE -> families.simpleNorm();
            case RMS -> families.rmsNorm();
        };
    }

    /** The gradient of the activation of this kind. */
    public ActivationGradient activation(ActivationKind kind) {
        return switch (kind) {
            case GELU -> gelu;
            case GELU_TANH -> families.geluTanh();
            case SILU -> families.silu();
        };
    }

    /** The gradients of depthwise convolutions with other kernels than 7x7, or with dilation. */
    public DilatedDepthwiseConvGradient dilatedDepthwiseConv() {
        return families.dilatedDepthwiseConv();
    }

    /** The gradients of global response normalisation. */
    public ResponseNormGradient responseNorm() {
        return families.responseNorm();
    }

    /** Gradients of biases, and the end of sums taken in parts. */
    public ColumnSums columnSums() {
        return arrays.columnSums();
    }

    /** Gradient of layer scale, residual additions, stochastic depth. */
    public RowOperations rowOperations() {
        return arrays.rowOperations();
    }

    /** The steps that change parameters. */
    public OptimizerKernels optimizer() {
        return arrays.optimizer();
    }

    /** Like {@code product=blas dwconv=vector patch=blas layernorm=vector gelu=vector sums=vector optimizer=vector}. */
    @Override
    public String toString() {
        return "product=" + matrixProduct.name() + " dwconv=" + depthwiseConv.name() + " patch=" + patchConv.name()
                + " layernorm=" + layerNorm.name() + " gelu=" + gelu.name() + " sums="
                + columnSums().name()
                + " optimizer=" + optimizer().name();
    }
}
