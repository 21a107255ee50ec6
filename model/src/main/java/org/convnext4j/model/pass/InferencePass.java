package org.convnext4j.model.pass;

import java.lang.foreign.Arena;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.parallel.TeamReading;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.TensorSource;

/**
 * The forward pass of any network in inference, layer by layer, with BatchNorm by its running statistics and folded into
 * the convolutions.
 *
 * <p>Any thread may call it; calls that come at once wait for each other. Memory is kept until pictures of another size or
 * number come.
 */
public final class InferencePass implements AutoCloseable {
    private final Engine engine;
    private final NetworkPlan plan;
    private final Arena arena;
    private final ForwardSequence layers;
    private final PassMemory memory = new PassMemory();
    private boolean closed;

    private InferencePass(Engine engine, NetworkPlan plan, Arena arena, ForwardSequence layers) {
        this.engine = engine;
        this.plan = plan;
        this.arena = arena;
        this.layers = layers;
    }

    /**
     * From weights in memory, which are copied.
     *
     * @param engine outlives this and is not closed by it
     * @throws IllegalArgumentException if a tensor is missing or a layer is in no network of this kind
     * @throws org.convnext4j.engine.EngineException if the engine's backend has no kernels for it here
     */
    @SuppressWarnings("MustBeClosedChecker") // closed by close()
    public static InferencePass of(Engine engine, NetworkPlan plan, TensorSource weights) {
        Arena arena = Arena.ofShared();
        try {
            ForwardBuilder builder = new ForwardBuilder(engine.roadmapKernels(), arena, weights);
            return new InferencePass(engine, plan, arena, builder.build(plan.layers()));
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /**
     * The logits of preprocessed pictures.
     *
     * @param images (N, I, H, W)
     * @param results how long the logits live
     * @return (N, K)
     * @throws IllegalArgumentException if the pictures do not fit the network
     * @throws IllegalStateException if this is closed
     */
    public synchronized Tensor logits(Tensor images, Arena results) {
        if (closed) {
            throw new IllegalStateException("the model " + plan.name() + " is closed; load it again");
        }
        PictureMaps.require(plan, images);
        MapMemory maps = memory.maps(images);
        try (Team team = engine.workers().team()) {
            PassContext context =
                    new PassContext(engine, team, maps, arena, BranchFactors.NONE, memory.scratch(), false);
            BatchMap y =
                    layers.forward(context, PictureMaps.channelsLast(context, TeamReading.of(images)), false);
            Tensor logits = Tensor.allocate(results, images.dim(0), plan.outputs());
            logits.data().copyFrom(y.data());
            return logits;
        } finally {
            maps.giveAll();
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
