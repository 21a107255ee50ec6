package org.convnext4j.model.run;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.kernel.Relu;
import org.convnext4j.engine.kernel.gradient.RowOperations;
import org.convnext4j.engine.tensor.Workspace;
import org.convnext4j.model.layers.Activation;
import org.convnext4j.model.layers.MapShape;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.run.ProgramBuilder.Placed;
import org.jspecify.annotations.Nullable;

/**
 * A block of any layers: {@code after(branch(x) + shortcut(x))}. The maps inside lie in the memory that the team shares.
 */
final class ResidualStep implements Step {
    private final List<Placed<Step>> branch;
    private final List<Placed<Step>> shortcut;
    private final @Nullable Activation after;
    private final Relu relu;
    private final Elementwise activation;
    private final RowOperations additions;

    /**
     * Of these parts.
     *
     * @param branch one step or more
     * @param shortcut none where x itself is added
     * @param after what follows the addition, if anything does
     */
    ResidualStep(Engine engine, List<Placed<Step>> branch, List<Placed<Step>> shortcut, @Nullable Activation after) {
        this.branch = List.copyOf(branch);
        this.shortcut = List.copyOf(shortcut);
        this.after = after;
        this.activation = Elementwise.of(engine, after == null ? Activation.RELU : after);
        this.relu = engine.roadmapKernels().relu();
        this.additions = engine.gradientKernels().rowOperations();
    }

    @Override
    public long scratchFloats(int n, MapShape in) {
        return Math.max(scratchFloats(branch, n, in), scratchFloats(shortcut, n, in));
    }

    private static long scratchFloats(List<Placed<Step>> steps, int n, MapShape in) {
        long most = 0;
        MapShape map = in;
        for (Placed<Step> placed : steps) {
            most = Math.max(most, placed.step().scratchFloats(n, map));
            map = NetworkPlan.output(placed.layers(), map);
        }
        return most;
    }

    @Override
    public long sharedFloats(int n, MapShape in, int threads) {
        long inside = Math.max(sharedFloats(branch, n, in, threads), sharedFloats(shortcut, n, in, threads));
        return 2 * innerFloats(n, in) + inside;
    }

    private static long sharedFloats(List<Placed<Step>> steps, int n, MapShape in, int threads) {
        long most = 0;
        MapShape map = in;
        for (Placed<Step> placed : steps) {
            most = Math.max(most, placed.step().sharedFloats(n, map, threads));
            map = NetworkPlan.output(placed.layers(), map);
        }
        return most;
    }

    /** Floats of the largest map inside, rounded up so that what follows it is aligned. */
    private long innerFloats(int n, MapShape in) {
        long most = Math.max(mapFloats(branch, in), mapFloats(shortcut, in));
        return Workspace.alignedBytes(n * most) / Float.BYTES;
    }

    private static long mapFloats(List<Placed<Step>> steps, MapShape in) {
        long most = 0;
        MapShape map = in;
        for (Placed<Step> placed : steps) {
            map = NetworkPlan.output(placed.layers(), map);
            most = Math.max(most, (long) map.pixels() * map.channels());
        }
        return most;
    }

    @Override
    public void forward(Pass pass, FeatureMap x, FeatureMap y) {
        long bytes = innerFloats(x.n(), x.shape()) * Float.BYTES;
        MemorySegment here = pass.shared().asSlice(0, bytes);
        MemorySegment there = pass.shared().asSlice(bytes, bytes);
        Pass inside = new Pass(pass.team(), pass.scratch(), pass.shared().asSlice(2 * bytes));
        run(inside, branch, x, here, there, y.data());
        FeatureMap added = shortcut.isEmpty() ? x : run(inside, shortcut, x, here, there, here);
        int channels = y.channels();
        pass.rows(y, (row, rows, member) -> {
            long at = y.rowBytes(row);
            int pixels = rows * y.width();
            if (after == Activation.RELU) {
                relu.forwardSum(
                        pixels, channels, y.data(), at, channels, added.data(), at, channels, y.data(), at, channels);
            } else {
                additions.scale(pixels, channels, 1, added.data(), at, channels, true, y.data(), at, channels);
                if (after != null) {
                    activation.forward(pixels, channels, y.data(), at, y.data(), at);
                }
            }
        });
    }

    /** Runs steps by way of two maps that take turns, the last one to {@code last}. */
    private static FeatureMap run(
            Pass pass,
            List<Placed<Step>> steps,
            FeatureMap x,
            MemorySegment here,
            MemorySegment there,
            MemorySegment last) {
        FeatureMap map = x;
        for (int s = 0; s < steps.size(); s++) {
            Placed<Step> placed = steps.get(s);
            boolean atEnd = s == steps.size() - 1;
            // Counted from the end, so that the last but one is not where the last one goes.
            MemorySegment next = (steps.size() - 1 - s) % 2 == 1 ? there : here;
            FeatureMap y = new FeatureMap(atEnd ? last : next, x.n(), NetworkPlan.output(placed.layers(), map.shape()));
            placed.step().forward(pass, map, y);
            map = y;
        }
        return map;
    }
}
