package org.convnext4j.engine;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.convnext4j.engine.parallel.Workers;
import org.jspecify.annotations.Nullable;

/**
 * The kernels and the threads that models run on. One engine serves any number of models and callers; close it after
 * them.
 */
public final class Engine implements AutoCloseable {
    private final Kernels source;
    private final KernelSet kernels;
    private final Workers workers;
    private final FutureTask<Optional<FirstCallKernels>> firstCallKernels;
    private final Object gradientLock = new Object();
    private @Nullable GradientKernels gradientKernels;
    private @Nullable RoadmapKernels roadmapKernels;

    private Engine(
            Kernels source,
            KernelSet kernels,
            Workers workers,
            FutureTask<Optional<FirstCallKernels>> firstCallKernels) {
        this.source = source;
        this.kernels = kernels;
        this.workers = workers;
        this.firstCallKernels = firstCallKernels;
    }

    /**
     * The best kernels that work here, on every processor that this JVM may use (which respects container limits).
     *
     * @throws EngineException if no kernels work
     */
    public static Engine create() {
        return create(Backend.AUTO, Runtime.getRuntime().availableProcessors());
    }

    /**
     * An engine with the kernels asked for.
     *
     * @param backend which kernels; anything but {@link Backend#AUTO} fails rather than fall back
     * @param threads the most threads that ever run at once, callers included
     * @throws EngineException if the kernels asked for do not work here
     * @throws IllegalArgumentException if {@code threads} is not positive
     */
    public static Engine create(Backend backend, int threads) {
        Workers workers = new Workers(threads);
        Kernels source = KernelSelector.select(backend);
        KernelSet kernels = source.forward();
        FutureTask<Optional<FirstCallKernels>> first = new FutureTask<>(() -> KernelSelector.firstCalls(backend));
        if (backend == Backend.AUTO) {
            // Loading OpenBLAS takes 0.2 s, about as long as opening the first checkpoint, so both go on at once.
            Thread loader = new Thread(first, "convnext4j-openblas");
            loader.setDaemon(true);
            try {
                loader.start();
            } catch (OutOfMemoryError e) { // the system gives no further thread
                first.run();
            }
        } else {
            first.run();
        }
        return new Engine(source, kernels, workers, first);
    }

    /** Which implementation each operator has. */
    public KernelSet kernels() {
        return kernels;
    }

    /** What runs models until {@link #kernels} are compiled; empty if those are used from the start. */
    public Optional<FirstCallKernels> firstCallKernels() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return firstCallKernels.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw new EngineException("preparing OpenBLAS for the first calls failed: " + e.getCause(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Which implementation each operator of the backward pass has; made at the first call, for inference needs none.
     */
    public GradientKernels gradientKernels() {
        synchronized (gradientLock) {
            GradientKernels chosen = gradientKernels;
            if (chosen == null) {
                chosen = source.gradients();
                gradientKernels = chosen;
            }
            return chosen;
        }
    }

    /**
     * Which implementation each operator has that ResNets and the steps from them to ConvNeXt need besides; made at the
     * first call.
     */
    public RoadmapKernels roadmapKernels() {
        synchronized (gradientLock) {
            RoadmapKernels chosen = roadmapKernels;
            if (chosen == null) {
                chosen = source.roadmap();
                roadmapKernels = chosen;
            }
            return chosen;
        }
    }

    /** The threads. */
    public Workers workers() {
        return workers;
    }

    /**
     * What this machine and this JVM offer, and what is in the way with its mend: what {@code convnext doctor} prints. It
     * is of the machine, not of this engine alone: every backend is tried. {@link Diagnosis#ofThisMachine} tells the same
     * where no engine could be made.
     */
    public Diagnosis diagnosis() {
        return Diagnosis.ofThisMachine();
    }

    /** Waits for the calls under way and ends the threads. */
    @Override
    public void close() {
        workers.close();
    }

    @Override
    public String toString() {
        return kernels + ", threads=" + workers.threads() + " (" + kernels.reason() + ")";
    }
}
