package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.LayerCursor;
import org.convnext4j.model.layers.MapShape;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.TensorSource;
import org.convnext4j.model.run.ProgramBuilder.Placed;

/** Some layers by themselves, such as a block, as a network runs them: for measuring them. Not thread-safe. */
public final class LayerRun {
    private final Engine engine;
    private final Step step;
    private final FeatureMap x;
    private final FeatureMap y;
    private final MemorySegment shared;
    private final MemorySegment[] scratch;

    /**
     * Packs the weights and takes the memory that a pass needs.
     *
     * @param arena must be shared among threads
     * @param engine gives kernels and threads
     * @param layers that run together
     * @param weights not needed afterwards
     * @param input (N, H, W, C)
     * @throws IllegalArgumentException if there is a layer that nothing here runs, or they run in more than one step
     */
    public LayerRun(Arena arena, Engine engine, List<Layer> layers, TensorSource weights, Tensor input) {
        this.engine = engine;
        List<Placed<Step>> steps =
                ProgramBuilder.fused(engine, arena, weights).steps(new LayerCursor(layers), "the list");
        if (steps.size() != 1) {
            throw new IllegalArgumentException("the layers run in " + steps.size() + " steps, not in one: " + layers);
        }
        this.step = steps.get(0).step();
        int n = input.dim(0);
        MapShape in = new MapShape(input.dim(1), input.dim(2), input.dim(3));
        MapShape out = NetworkPlan.output(layers, in);
        int threads = engine.workers().threads();
        this.x = new FeatureMap(input.data(), n, in);
        this.y = new FeatureMap(floats(arena, (long) n * out.pixels() * out.channels()), n, out);
        this.shared = floats(arena, step.sharedFloats(n, in, threads));
        this.scratch = new MemorySegment[threads];
        for (int member = 0; member < threads; member++) {
            scratch[member] = floats(arena, step.scratchFloats(n, in));
        }
    }

    private static MemorySegment floats(Arena arena, long floats) {
        return arena.allocate(floats * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }

    /** Runs the layers; their input does not change. */
    public void forward() {
        try (Team team = engine.workers().team()) {
            step.forward(new Pass(team, scratch, shared), x, y);
        }
    }

    /** (N, H, W, C), what {@link #forward} computed. */
    public MemorySegment result() {
        return y.data();
    }
}
