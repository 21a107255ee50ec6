package org.convnext4j.engine.kernel;

import java.util.List;
import java.util.function.Function;
import org.convnext4j.bindings.OpenBlasLibrary;
import org.convnext4j.engine.blas.BlasGemm;
import org.convnext4j.engine.blas.BlasMatrixProduct;
import org.convnext4j.engine.kernel.gradient.ActivationGradient;
import org.convnext4j.engine.kernel.gradient.BatchNormGradient;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;
import org.convnext4j.engine.kernel.gradient.ColumnSums;
import org.convnext4j.engine.kernel.gradient.ConvGradient;
import org.convnext4j.engine.kernel.gradient.DepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.DilatedDepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.GeluGradient;
import org.convnext4j.engine.kernel.gradient.LayerNormGradient;
import org.convnext4j.engine.kernel.gradient.MaxPoolGradient;
import org.convnext4j.engine.kernel.gradient.OptimizerKernels;
import org.convnext4j.engine.kernel.gradient.PatchConvGradient;
import org.convnext4j.engine.kernel.gradient.ReluGradient;
import org.convnext4j.engine.kernel.gradient.ResponseNormGradient;
import org.convnext4j.engine.kernel.gradient.RowOperations;
import org.convnext4j.engine.kernel.gradient.StridedDepthwiseConvGradient;
import org.convnext4j.engine.matrix.GemmConv;
import org.convnext4j.engine.matrix.GemmPatchConv;
import org.convnext4j.engine.matrix.MatrixConvGradient;
import org.convnext4j.engine.matrix.MatrixPatchConvGradient;
import org.convnext4j.engine.matrix.PlainWindowGather;
import org.convnext4j.engine.plain.PlainDepthwiseConv;
import org.convnext4j.engine.plain.PlainGelu;
import org.convnext4j.engine.plain.PlainLayerNorm;
import org.convnext4j.engine.plain.PlainResponseNorm;
import org.convnext4j.engine.scalar.ScalarBatchNorm;
import org.convnext4j.engine.scalar.ScalarBatchNormGradient;
import org.convnext4j.engine.scalar.ScalarColumnSums;
import org.convnext4j.engine.scalar.ScalarConv;
import org.convnext4j.engine.scalar.ScalarConvGradient;
import org.convnext4j.engine.scalar.ScalarDepthwiseConv;
import org.convnext4j.engine.scalar.ScalarDepthwiseConvGradient;
import org.convnext4j.engine.scalar.ScalarDilatedDepthwiseConv;
import org.convnext4j.engine.scalar.ScalarDilatedDepthwiseConvGradient;
import org.convnext4j.engine.scalar.ScalarGelu;
import org.convnext4j.engine.scalar.ScalarGeluGradient;
import org.convnext4j.engine.scalar.ScalarGemm;
import org.convnext4j.engine.scalar.ScalarGlobalAveragePool;
import org.convnext4j.engine.scalar.ScalarLayerNorm;
import org.convnext4j.engine.scalar.ScalarLayerNormGradient;
import org.convnext4j.engine.scalar.ScalarMatrixProduct;
import org.convnext4j.engine.scalar.ScalarMaxPool;
import org.convnext4j.engine.scalar.ScalarMaxPoolGradient;
import org.convnext4j.engine.scalar.ScalarOptimizerKernels;
import org.convnext4j.engine.scalar.ScalarPatchConv;
import org.convnext4j.engine.scalar.ScalarPatchConvGradient;
import org.convnext4j.engine.scalar.ScalarRelu;
import org.convnext4j.engine.scalar.ScalarReluGradient;
import org.convnext4j.engine.scalar.ScalarResponseNorm;
import org.convnext4j.engine.scalar.ScalarResponseNormGradient;
import org.convnext4j.engine.scalar.ScalarRowOperations;
import org.convnext4j.engine.scalar.ScalarScaleNorm;
import org.convnext4j.engine.scalar.ScalarScaleNormGradient;
import org.convnext4j.engine.scalar.ScalarSigmoidGate;
import org.convnext4j.engine.scalar.ScalarSigmoidGateGradient;
import org.convnext4j.engine.scalar.ScalarStridedDepthwiseConv;
import org.convnext4j.engine.scalar.ScalarStridedDepthwiseConvGradient;
import org.convnext4j.engine.vector.VectorKernels;

/**
 * Every implementation of every contract: a new one gets all the tests of its contract by one line here. The scalar
 * ones are the oracles; testing them against themselves still tests offsets, strides, ranges and aliasing, because the
 * expected values come from a compact layout.
 */
final class Implementations {
    private Implementations() {}

    /** All of them; only those that are made of vectors where a width is forced, since it changes no other. */
    private static <T> List<T> these(Function<T, String> name, List<T> all) {
        return EachWidth.Once.isForced()
                ? all.stream().filter(one -> name.apply(one).equals("vector")).toList()
                : all;
    }

    static List<Gemm> gemms() {
        return these(Gemm::name, List.of(new ScalarGemm(), VectorKernels.gemm(), blas()));
    }

