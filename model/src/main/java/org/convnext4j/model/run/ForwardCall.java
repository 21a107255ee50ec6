package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.parallel.TeamReading;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/** One forward pass of a program in its workspace. Not thread-safe. */
final class ForwardCall {
    private final Program program;
    private final CallMemory memory;
    private final MemorySegment here;
    private final MemorySegment there;
    private final MemorySegment embedding;
    private final MemorySegment logits;
    private final Pass pass;

    ForwardCall(Program program, CallMemory memory, Workspace workspace, Team team, @Nullable Profile profile) {
        this.program = program;
        this.memory = memory;
        this.here = workspace.take(memory.mapFloats());
        this.there = workspace.take(memory.mapFloats());
        this.embedding = workspace.take(memory.embeddingFloats());
        this.logits = workspace.take(memory.logitsFloats());
        MemorySegment shared = workspace.take(memory.sharedFloats());
        MemorySegment[] scratch = new MemorySegment[team.size()];
        for (int member = 0; member < scratch.length; member++) {
            scratch[member] = workspace.take(memory.scratchFloats());
        }
        this.pass = new Pass(team, scratch, shared, profile);
    }

    Results run(Tensor image, Wanted wanted, Arena results) {
        Map<Integer, Tensor> maps = new HashMap<>();
        FeatureMap x = new FeatureMap(here, memory.call().n(), memory.shapes().get(0));
        begin(0);
        program.picture().forward(pass, TeamReading.of(image), x);
        end();
        int stages = neededStages(wanted);
        int step = 0;
        for (int s = 0; s < stages; s++) {
            Program.Stage stage = program.stages().get(s);
            for (; step < stage.end(); step++) {
                FeatureMap y = other(x, step + 1);
                begin(1 + step);
                program.step(step).forward(pass, x, y);
                end();
                x = y;
            }
            if (wanted.stages().contains(s)) {
                maps.put(s, channelsFirst(wanted.normed() ? normed(stage, x, step) : x, results));
            }
        }
        return new Results(maps, embedding(x, wanted, results), logits(x.n(), wanted, results));
    }

    private void begin(int section) {
        Profile profile = pass.profile();
        if (profile != null) {
            profile.begin(section);
        }
    }

    private void end() {
        Profile profile = pass.profile();
        if (profile != null) {
            profile.end();
        }
    }

    /** How many stages it takes to compute what is wanted. */
    private int neededStages(Wanted wanted) {
        if (wanted.embedding() || wanted.logits()) {
            return program.stages().size();
        }
        int needed = 0;
        for (int stage : wanted.stages()) {
            needed = Math.max(needed, stage + 1);
        }
        return needed;
    }

    /** A map in the memory that {@code x} does not use. */
    private FeatureMap other(FeatureMap x, int shape) {
        MemorySegment data = x.data().equals(here) ? there : here;
        return new FeatureMap(data, x.n(), memory.shapes().get(shape));
    }

    /** A stage's map after its own norm, beside {@code x}. */
    private FeatureMap normed(Program.Stage stage, FeatureMap x, int shape) {
        PixelNorm norm = stage.norm();
        if (norm == null) {
            throw new IllegalStateException("the stage has no norm");
        }
        FeatureMap y = other(x, shape);
        norm.forward(pass, x, y);
        return y;
    }

    private @Nullable Tensor embedding(FeatureMap x, Wanted wanted, Arena results) {
        if (!wanted.embedding() && !wanted.logits()) {
            return null;
        }
        begin(program.embeddingSection());
        program.head().embed(pass, x, embedding);
        end();
        return wanted.embedding() ? copy(embedding, results, x.n()) : null;
    }

    private @Nullable Tensor logits(int n, Wanted wanted, Arena results) {
        if (!wanted.logits()) {
            return null;
        }
        begin(program.embeddingSection() + 1);
        program.head().classify(pass, n, embedding, logits);
        end();
        return copy(logits, results, n);
    }

    /** A result for the caller, (N, values), whose arena may be closed to the helpers. */
    private static Tensor copy(MemorySegment values, Arena arena, int n) {
        Tensor tensor = Tensor.allocate(arena, n, Math.toIntExact(values.byteSize() / Float.BYTES / n));
        tensor.data().copyFrom(values);
        return tensor;
    }

    /** (N, H, W, C) to (N, C, H, W). */
    private static Tensor channelsFirst(FeatureMap x, Arena arena) {
        int channels = x.channels();
        int pixels = x.pixels();
        Tensor tensor = Tensor.allocate(arena, x.n(), channels, x.height(), x.width());
        for (int image = 0; image < x.n(); image++) {
            long from = x.imageBytes(image) / Float.BYTES;
            for (int c = 0; c < channels; c++) {
                long to = ((long) image * channels + c) * pixels;
                for (int p = 0; p < pixels; p++) {
                    tensor.set(to + p, x.data().getAtIndex(Tensor.FLOAT, from + (long) p * channels + c));
                }
            }
        }
        return tensor;
    }
}
