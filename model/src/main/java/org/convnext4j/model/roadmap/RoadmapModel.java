package org.convnext4j.model.roadmap;

import java.lang.foreign.Arena;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.TensorSource;

/**
 * A network of the roadmap ready to run, with BatchNorm by its running statistics and folded into the convolutions.
 *
 * <p>Any thread may call it; calls that come at once wait for each other. Memory is kept until pictures of another size or
 * number come.
 */
public final class RoadmapModel implements AutoCloseable {
    private final Engine engine;
    private final RoadmapNetwork network;
    private final Arena arena;
    private final ForwardSequence layers;
    private final PassMemory memory = new PassMemory();
    private boolean closed;

    private RoadmapModel(Engine engine, RoadmapNetwork network, Arena arena, ForwardSequence layers) {
        this.engine = engine;
        this.network = network;
        this.arena = arena;
        this.layers = layers;
    }

    /**
     * A model from weights in memory, which are copied.
     *
     * @param engine outlives the model and is not closed by it
     * @throws IllegalArgumentException if a tensor is missing
     * @throws org.convnext4j.engine.EngineException if the engine's backend has no kernels for it here
     */
    @SuppressWarnings("MustBeClosedChecker") // closed with the model
    public static RoadmapModel of(RoadmapNetwork network, TensorSource weights, Engine engine) {
        Arena arena = Arena.ofShared();
        try {
            ForwardSequence layers = new ForwardBuilder(engine.roadmapKernels(), arena, weights)
                    .build(network.plan().layers());
            return new RoadmapModel(engine, network, arena, layers);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** The description. */
    public RoadmapNetwork network() {
        return network;
    }

    /**
     * The logits of preprocessed pictures.
     *
     * @param images (N, I, H, W)
     * @param results how long the logits live
     * @return (N, K)
     * @throws IllegalArgumentException if the pictures do not fit the network
     * @throws IllegalStateException if the model is closed
     */
    public synchronized Tensor logits(Tensor images, Arena results) {
        if (closed) {
            throw new IllegalStateException("the model " + network.name() + " is closed; load it again");
        }
        PictureMaps.require(network, images);
        MapMemory maps = memory.maps(images);
        try (Team team = engine.workers().team()) {
            LayerContext context = new LayerContext(engine, team, maps, arena, BranchFactors.NONE, memory.scratch());
            BatchMap y = layers.forward(context, PictureMaps.channelsLast(context, images), false);
            Tensor logits = Tensor.allocate(results, images.dim(0), network.classes());
            logits.data().copyFrom(y.data());
            return logits;
        } finally {
            maps.giveAll();
        }
    }

    /**
     * The logits of preprocessed pictures.
     *
     * @param images (N, I, H, W)
     * @return (N, K), row-major
     * @throws IllegalArgumentException if the pictures do not fit the network
     * @throws IllegalStateException if the model is closed
     */
    public float[] logits(Tensor images) {
        try (Arena results = Arena.ofConfined()) {
            return logits(images, results).toArray();
        }
    }

    /** Frees the memory once a call under way is done; may be called again. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            memory.close();
            arena.close();
        }
    }
}
