package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.tensor.Workspace;
import org.convnext4j.engine.tensor.WorkspacePool;
import org.convnext4j.model.weights.ConvNeXtWeights;

/**
 * The whole network with its weights packed for an engine's kernels: stem, four stages, head.
 *
 * <p>All layers write to and read from two maps that take turns, sized for the largest stage, the first; everything a
 * pass needs is one workspace.
 */
final class Network implements AutoCloseable {
    /** Never started: stands for any thread but the caller's. */
    private static final Thread SOME_HELPER = new Thread(() -> {});

    private final Engine engine;
    private final ConvNeXtConfig config;
    private final Arena arena;
    private final Stem stem;
    private final List<Stage> stages;
    private final Head head;
    private final WorkspacePool workspaces;

    /** Packs the weights; they are not needed afterwards. */
    @SuppressWarnings("MustBeClosedChecker") // closed by close
    Network(Engine engine, ConvNeXtConfig config, ConvNeXtWeights weights) {
        this.engine = engine;
        this.config = config;
        this.arena = Arena.ofShared();
        this.workspaces = new WorkspacePool(engine.workers().threads());
        this.stem = new Stem(engine.kernels(), arena, weights.stem(), config.layerNormEps());
        List<Stage> packed = new ArrayList<>();
        weights.stages().forEach(w -> packed.add(new Stage(engine.kernels(), arena, w, config.layerNormEps())));
        this.stages = List.copyOf(packed);
        this.head = new Head(engine.kernels(), arena, weights.head(), config.headNormEps());
    }

    /**
     * One forward pass.
     *
     * @param picture (N, I, H, W)
     * @param wanted what to compute; nothing beyond it is
     * @param results where the results live
     */
    Map<Output, Tensor> forward(Tensor picture, Set<Output> wanted, Arena results) {
        try (Team team = engine.workers().team()) {
            Sizes sizes = sizes(picture, team.size());
            Workspace workspace = workspaces.acquire(sizes.bytes());
            try {
                return forward(picture, wanted, results, team, sizes, workspace);
            } finally {
                workspaces.release(workspace);
            }
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
        Pass pass = new Pass(engine.kernels(), team, scratch, shared);
        Map<Output, Tensor> outputs = new EnumMap<>(Output.class);

        int n = picture.dim(0);
        int height = picture.dim(2) / config.patchSize();
        int width = picture.dim(3) / config.patchSize();
        FeatureMap x = new FeatureMap(here, n, height, width, config.dims().get(0));
        stem.forward(pass, readableByAll(picture), x);
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

    /**
     * The picture as the helpers may read it. A confined segment refuses every thread but its owner, which is this one
     * and waits for the helpers, so that it cannot be freed meanwhile.
     */
    private static Tensor readableByAll(Tensor picture) {
        MemorySegment data = picture.data();
        if (data.isAccessibleBy(SOME_HELPER)) {
            return picture;
        }
        MemorySegment open = MemorySegment.ofAddress(data.address()).reinterpret(data.byteSize());
        return new Tensor(picture.shape(), open.asReadOnly());
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
            scratch = Math.max(scratch, Block.scratchFloats(n, height, width, channels));
            shared = Math.max(shared, Block.sharedFloats(n, height, width, channels, members));
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

    @Override
    public void close() {
        workspaces.close();
        arena.close();
    }
}
