package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.MaxPool;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.parallel.Workers;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.tensor.WorkspacePool;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.HeadPlan;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.MaxPoolLayer;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs a model's weights in the background and runs its kernels on a sample of a picture until Java has compiled them:
 * until they are faster than what runs meanwhile. Then the model goes over to them.
 *
 * <p>The sample is 56 patches wide, as a picture of 224 pixels is, so that every kernel meets the shapes it will work on;
 * and 8 patches high, the least that leaves the last stage a row.
 */
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    private static final int WIDTH_PATCHES = 56;
    private static final int HEIGHT_PATCHES = 8;

    /** Of an isotropic network, whose patches are 16 pixels wide. */
    private static final int ISOTROPIC_WIDTH_PATCHES = 14;

    /** One run can be lucky; three in a row are not. */
    private static final int FASTER_RUNS = 3;

    /** When to give up and stay with what works: a loaded machine takes a few seconds, not this long. */
    private static final long LIMIT_NANOS = 60_000_000_000L;

    /** Without anything to compare with: when as many runs in a row took much the same time. */
    private static final int STEADY_RUNS = 6;

    private static final double STEADY = 1.3;

    /** The kernel sets that are compiled; the compiler's work serves all models of the JVM. */
    private static final Set<String> COMPILED = ConcurrentHashMap.newKeySet();

    private final Engine engine;
    private final NetworkPlan plan;
    private final TensorSource weights;
    private final Program plain;
    private final Consumer<Program> whenReady;
    private final Thread thread;
    private boolean started;
    private boolean finished;
    private volatile boolean cancelled;

    /**
     * Does not start yet.
     *
     * @param plain what runs meanwhile
     * @param whenReady takes the program that is fast by then
     */
    WarmUp(Engine engine, NetworkPlan plan, TensorSource weights, Program plain, Consumer<Program> whenReady) {
        this.engine = engine;
        this.plan = plan;
        this.weights = weights;
        this.plain = plain;
        this.whenReady = whenReady;
        this.thread = new Thread(this::run, "convnext4j-warm-up");
        thread.setDaemon(true);
    }

    /** Whether these kernels need no warm-up: some model has had its own, or they are plain Java. */
    static boolean isCompiled(KernelSet kernels, NetworkPlan plan) {
        return !kernels.onVectors() || COMPILED.contains(key(kernels, plan));
    }

    /** ConvNeXts and other networks have their own kernels beside common ones. */
    private static String key(KernelSet kernels, NetworkPlan plan) {
        return (ProgramBuilder.runsPlain(plan) ? "" : "with those of other networks: ") + kernels;
    }

    /**
     * Gets the kernels of {@code fused} compiled before their first real work, for engines that were told not to use
     * others meanwhile. A sample on one thread does it in about a second; a batch of whole pictures on all of them, whose
     * threads keep the compiler's from running, has taken half a minute on a busy machine.
     */
    static void compileFirst(Program fused, KernelSet kernels, NetworkPlan plan) {
        synchronized (COMPILED) {
            if (isCompiled(kernels, plan)) {
                return;
            }
            try (Sample sample = new Sample(plan)) {
                long begin = System.nanoTime();
                long best = Long.MAX_VALUE;
                int steady = 0;
                while (steady < STEADY_RUNS && System.nanoTime() - begin < LIMIT_NANOS) {
                    long nanos = sample.time(fused);
                    steady = nanos > best / STEADY && nanos < best * STEADY ? steady + 1 : 0;
                    best = Math.min(best, nanos);
                }
                LOG.debug("{} compiled after {} ms", kernels, (System.nanoTime() - begin) / 1_000_000);
            }
            COMPILED.add(key(kernels, plan));
        }
    }

    /** Begins, unless it has begun or is cancelled, or the system gives no further thread: then a later call may. */
    synchronized void start() {
        if (!started && !cancelled) {
            try {
                thread.start();
                started = true;
            } catch (OutOfMemoryError e) {
                LOG.warn("the model stays on its slower first kernels for now: {}", e.getMessage());
            }
        }
    }

    /** Begins and returns when it is over. */
    void await() throws InterruptedException {
        start();
        thread.join();
    }

    /**
     * Asks the warm-up to stop.
     *
     * @return whether the program in use is the caller's to close; if not, the warm-up is under way and closes it when
     *     it stops, within one run
     */
    synchronized boolean cancel() {
        cancelled = true;
        return finished || !started;
    }

    private void run() {
        Program fused = null;
        boolean ready = false;
        try {
            long begin = System.nanoTime();
            fused = Program.fused(engine, plan, weights);
            ready = compile(fused, begin);
        } catch (RuntimeException | Error e) {
            LOG.error("the model stays on its slower first kernels, because preparing the fast ones failed", e);
        }
        finish(fused, ready);
    }

    private synchronized void finish(@Nullable Program fused, boolean ready) {
        finished = true;
        if (cancelled) {
            plain.lease().close();
        }
        if (fused != null) {
            if (ready && !cancelled) {
                COMPILED.add(key(engine.kernels(), plan));
                whenReady.accept(fused);
            } else {
                fused.lease().close();
            }
        }
    }

    /** Runs both until the fused program is faster; false if that did not happen in time. */
    private boolean compile(Program fused, long begin) {
        try (Sample sample = new Sample(plan)) {
            int faster = 0;
            while (!cancelled && System.nanoTime() - begin < LIMIT_NANOS) {
                faster = sample.time(fused) < sample.time(plain) ? faster + 1 : 0;
                if (faster == FASTER_RUNS) {
                    LOG.debug("{} compiled after {} ms", engine.kernels(), (System.nanoTime() - begin) / 1_000_000);
                    return true;
                }
            }
            return false;
        }
    }

    /** A sample of a picture and what it takes to run it on one thread. */
    private static final class Sample implements AutoCloseable {
        private final Workers workers = new Workers(1);
        private final WorkspacePool workspaces = new WorkspacePool(1);
        private final Arena arena;
        private final Tensor picture;
        private final Wanted last;

        @SuppressWarnings("MustBeClosedChecker") // closed by close
        Sample(NetworkPlan plan) {
            arena = Arena.ofShared();
            int patch = stride(plan.stem());
            int patches = plan.stages().size() == 1 ? ISOTROPIC_WIDTH_PATCHES : WIDTH_PATCHES;
            picture = Tensor.allocate(arena, 1, plan.inChannels(), HEIGHT_PATCHES * patch, patches * patch);
            last = HeadPlan.of(plan).classifier() == null ? Wanted.EMBEDDING : Wanted.LOGITS;
        }

        /** Input pixels from one position of the map behind some layers to the next. */
        private static int stride(List<Layer> layers) {
            int stride = 1;
            for (Layer layer : layers) {
                if (layer instanceof ConvLayer conv) {
                    stride *= conv.window().stride();
                } else if (layer instanceof MaxPoolLayer) {
                    stride *= MaxPool.STRIDE;
                }
            }
            return stride;
        }

        /** Nanoseconds of one pass. */
        long time(Program program) {
            try (Team team = workers.team();
                    Arena results = Arena.ofConfined()) {
                long begin = System.nanoTime();
                program.forward(team, workspaces, picture, last, results);
                return System.nanoTime() - begin;
            }
        }

        @Override
        public void close() {
            arena.close();
            workspaces.close();
            workers.close();
        }
    }
}
