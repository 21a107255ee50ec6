package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.FirstCallKernels;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.tensor.Workspace;
import org.convnext4j.engine.tensor.WorkspacePool;
import org.convnext4j.model.layers.HeadPlan;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.LayerCursor;
import org.convnext4j.model.layers.MapShape;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.StagePlan;
import org.convnext4j.model.layers.TensorSource;
import org.convnext4j.model.run.ProgramBuilder.Placed;
import org.jspecify.annotations.Nullable;

/**
 * A whole network as steps that are ready to run on some kernels.
 *
 * <p>They write to and read from two maps that take turns, sized for the largest; everything a pass needs is one workspace.
 */
final class Program {
    private final int inChannels;
    private final Placed<PictureStep> picture;
    private final List<Placed<Step>> steps;
    private final List<Stage> stages;
    private final int stemSteps;
    private final Head head;
    private final Lease lease;
    private volatile @Nullable CallMemory lastMemory;

    /**
     * Where a stage ends.
     *
     * @param end one past its last step
     * @param norm on its map, for those who use the network as a backbone
     */
    record Stage(int end, @Nullable PixelNorm norm) {}

    private Program(ProgramBuilder builder, NetworkPlan plan, Lease lease) {
        this.inChannels = plan.inChannels();
        LayerCursor stem = new LayerCursor(plan.stem());
        this.picture = builder.picture(stem);
        List<Placed<Step>> all = new ArrayList<>(builder.steps(stem, "the stem of " + plan.name()));
        this.stemSteps = all.size();
        List<Stage> ends = new ArrayList<>();
        for (StagePlan stage : plan.stages()) {
            String where = "stage " + ends.size() + " of " + plan.name();
            all.addAll(builder.steps(new LayerCursor(stage.layers()), where));
            NormLayer norm = stage.norm();
            ends.add(new Stage(all.size(), norm == null ? null : builder.norm(norm)));
        }
        this.steps = List.copyOf(all);
        this.stages = List.copyOf(ends);
        this.head = builder.head(HeadPlan.of(plan));
        this.lease = lease;
    }

    /** A program on weights folded and packed for the engine; {@code weights} are not needed afterwards. */
    static Program fused(Engine engine, NetworkPlan plan, TensorSource weights) {
        return of(arena -> ProgramBuilder.fused(engine, arena, weights), plan, () -> {});
    }

    /**
     * A program that runs at once, straight on {@code weights}.
     *
     * @param free called when it is closed and no call runs: the weights may go; not if this throws
     */
    static Program plain(Engine engine, FirstCallKernels first, NetworkPlan plan, TensorSource weights, Runnable free) {
        return of(arena -> ProgramBuilder.plain(engine, first, arena, weights), plan, free);
    }

    /** Makes the builder for an arena. */
    private interface BuilderMaker {
        ProgramBuilder make(Arena arena);
    }

    @SuppressWarnings("MustBeClosedChecker") // closed by the lease
    private static Program of(BuilderMaker builder, NetworkPlan plan, Runnable free) {
        Arena arena = Arena.ofShared();
        boolean made = false;
        try {
            Lease lease = new Lease(() -> {
                arena.close();
                free.run();
            });
            Program program = new Program(builder.make(arena), plan, lease);
            made = true;
            return program;
        } finally {
            if (!made) {
                arena.close();
            }
        }
    }

    /** What reads the picture. */
    PictureStep picture() {
        return picture.step();
    }

    /** A step, counted through all stages. */
    Step step(int index) {
        return steps.get(index).step();
    }

    /** In order. */
    List<Stage> stages() {
        return stages;
    }

    /**
     * What a profile takes the time of.
     *
     * @param name of the part of the network
     * @param phases the layers that run together, in the order of computation
     */
    record Section(String name, List<List<Layer>> phases) {}

    /** The picture's step, all others, the embedding and, in networks with a classifier, the logits. */
    List<Section> sections() {
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("stem", picture.step().phases(picture.layers())));
        int stage = -1;
        for (int i = 0; i < steps.size(); i++) {
            while (i == (stage < 0 ? stemSteps : stages.get(stage).end())) {
                stage++;
            }
            Placed<Step> placed = steps.get(i);
            String name = stage < 0 ? "stem" : "stage " + stage;
            sections.add(new Section(name, placed.step().phases(placed.layers())));
        }
        head.phases().forEach(phases -> sections.add(new Section("head", phases)));
        return sections;
    }

    /** Where the embedding is among {@link #sections}; the logits are the next. */
    int embeddingSection() {
        return 1 + steps.size();
    }

    /** From the last map to the logits. */
    Head head() {
        return head;
    }

    /** As {@link Head#ofClass}. */
    TensorSource headOfClass(int classIndex, Arena arena) {
        return head.ofClass(arena, classIndex);
    }

    /** Calls under way keep the program open. */
    Lease lease() {
        return lease;
    }

    /**
     * One forward pass.
     *
     * @param team the threads
     * @param workspaces where scratch memory comes from
     * @param image (N, I, H, W)
     * @param wanted what to compute; nothing beyond it is
     * @param results where the results live
     */
    Results forward(Team team, WorkspacePool workspaces, Tensor image, Wanted wanted, Arena results) {
        return forward(team, workspaces, image, wanted, results, null);
    }

    /**
     * One forward pass, of which a profile takes the times.
     *
     * @param profile for as many steps as there are {@link #sections}
     */
    Results forward(
            Team team,
            WorkspacePool workspaces,
            Tensor image,
            Wanted wanted,
            Arena results,
            @Nullable Profile profile) {
        CallMemory memory = memory(image, team.size());
        Workspace workspace = workspaces.acquire(memory.bytes());
        try {
            return new ForwardCall(this, memory, workspace, team, profile).run(image, wanted, results);
        } finally {
            workspaces.release(workspace);
        }
    }

    private CallMemory memory(Tensor image, int members) {
        CallMemory last = lastMemory;
        if (last == null || !last.isOf(image, members)) {
            last = plan(image.dim(0), image.dim(2), image.dim(3), members);
            lastMemory = last;
        }
        return last;
    }

    private CallMemory plan(int n, int height, int width, int members) {
        MapShape map = NetworkPlan.output(picture.layers(), new MapShape(height, width, inChannels));
        List<MapShape> shapes = new ArrayList<>(List.of(map));
        long mapFloats = (long) map.pixels() * map.channels();
        long scratch = picture.step().scratchFloats(n, height, width);
        long shared = 0;
        for (Placed<Step> placed : steps) {
            scratch = Math.max(scratch, placed.step().scratchFloats(n, map));
            shared = Math.max(shared, placed.step().sharedFloats(n, map, members));
            map = NetworkPlan.output(placed.layers(), map);
            shapes.add(map);
            mapFloats = Math.max(mapFloats, (long) map.pixels() * map.channels());
        }
        shared = Math.max(shared, head.sharedFloats(n, map.channels()));
        int embedding = head.embeddingSize(map.channels());
        return new CallMemory(
                new CallMemory.Call(n, height, width, members),
                List.copyOf(shapes),
                n * mapFloats,
                (long) n * embedding,
                (long) n * head.classes(),
                shared,
                scratch);
    }
}
