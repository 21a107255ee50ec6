package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.convnext4j.engine.FirstCallKernels;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.parallel.TeamReading;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.tensor.Workspace;
import org.convnext4j.engine.tensor.WorkspacePool;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.BlockWeights;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.HeadWeights;

/**
 * All layers, ready to run on some kernels: stem, stages, head.
 *
 * <p>They write to and read from two maps that take turns, sized for the largest stage, the first; everything a pass
 * needs is one workspace.
 */
final class Layers {
    private final KernelSet kernels;
    private final ConvNeXtConfig config;
    private final Stem stem;
    private final List<Stage> stages;
    private final Head head;
    private final Lease lease;

    private Layers(
            KernelSet kernels,
            ConvNeXtConfig config,
            ConvNeXtWeights weights,
            Arena arena,
            BlockMaker block,
            Runnable free) {
        this.kernels = kernels;
        this.config = config;
        this.stem = Stem.of(kernels, arena, weights.stem(), config);
        List<Stage> made = new ArrayList<>();
        for (int s = 0; s < config.stages(); s++) {
            BlockDesign design = BlockDesign.of(config, s);
            made.add(new Stage(
                    kernels, arena, weights.stages().get(s), config, s, one -> block.make(arena, one, design)));
        }
        this.stages = List.copyOf(made);
        this.head = new Head(kernels, arena, weights.head(), config);
        this.lease = new Lease(() -> {
            arena.close();
            free.run();
        });
    }

    /** How blocks are made: folded and packed, or straight on the checkpoint's weights. */
    private interface BlockMaker {
        Block make(Arena arena, BlockWeights weights, BlockDesign design);
    }

    /** Layers on weights folded and packed for {@code kernels}; {@code weights} are not needed afterwards. */
    static Layers fused(KernelSet kernels, ConvNeXtConfig config, ConvNeXtWeights weights) {
        BlockMaker block = config.design().responseNorm()
                ? (arena, one, design) -> ResponseNormBlock.fused(kernels, arena, one, design)
                : (arena, one, design) -> new FusedBlock(kernels, arena, one, design);
        return of(kernels, config, weights, block, () -> {});
    }

    /**
     * Layers that run at once, straight on {@code weights}.
     *
     * @param free called when they are closed and no call runs: the weights may go; not if this throws
     */
    static Layers plain(FirstCallKernels first, ConvNeXtConfig config, ConvNeXtWeights weights, Runnable free) {
        BlockMaker block = config.design().responseNorm()
                ? (arena, one, design) -> ResponseNormBlock.plain(first, arena, one, design)
                : (arena, one, design) -> new PlainBlock(first, arena, one, design);
        return of(first.kernels(), config, weights, block, free);
    }

    @SuppressWarnings("MustBeClosedChecker") // closed by the lease
    private static Layers of(
            KernelSet kernels, ConvNeXtConfig config, ConvNeXtWeights weights, BlockMaker block, Runnable free) {
        Arena arena = Arena.ofShared();
        boolean made = false;
        try {
            Layers layers = new Layers(kernels, config, weights, arena, block, free);
            made = true;
            return layers;
        } finally {
            if (!made) {
                arena.close();
            }
        }
    }

    /** As {@link Head#ofClass}. */
    HeadWeights headOfClass(int classIndex, Arena arena) {
        return head.ofClass(arena, classIndex);
    }

    /** Calls under way keep the layers open. */
    Lease lease() {
        return lease;
    }

    /**
     * One forward pass.
     *
     * @param team the threads
     * @param workspaces where scratch memory comes from
     * @param picture (N, I, H, W)
     * @param wanted what to compute; nothing beyond it is
     * @param normed whether the stages' maps are those after the stages' own norms
     * @param results where the results live
     */
    Map<Output, Tensor> forward(
            Team team, WorkspacePool workspaces, Tensor picture, Set<Output> wanted, boolean normed, Arena results) {
        Sizes sizes = sizes(picture, team.size());
        Workspace workspace = workspaces.acquire(sizes.bytes());
        try {
            return forward(picture, wanted, normed, results, team, sizes, workspace);
        } finally {
            workspaces.release(workspace);
        }
    }

