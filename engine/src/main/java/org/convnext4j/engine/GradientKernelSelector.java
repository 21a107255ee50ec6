package org.convnext4j.engine;

import java.util.Optional;
import org.convnext4j.bindings.NativeLibraryException;
import org.convnext4j.bindings.OpenBlasLibrary;
import org.convnext4j.engine.blas.BlasMatrixProduct;
import org.convnext4j.engine.kernel.MatrixProduct;
import org.convnext4j.engine.kernel.gradient.MatrixPatchConvGradient;
import org.convnext4j.engine.scalar.ScalarColumnSums;
import org.convnext4j.engine.scalar.ScalarDepthwiseConvGradient;
import org.convnext4j.engine.scalar.ScalarGeluGradient;
import org.convnext4j.engine.scalar.ScalarLayerNormGradient;
import org.convnext4j.engine.scalar.ScalarMatrixProduct;
import org.convnext4j.engine.scalar.ScalarOptimizerKernels;
import org.convnext4j.engine.scalar.ScalarPatchConvGradient;
import org.convnext4j.engine.scalar.ScalarRowOperations;
import org.convnext4j.engine.vector.VectorKernels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the kernels of the backward pass, as {@link KernelSelector} does those of the forward pass. */
final class GradientKernelSelector {
    private static final Logger LOG = LoggerFactory.getLogger(GradientKernelSelector.class);

    private GradientKernelSelector() {}

    static GradientKernels select(Backend backend) {
        Optional<String> obstacle = VectorSupport.obstacle();
        return switch (backend) {
            case SCALAR -> scalar();
            case VECTOR -> {
                if (obstacle.isPresent()) {
                    throw new EngineException("backend vector: " + obstacle.get());
                }
                yield with(VectorKernels.matrixProduct(), true);
            }
            case OPENBLAS -> with(openBlas(), obstacle.isEmpty());
            case AUTO -> automatic(obstacle);
        };
    }

    private static GradientKernels automatic(Optional<String> obstacle) {
        if (obstacle.isEmpty()) {
            return with(VectorKernels.matrixProduct(), true);
        }
        UserWarnings.once(LOG, obstacle.get(), "gradients by plain loops, which are slow: " + obstacle.get());
        try {
            return with(openBlas(), false);
        } catch (EngineException e) {
            UserWarnings.once(
                    LOG,
                    String.valueOf(e.getMessage()),
                    "matrix products of gradients by plain loops, which are slow: " + e.getMessage());
            return scalar();
        }
    }

    private static MatrixProduct openBlas() {
        try {
            return new BlasMatrixProduct(OpenBlasLibrary.load());
        } catch (NativeLibraryException e) {
            throw new EngineException("backend openblas: " + e.getMessage(), e);
        }
    }

    /** This product, and everything else on the Vector API if that works. */
    private static GradientKernels with(MatrixProduct product, boolean vectors) {
        return new GradientKernels(
                product,
                vectors ? VectorKernels.depthwiseConvGradient() : new ScalarDepthwiseConvGradient(),
                new MatrixPatchConvGradient(product),
                vectors ? VectorKernels.layerNormGradient() : new ScalarLayerNormGradient(),
                vectors ? VectorKernels.geluGradient() : new ScalarGeluGradient(),
                vectors ? VectorKernels.columnSums() : new ScalarColumnSums(),
                vectors ? VectorKernels.rowOperations() : new ScalarRowOperations(),
                vectors ? VectorKernels.optimizerKernels() : new ScalarOptimizerKernels(),
                vectors ? FamilyGradientKernels.vector() : FamilyGradientKernels.scalar());
    }

    private static GradientKernels scalar() {
        return new GradientKernels(
                new ScalarMatrixProduct(),
                new ScalarDepthwiseConvGradient(),
                new ScalarPatchConvGradient(),
                new ScalarLayerNormGradient(),
                new ScalarGeluGradient(),
                new ScalarColumnSums(),
                new ScalarRowOperations(),
                new ScalarOptimizerKernels(),
                FamilyGradientKernels.scalar());
    }
}
