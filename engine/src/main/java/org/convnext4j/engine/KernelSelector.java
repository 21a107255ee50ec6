package org.convnext4j.engine;

import java.util.Optional;
import org.convnext4j.bindings.NativeLibraryException;
import org.convnext4j.bindings.OpenBlasLibrary;
import org.convnext4j.engine.blas.BlasGemm;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.Gelu;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.GemmPatchConv;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.scalar.ScalarDepthwiseConv;
import org.convnext4j.engine.scalar.ScalarGelu;
import org.convnext4j.engine.scalar.ScalarGemm;
import org.convnext4j.engine.scalar.ScalarGlobalAveragePool;
import org.convnext4j.engine.scalar.ScalarLayerNorm;
import org.convnext4j.engine.scalar.ScalarPatchConv;
import org.convnext4j.engine.vector.VectorKernels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the kernels: what is asked for or an error that says why not; or, left to itself, the best that works here,
 * with one line in the log where that is not the first choice.
 */
final class KernelSelector {
    private static final Logger LOG = LoggerFactory.getLogger(KernelSelector.class);

    private KernelSelector() {}

    static KernelSet select(Backend backend) {
        return switch (backend) {
            case SCALAR -> scalar("asked for");
            case VECTOR -> {
                Optional<String> obstacle = VectorSupport.obstacle();
                if (obstacle.isPresent()) {
                    throw new EngineException("backend vector: " + obstacle.get());
                }
                yield vector("asked for");
            }
            case OPENBLAS -> openBlas("asked for");
            case AUTO -> automatic();
        };
    }

    private static KernelSet automatic() {
        Optional<String> obstacle = VectorSupport.obstacle();
        if (obstacle.isEmpty()) {
            return vector("packed weights on the Vector API run ConvNeXt-Tiny 1.1 to 1.3 times as fast as OpenBLAS");
        }
        String reason = "no vector kernels: " + obstacle.get();
        try {
            KernelSet set = openBlas(reason);
            UserWarnings.once(LOG, obstacle.get(), "using OpenBLAS and plain loops, which are slow: " + obstacle.get());
            return set;
        } catch (EngineException e) {
            UserWarnings.once(
                    LOG,
                    obstacle.get(),
                    "using plain loops, which are slow: " + obstacle.get() + "; and " + e.getMessage());
            return scalar(reason + "; and " + e.getMessage());
        }
    }

    /**
     * Kernels for the time until Java has compiled those of {@code chosen}; empty if these need no time or nothing else
     * works here.
     */
    static Optional<FirstCallKernels> firstCalls(Backend backend) {
        if (backend != Backend.AUTO || VectorSupport.obstacle().isPresent()) {
            return Optional.empty();
        }
        try {
            return Optional.of(FirstCallKernels.load());
        } catch (NativeLibraryException e) {
            LOG.info("the first calls will be slow, until the vector kernels are compiled: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static KernelSet vector(String reason) {
        Gemm gemm = VectorKernels.gemm();
        return new KernelSet(
                gemm,
                VectorKernels.depthwiseConv(),
                new GemmPatchConv(gemm),
                VectorKernels.layerNorm(),
                VectorKernels.gelu(),
                VectorKernels.globalAveragePool(),
                vectorFamilies(),
                true,
                reason + "; " + VectorKernels.laneBits() + "-bit vectors");
    }

    private static KernelSet scalar(String reason) {
        return new KernelSet(
                new ScalarGemm(),
                new ScalarDepthwiseConv(),
                new ScalarPatchConv(),
                new ScalarLayerNorm(),
                new ScalarGelu(),
                new ScalarGlobalAveragePool(),
                FamilyKernels.scalar(),
                false,
                reason);
    }

    private static KernelSet openBlas(String reason) {
        OpenBlasLibrary library;
        try {
            library = OpenBlasLibrary.load();
        } catch (NativeLibraryException e) {
            throw new EngineException("backend openblas: " + e.getMessage(), e);
        }
        boolean vectors = VectorSupport.obstacle().isEmpty();
        Gelu gelu = vectors ? VectorKernels.gelu() : new ScalarGelu();
        Gemm gemm = new BlasGemm(library, gelu);
        return new KernelSet(
                gemm,
                vectors ? VectorKernels.depthwiseConv() : new ScalarDepthwiseConv(),
                new GemmPatchConv(gemm),
                vectors ? VectorKernels.layerNorm() : new ScalarLayerNorm(),
                gelu,
                vectors ? VectorKernels.globalAveragePool() : new ScalarGlobalAveragePool(),
                vectors ? vectorFamilies() : FamilyKernels.scalar(),
                vectors,
                reason + "; OpenBLAS core " + library.coreName());
    }

    private static FamilyKernels vectorFamilies() {
        return new FamilyKernels(
                VectorKernels.dilatedDepthwiseConv(),
                VectorKernels.scaleNorm(NormKind.SIMPLE),
                VectorKernels.scaleNorm(NormKind.RMS),
                VectorKernels.sigmoidGate(ActivationKind.GELU_TANH),
                VectorKernels.sigmoidGate(ActivationKind.SILU),
                VectorKernels.responseNorm());
    }
}