    private static Gemm blas() {
        return new BlasGemm(OpenBlasLibrary.load(), new ScalarGelu());
    }

    /**
     * Whether results have the same bits whatever the range, as the contract has it. OpenBLAS chooses among kernels that
     * sum in different orders by the size of the product, which cannot be helped from outside.
     */
    static boolean sameBitsAtAnyRange(Gemm gemm) {
        return !(gemm instanceof BlasGemm);
    }

    /** As {@link #sameBitsAtAnyRange(Gemm)}. */
    static boolean sameBitsAtAnyRange(PatchConv convolution) {
        return !convolution.name().equals("blas");
    }

    /**
     * The largest absolute error that an implementation states besides the roundings of its result: the vector one is a
     * polynomial that is within 2.4e-7 of GELU near 0 and above, and no closer where GELU is small.
     */
    static double geluError(Gelu gelu) {
        return gelu instanceof ScalarGelu ? 0 : 2.4e-7;
    }

    /** As {@link #geluError(Gelu)}, of the GELU behind a matrix product; {@link #blas} has the scalar one. */
    static double geluError(Gemm gemm) {
        return gemm.name().equals("vector") ? geluError(VectorKernels.gelu()) : 0;
    }

    /** Inputs up to here are doubled on the way by the vector implementation; beyond, it overflows. */
    static float largestGeluInput(Gelu gelu) {
        return gelu instanceof ScalarGelu ? Float.MAX_VALUE : Float.MAX_VALUE / 2;
    }

    static List<DepthwiseConv> depthwiseConvs() {
        return these(
                DepthwiseConv::name,
                List.of(new ScalarDepthwiseConv(), VectorKernels.depthwiseConv(), new PlainDepthwiseConv()));
    }

    static List<WindowGather> windowGathers() {
        return these(
                one -> one instanceof PlainWindowGather ? "plain" : "vector",
                List.of(new PlainWindowGather(), VectorKernels.windowGather()));
    }

    static List<Conv> convs() {
        return these(
                Conv::name,
                List.of(
                        new ScalarConv(),
                        new GemmConv(VectorKernels.gemm(), VectorKernels.windowGather()),
                        new GemmConv(blas(), new PlainWindowGather())));
    }

    /** As {@link #sameBitsAtAnyRange(Gemm)}. */
    static boolean sameBitsAtAnyRange(Conv convolution) {
        return !convolution.name().equals("blas");
    }

    static List<ConvGradient> convGradients() {
        return these(
                ConvGradient::name,
                List.of(
                        new ScalarConvGradient(),
                        new MatrixConvGradient(
                                VectorKernels.gemm(), VectorKernels.matrixProduct(), VectorKernels.windowGather()),
                        new MatrixConvGradient(
                                blas(), new BlasMatrixProduct(OpenBlasLibrary.load()), new PlainWindowGather())));
    }

    /** As {@link #sameBitsAtAnyRange(Gemm)}. */
    static boolean sameBitsAtAnyRange(ConvGradient gradient) {
        return !gradient.name().equals("blas");
    }

    static List<BatchNorm> batchNorms() {
        return these(BatchNorm::name, List.of(new ScalarBatchNorm(), VectorKernels.batchNorm()));
    }

    static List<BatchNormGradient> batchNormGradients() {
        return these(
                BatchNormGradient::name, List.of(new ScalarBatchNormGradient(), VectorKernels.batchNormGradient()));
    }

    static List<Relu> relus() {
        return these(Relu::name, List.of(new ScalarRelu(), VectorKernels.relu()));
    }

    static List<ReluGradient> reluGradients() {
        return these(ReluGradient::name, List.of(new ScalarReluGradient(), VectorKernels.reluGradient()));
    }

    static List<MaxPool> maxPools() {
        return these(MaxPool::name, List.of(new ScalarMaxPool(), VectorKernels.maxPool()));
    }

    static List<MaxPoolGradient> maxPoolGradients() {
        return these(MaxPoolGradient::name, List.of(new ScalarMaxPoolGradient(), VectorKernels.maxPoolGradient()));
    }

    static List<StridedDepthwiseConv> stridedDepthwiseConvs() {
        return these(
                StridedDepthwiseConv::name,
                List.of(new ScalarStridedDepthwiseConv(), VectorKernels.stridedDepthwiseConv()));
    }

    static List<StridedDepthwiseConvGradient> stridedDepthwiseConvGradients() {
        return these(
                StridedDepthwiseConvGradient::name,
                List.of(new ScalarStridedDepthwiseConvGradient(), VectorKernels.stridedDepthwiseConvGradient()));
    }

    static List<LayerNorm> layerNorms() {
        return these(LayerNorm::name, List.of(new ScalarLayerNorm(), VectorKernels.layerNorm(), new PlainLayerNorm()));
    }

    static List<ChannelNorm> scaleNorms(NormKind kind) {
        return these(ChannelNorm::name, List.of(new ScalarScaleNorm(kind), VectorKernels.scaleNorm(kind)));
    }

