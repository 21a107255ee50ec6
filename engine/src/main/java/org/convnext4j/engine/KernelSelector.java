package org.convnext4j.engine;

import java.util.Optional;
import org.convnext4j.bindings.NativeLibraryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the kernels: what is asked for or an error that says why not; or, left to itself, the best that works here,
 * with one line in the log where that is not the first choice.
 */
final class KernelSelector {
    private static final Logger LOG = LoggerFactory.getLogger(KernelSelector.class);

    private KernelSelector() {}

    /**
     * The kernels of a backend.
     *
     * @throws EngineException if the kernels asked for do not work here
     */
    static Kernels select(Backend backend) {
        return switch (backend) {
            case SCALAR -> new ScalarKernels("asked for");
            case VECTOR -> {
                Optional<String> obstacle = VectorSupport.obstacle();
                if (obstacle.isPresent()) {
                    throw new EngineException("backend vector: " + obstacle.get());
                }
                yield VectorApiKernels.whole("asked for");
            }
            case OPENBLAS -> OpenBlasKernels.over(VectorSupport.obstacle().isEmpty(), "asked for");
            case AUTO ->
                VectorSupport.obstacle()
                        .map(KernelSelector::withoutVectors)
                        .orElseGet(
                                () -> VectorApiKernels.whole(
                                        "packed weights on the Vector API run ConvNeXt-Tiny 1.1 to 1.3 times as fast as OpenBLAS"));
        };
    }

    private static Kernels withoutVectors(String obstacle) {
        String reason = "no vector kernels: " + obstacle;
        try {
            Kernels kernels = OpenBlasKernels.over(false, reason);
            UserWarnings.once(LOG, obstacle, "using OpenBLAS and plain loops, which are slow: " + obstacle);
            return kernels;
        } catch (EngineException e) {
            UserWarnings.once(
                    LOG, obstacle, "using plain loops, which are slow: " + obstacle + "; and " + e.getMessage());
            return new ScalarKernels(reason + "; and " + e.getMessage());
        }
    }

    /**
     * Kernels for the time until Java has compiled those of the backend; empty if these need no time or nothing else works
     * here.
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
}