    private Map<Output, Tensor> forward(
            Tensor picture,
            Set<Output> wanted,
            boolean normed,
            Arena results,
            Team team,
            Sizes sizes,
            Workspace workspace) {
        MemorySegment here = workspace.take(sizes.mapFloats());
        MemorySegment there = workspace.take(sizes.mapFloats());
        MemorySegment embedding = workspace.take(sizes.embeddingFloats());
        MemorySegment logits = workspace.take(sizes.logitsFloats());
        MemorySegment shared = workspace.take(sizes.sharedFloats());
        MemorySegment[] scratch = new MemorySegment[team.size()];
        for (int member = 0; member < scratch.length; member++) {
            scratch[member] = workspace.take(sizes.scratchFloats());
        }
        Pass pass = new Pass(kernels, team, scratch, shared);
        Map<Output, Tensor> outputs = new EnumMap<>(Output.class);

        int n = picture.dim(0);
        FeatureMap x = map(here, 0, picture);
        stem.forward(pass, TeamReading.of(picture), x);
        int end = neededStages(wanted);
        for (int s = 0; s < end; s++) {
            Stage stage = stages.get(s);
            Downsampling downsample = stage.downsample();
            if (downsample != null) {
                FeatureMap next = map(x.data().equals(here) ? there : here, s, picture);
                downsample.forward(pass, x, next);
                x = next;
            }
            MemorySegment other = x.data().equals(here) ? there : here;
            x = stage.forward(pass, x, map(other, s, picture));
            if (wanted.contains(Output.stage(s))) {
                FeatureMap spare = map(x.data().equals(here) ? there : here, s, picture);
                FeatureMap given = normed ? stage.normed(pass, x, spare) : x;
                outputs.put(Output.stage(s), channelsFirst(given, results));
            }
        }
        if (wanted.contains(Output.EMBEDDING) || wanted.contains(Output.LOGITS)) {
            head.embed(pass, x, embedding);
        }
        if (wanted.contains(Output.EMBEDDING)) {
            outputs.put(Output.EMBEDDING, copy(embedding, results, n, config.embeddingSize()));
        }
        if (wanted.contains(Output.LOGITS)) {
            head.classify(pass, n, embedding, logits);
            outputs.put(Output.LOGITS, copy(logits, results, n, config.classes()));
        }
        return outputs;
    }

    /** How many stages it takes to compute what is wanted. */
    private int neededStages(Set<Output> wanted) {
        if (wanted.contains(Output.EMBEDDING) || wanted.contains(Output.LOGITS)) {
            return stages.size();
        }
        int needed = 0;
        for (int s = 0; s < stages.size(); s++) {
            needed = wanted.contains(Output.stage(s)) ? s + 1 : needed;
        }
        return needed;
    }

    /** A stage's map of this picture. */
    private FeatureMap map(MemorySegment data, int stage, Tensor picture) {
        return new FeatureMap(
                data,
                picture.dim(0),
                config.side(stage, picture.dim(2)),
                config.side(stage, picture.dim(3)),
                config.dims().get(stage));
    }

    /** A result for the caller, whose arena may be closed to the helpers. */
    private static Tensor copy(MemorySegment values, Arena arena, int rows, int columns) {
        Tensor tensor = Tensor.allocate(arena, rows, columns);
        tensor.data().copyFrom(values);
        return tensor;
    }

    /** What a pass needs, in floats. */
    private record Sizes(
            long mapFloats,
            long embeddingFloats,
            long logitsFloats,
            long sharedFloats,
            long scratchFloats,
            int members) {
        long bytes() {
            return 2 * Workspace.alignedBytes(mapFloats)
                    + Workspace.alignedBytes(embeddingFloats)
                    + Workspace.alignedBytes(logitsFloats)
                    + Workspace.alignedBytes(sharedFloats)
                    + members * Workspace.alignedBytes(scratchFloats);
        }
    }

    private Sizes sizes(Tensor picture, int members) {
        int n = picture.dim(0);
        int height = picture.dim(2);
        int width = picture.dim(3);
        long map = 0;
        long shared = Math.max(stem.sharedFloats(n, height, width), head.sharedFloats(n));
        long scratch = stem.scratchFloats(n, height, width);
        for (int s = 0; s < stages.size(); s++) {
            Downsampling downsample = stages.get(s).downsample();
            if (downsample != null) {
                int before = config.side(s - 1, height);
                int beside = config.side(s - 1, width);
                scratch = Math.max(scratch, downsample.scratchFloats(n, before, beside));
                shared = Math.max(shared, downsample.sharedFloats(n, before, beside));
            }
            int h = config.side(s, height);
            int w = config.side(s, width);
            map = Math.max(map, (long) n * h * w * config.dims().get(s));
            Block block = stages.get(s).firstBlock();
            scratch = Math.max(scratch, block.scratchFloats(n, h, w));
            shared = Math.max(shared, block.sharedFloats(n, h, w, members));
        }
        long embedding = (long) n * config.embeddingSize();
        return new Sizes(map, embedding, (long) n * config.classes(), shared, scratch, members);
    }

    /** (N, H, W, C) to (N, C, H, W). */
    private static Tensor channelsFirst(FeatureMap x, Arena arena) {
        Tensor tensor = Tensor.allocate(arena, x.n(), x.channels(), x.height(), x.width());
        for (int image = 0; image < x.n(); image++) {
            long from = x.imageBytes(image) / Float.BYTES;
            for (int c = 0; c < x.channels(); c++) {
                long to = ((long) image * x.channels() + c) * x.pixels();
                for (int p = 0; p < x.pixels(); p++) {
                    tensor.set(to + p, x.data().getAtIndex(Tensor.FLOAT, from + (long) p * x.channels() + c));
                }
            }
        }
        return tensor;
    }
}