    static List<Activation> sigmoidGates(ActivationKind kind) {
        return these(Activation::name, List.of(new ScalarSigmoidGate(kind), VectorKernels.sigmoidGate(kind)));
    }

    static List<DilatedDepthwiseConv> dilatedDepthwiseConvs() {
        return these(
                DilatedDepthwiseConv::name,
                List.of(new ScalarDilatedDepthwiseConv(), VectorKernels.dilatedDepthwiseConv()));
    }

    static List<ResponseNorm> responseNorms() {
        return these(
                ResponseNorm::name,
                List.of(new ScalarResponseNorm(), VectorKernels.responseNorm(), new PlainResponseNorm()));
    }

    static List<Gelu> gelus() {
        return these(Gelu::name, List.of(new ScalarGelu(), VectorKernels.gelu(), new PlainGelu()));
    }

    static List<GlobalAveragePool> globalAveragePools() {
        return these(
                GlobalAveragePool::name, List.of(new ScalarGlobalAveragePool(), VectorKernels.globalAveragePool()));
    }

    static List<PatchConv> patchConvs() {
        return these(
                PatchConv::name,
                List.of(new ScalarPatchConv(), new GemmPatchConv(VectorKernels.gemm()), new GemmPatchConv(blas())));
    }

    static List<MatrixProduct> matrixProducts() {
        return these(
                MatrixProduct::name,
                List.of(
                        new ScalarMatrixProduct(),
                        VectorKernels.matrixProduct(),
                        new BlasMatrixProduct(OpenBlasLibrary.load())));
    }

    /** As {@link #sameBitsAtAnyRange(Gemm)}. */
    static boolean sameBitsAtAnyRange(MatrixProduct product) {
        return !(product instanceof BlasMatrixProduct);
    }

    static List<DepthwiseConvGradient> depthwiseConvGradients() {
        return these(
                DepthwiseConvGradient::name,
                List.of(new ScalarDepthwiseConvGradient(), VectorKernels.depthwiseConvGradient()));
    }

    static List<PatchConvGradient> patchConvGradients() {
        return these(
                PatchConvGradient::name,
                List.of(
                        new ScalarPatchConvGradient(),
                        new MatrixPatchConvGradient(VectorKernels.matrixProduct()),
                        new MatrixPatchConvGradient(new BlasMatrixProduct(OpenBlasLibrary.load()))));
    }

    /** As {@link #sameBitsAtAnyRange(Gemm)}. */
    static boolean sameBitsAtAnyRange(PatchConvGradient gradient) {
        return !gradient.name().equals("blas");
    }

    static List<LayerNormGradient> layerNormGradients() {
        return these(
                LayerNormGradient::name, List.of(new ScalarLayerNormGradient(), VectorKernels.layerNormGradient()));
    }

    static List<GeluGradient> geluGradients() {
        return these(GeluGradient::name, List.of(new ScalarGeluGradient(), VectorKernels.geluGradient()));
    }

    static List<? extends ActivationGradient> activationGradients(ActivationKind kind) {
        return kind == ActivationKind.GELU
                ? geluGradients()
                : these(
                        ActivationGradient::name,
                        List.of(new ScalarSigmoidGateGradient(kind), VectorKernels.sigmoidGateGradient(kind)));
    }

    /** The largest absolute error of the derivative that an implementation states. */
    static double derivativeError(ActivationGradient gradient, ActivationKind kind) {
        if (gradient.name().equals("scalar")) {
            return 0;
        }
        return kind == ActivationKind.GELU ? 2e-7 : 4e-7;
    }

    /** The largest error that an implementation states: of GELU relative to max(1, |gelu|), of the others to |x|. */
    static double valueError(ActivationGradient gradient, ActivationKind kind) {
        if (gradient.name().equals("scalar")) {
            return 0;
        }
        return kind == ActivationKind.GELU ? 1.5e-7 : 3e-7;
    }

    static List<ChannelNormGradient> scaleNormGradients(NormKind kind) {
        return these(
                ChannelNormGradient::name,
                List.of(new ScalarScaleNormGradient(kind), VectorKernels.scaleNormGradient(kind)));
    }

    static List<ResponseNormGradient> responseNormGradients() {
        return these(
                ResponseNormGradient::name,
                List.of(new ScalarResponseNormGradient(), VectorKernels.responseNormGradient()));
    }

    static List<DilatedDepthwiseConvGradient> dilatedDepthwiseConvGradients() {
        return these(
                DilatedDepthwiseConvGradient::name,
                List.of(new ScalarDilatedDepthwiseConvGradient(), VectorKernels.dilatedDepthwiseConvGradient()));
    }

    static List<ColumnSums> columnSums() {
        return these(ColumnSums::name, List.of(new ScalarColumnSums(), VectorKernels.columnSums()));
    }

    static List<RowOperations> rowOperations() {
        return these(RowOperations::name, List.of(new ScalarRowOperations(), VectorKernels.rowOperations()));
    }

    static List<OptimizerKernels> optimizerKernels() {
        return these(OptimizerKernels::name, List.of(new ScalarOptimizerKernels(), VectorKernels.optimizerKernels()));
    }
}
