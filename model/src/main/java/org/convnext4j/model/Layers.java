package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.convnext4j.engine.FirstCallKernels;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.parallel.TeamReading;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.tensor.Workspace;
import org.convnext4j.engine.tensor.WorkspacePool;
import org.convnext4j.model.weights.BlockWeights;
import org.convnext4j.model.weights.ConvNeXtWeights;

/**
 * All layers, ready to run on some kernels: stem, four stages, head.
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
            Function<BlockWeights, Block> block,
            Runnable free) {
        double epsilon = config.layerNormEps();
        this.kernels = kernels;
        this.config = config;
        this.stem = new Stem(kernels, arena, weights.stem(), epsilon);
        this.stages = weights.stages().stream()
                .map(stage -> new Stage(kernels, arena, stage, epsilon, block))
                .toList();
        this.head = new Head(kernels, arena, weights.head(), config.headNormEps());
        this.lease = new Lease(() -> {
            arena.close();
            free.run();
        });
    }

    /** Layers on weights folded and packed for {@code kernels}; {@code weights} are not needed afterwards. */
    @SuppressWarnings("MustBeClosedChecker") // closed by the lease
    static Layers fused(KernelSet kernels, ConvNeXtConfig config, ConvNeXtWeights weights) {
        Arena arena = Arena.ofShared();
        return new Layers(
                kernels,
                config,
                weights,
                arena,
                block -> new FusedBlock(kernels, arena, block, config.layerNormEps()),
                () -> {});
    }

    /**
     * Layers that run at once, straight on {@code weights}.
     *
     * @param free called when they are closed and no call runs: the weights may go
     */
    @SuppressWarnings("MustBeClosedChecker") // closed by the lease
    static Layers plain(FirstCallKernels first, ConvNeXtConfig config, ConvNeXtWeights weights, Runnable free) {
        Arena arena = Arena.ofShared();
        return new Layers(
                first.kernels(),
                config,
                weights,
                arena,
                block -> new PlainBlock(first, arena, block, config.layerNormEps()),
                free);
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
     * @param results where the results live
     */
    Map<Output, Tensor> forward(
            Team team, WorkspacePool workspaces, Tensor picture, Set<Output> wanted, Arena results) {
        Sizes sizes = sizes(picture, team.size());
        Workspace workspace = workspaces.acquire(sizes.bytes());
        try {
            return forward(picture, wanted, results, team, sizes, workspace);
        } finally {
            workspaces.release(workspace);
        }
    }

    private Map<Output, Tensor> forward(
            Tensor picture, Set<Output> wanted, Arena results, Team team, Sizes sizes, Workspace workspace) {
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
        int height = picture.dim(2) / config.patchSize();
        int width = picture.dim(3) / config.patchSize();
        FeatureMap x = new FeatureMap(here, n, height, width, config.dims().get(0));
        stem.forward(pass, TeamReading.of(picture), x);
        for (int s = 0; s < stages.size(); s++) {
            Stage stage = stages.get(s);
            Downsample downsample = stage.downsample();
            if (downsample != null) {
                FeatureMap half = new FeatureMap(
                        x.data().equals(here) ? there : here,
                        n,
                        x.height() / Downsample.PATCH,
                        x.width() / Downsample.PATCH,
                        config.dims().get(s));
                downsample.forward(pass, x, half);
                x = half;
            }
            MemorySegment spare = x.data().equals(here) ? there : here;
            x = stage.forward(pass, x, new FeatureMap(spare, n, x.height(), x.width(), x.channels()));
            Output output = Output.stage(s);
            if (wanted.contains(output)) {
                outputs.put(output, channelsFirst(x, results));
            }
        }
        if (wanted.contains(Output.EMBEDDING) || wanted.contains(Output.LOGITS)) {
            head.embed(pass, x, embedding);
        }
        if (wanted.contains(Output.EMBEDDING)) {
            outputs.put(Output.EMBEDDING, copy(embedding, results, n, x.channels()));
        }
        if (wanted.contains(Output.LOGITS)) {
            head.classify(pass, n, embedding, logits);
            outputs.put(Output.LOGITS, copy(logits, results, n, config.classes()));
        }
        return outputs;
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
        int height = picture.dim(2) / config.patchSize();
        int width = picture.dim(3) / config.patchSize();
        long map = 0;
        long shared = 0;
        long scratch = stem.scratchFloats(n, picture.dim(2), picture.dim(3));
        for (int s = 0; s < stages.size(); s++) {
            Downsample downsample = stages.get(s).downsample();
            if (downsample != null) {
                scratch = Math.max(scratch, downsample.scratchFloats(n, height, width));
                height /= Downsample.PATCH;
                width /= Downsample.PATCH;
            }
            int channels = config.dims().get(s);
            map = Math.max(map, (long) n * height * width * channels);
            scratch = Math.max(scratch, FusedBlock.scratchFloats(n, height, width, channels));
            shared = Math.max(shared, FusedBlock.sharedFloats(n, height, width, channels, members));
        }
        long embedding = (long) n * config.dims().get(stages.size() - 1);
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
