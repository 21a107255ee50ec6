package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.FirstCallKernels;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.tensor.WorkspacePool;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.HeadWeights;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a model and what they run on. A model that is loaded before its kernels are compiled starts with
 * {@link Layers#plain plain layers} and goes over to {@link Layers#fused fused ones} when these have become faster
 * ({@link WarmUp}).
 */
final class Network implements AutoCloseable {
    private final Engine engine;
    private final ConvNeXtConfig config;
    private final WorkspacePool workspaces;
    private final @Nullable WarmUp warmUp;
    private volatile Layers layers;
    private volatile boolean compiled;

    private Network(Engine engine, ConvNeXtConfig config, Layers layers) {
        this.engine = engine;
        this.config = config;
        this.workspaces = new WorkspacePool(engine.workers().threads());
        this.layers = layers;
        this.warmUp = null;
    }

    private Network(Engine engine, Layers plain, ConvNeXtCheckpoint checkpoint) {
        this.engine = engine;
        this.config = checkpoint.config();
        this.workspaces = new WorkspacePool(engine.workers().threads());
        this.layers = plain;
        this.warmUp = new WarmUp(engine.kernels(), checkpoint.config(), checkpoint.weights(), plain, this::switchTo);
    }

    /** Packs the weights; they are not needed afterwards. */
    static Network of(Engine engine, ConvNeXtConfig config, ConvNeXtWeights weights) {
        return around(Layers.fused(engine.kernels(), config, weights), fused -> new Network(engine, config, fused));
    }

    /**
     * Takes the checkpoint over and closes it when its weights are not needed any more; if this throws, it is still the
     * caller's.
     */
    static Network of(Engine engine, ConvNeXtCheckpoint checkpoint) {
        Optional<FirstCallKernels> first = engine.firstCallKernels();
        if (first.isEmpty() || WarmUp.isCompiled(engine.kernels())) {
            Network network = of(engine, checkpoint.config(), checkpoint.weights());
            checkpoint.close();
            return network;
        }
        Layers plain = Layers.plain(first.get(), checkpoint.config(), checkpoint.weights(), checkpoint::close);
        return around(plain, layers -> new Network(engine, layers, checkpoint));
    }

    /** A network that closes its layers, which are closed here if it cannot be made. */
    private static Network around(Layers layers, Function<Layers, Network> maker) {
        boolean made = false;
        try {
            Network network = maker.apply(layers);
            made = true;
            return network;
        } finally {
            if (!made) {
                layers.lease().close();
            }
        }
    }

    private void switchTo(Layers fused) {
        Layers before = layers;
        layers = fused;
        before.lease().close();
    }

    /** Returns when the layers will not change any more. */
    void awaitWarmUp() throws InterruptedException {
        if (warmUp == null) {
            compileFirst();
        } else {
            warmUp.await();
        }
    }

    private void compileFirst() {
        if (!compiled) {
            WarmUp.compileFirst(layers, engine.kernels(), config);
            compiled = true;
        }
    }

    /** One forward pass; parameters as in {@link Layers#forward}. */
    Map<Output, Tensor> forward(Tensor picture, Set<Output> wanted, boolean normed, Arena results) {
        if (warmUp == null) {
            compileFirst();
        }
        try (Team team = engine.workers().team()) {
            Layers now = begin();
            try {
                return now.forward(team, workspaces, picture, wanted, normed, results);
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
     * The head with the classifier's row of one class alone.
     *
     * @param arena how long the copies live
     */
    HeadWeights headOfClass(int classIndex, Arena arena) {
        Layers now = begin();
        try {
            return now.headOfClass(classIndex, arena);
        } finally {
            now.lease().end();
        }
    }

    private Layers begin() {
        Layers now = layers;
        while (!now.lease().begin()) {
            now = layers; // switched between the two lines
        }
        return now;
    }

    /** Call when no pass runs and none will begin. */
    @Override
    public void close() {
        if (warmUp == null || warmUp.cancel()) {
            layers.lease().close();
        }
        workspaces.close();
    }
}
