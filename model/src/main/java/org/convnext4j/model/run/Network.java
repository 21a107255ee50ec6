package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.function.Function;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.FirstCallKernels;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.tensor.WorkspacePool;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/**
 * A network ready to run, and what it runs on. One that is loaded before its kernels are compiled starts with a program
 * straight on its weights and goes over to one on folded and packed weights when that has become faster.
 *
 * <p>Any number of threads may call it at once.
 */
public final class Network implements AutoCloseable {
    private final Engine engine;
    private final NetworkPlan plan;
    private final WorkspacePool workspaces;
    private final @Nullable WarmUp warmUp;
    private volatile Program program;
    private volatile boolean compiled;

    private Network(Engine engine, NetworkPlan plan, Program program) {
        this.engine = engine;
        this.plan = plan;
        this.workspaces = new WorkspacePool(engine.workers().threads());
        this.program = program;
        this.warmUp = null;
    }

    private Network(Engine engine, NetworkPlan plan, TensorSource weights, Program plain) {
        this.engine = engine;
        this.plan = plan;
        this.workspaces = new WorkspacePool(engine.workers().threads());
        this.program = plain;
        this.warmUp = new WarmUp(engine, plan, weights, plain, this::switchTo);
    }

    /**
     * Packs the weights; they are not needed afterwards.
     *
     * @param engine outlives the network
     * @throws IllegalArgumentException if there is a layer that nothing here runs, or a tensor is missing; the message
     *     names it
     */
    public static Network of(Engine engine, NetworkPlan plan, TensorSource weights) {
        return around(Program.fused(engine, plan, weights), fused -> new Network(engine, plan, fused));
    }

    /**
     * Takes the weights over and frees them when they are not needed any more; if this throws, they are still the caller's.
     *
     * @param engine outlives the network
     * @param free called once, by any thread
     * @throws IllegalArgumentException as {@link #of(Engine, NetworkPlan, TensorSource)}
     */
    public static Network of(Engine engine, NetworkPlan plan, TensorSource weights, Runnable free) {
        Optional<FirstCallKernels> first = engine.firstCallKernels();
        if (first.isEmpty() || WarmUp.isCompiled(engine.kernels(), plan) || !ProgramBuilder.runsPlain(plan)) {
            Network network = of(engine, plan, weights);
            free.run();
            return network;
        }
        Program plain = Program.plain(engine, first.get(), plan, weights, free);
        return around(plain, program -> new Network(engine, plan, weights, program));
    }

    /** A network that closes its program, which is closed here if it cannot be made. */
    private static Network around(Program program, Function<Program, Network> maker) {
        boolean made = false;
        try {
            Network network = maker.apply(program);
            made = true;
            return network;
        } finally {
            if (!made) {
                program.lease().close();
            }
        }
    }

    private void switchTo(Program fused) {
        Program before = program;
        program = fused;
        before.lease().close();
    }

    /**
     * Returns when the program will not change any more.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public void awaitWarmUp() throws InterruptedException {
        if (warmUp == null) {
            compileFirst();
        } else {
            warmUp.await();
        }
    }

    private void compileFirst() {
        if (!compiled) {
            WarmUp.compileFirst(program, engine.kernels(), plan);
            compiled = true;
        }
    }

    /**
     * One forward pass.
     *
     * @param image (N, I, H, W), in the size that the plan takes
     * @param wanted what to compute, of what the plan has; nothing beyond it is
     * @param results where the results live
     * @throws IllegalArgumentException if these are no such pictures, or they are too small for a layer
     */
    public Results forward(Tensor image, Wanted wanted, Arena results) {
        if (image.shape().rank() != 4 || image.dim(0) < 1 || image.dim(1) != plan.inChannels()) {
            throw new IllegalArgumentException(
                    "pictures must be (N, " + plan.inChannels() + ", H, W), not " + image.shape());
        }
        if (warmUp == null) {
            compileFirst();
        }
        try (Team team = engine.workers().team()) {
            Program now = begin();
            try {
                return now.forward(team, workspaces, image, wanted, results);
            } finally {
                now.lease().end();
                if (warmUp != null) {
                    // Not before the first call is done: a program that classifies one picture needs both cores for it.
                    warmUp.start();
                }
            }
        }
    }

    /**
     * The tensors of the head, with the classifier's row of one class alone.
     *
     * @param arena how long the copies live
     */
    public TensorSource headOfClass(int classIndex, Arena arena) {
        Program now = begin();
        try {
            return now.headOfClass(classIndex, arena);
        } finally {
            now.lease().end();
        }
    }

    private Program begin() {
        Program now = program;
        while (!now.lease().begin()) {
            now = program; // switched between the two lines
        }
        return now;
    }

    /** Call when no pass runs and none will begin. */
    @Override
    public void close() {
        if (warmUp == null || warmUp.cancel()) {
            program.lease().close();
        }
        workspaces.close();
    }
}
