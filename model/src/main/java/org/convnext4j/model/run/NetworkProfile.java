package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.tensor.WorkspacePool;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.MapShape;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.TensorSource;

/**
 * Where a network's time goes, measured in passes of the very steps that a model runs: each is timed, and tiles that go
 * through several layers are timed from layer to layer. That costs two readings of the clock a tile.
 */
public final class NetworkProfile {
    private NetworkProfile() {}

    /**
     * Repeats passes.
     *
     * @param weights not needed afterwards
     * @param pictures (N, I, H, W)
     * @param millis for how long to repeat; as long again comes before it, for the caches and the compiler
     * @param afterEach run after each pass, on the threads that measure
     * @return what each group of layers takes, in the order of computation
     */
    public static List<LayerTime> measure(
            Engine engine,
            NetworkPlan plan,
            TensorSource weights,
            Tensor pictures,
            double millis,
            Consumer<Team> afterEach) {
        Program program = Program.fused(engine, plan, weights);
        try (WorkspacePool workspaces = new WorkspacePool(1)) {
            List<Profile> profiles = new ArrayList<>();
            for (int half = 0; half < 2; half++) {
                profiles.clear();
                long begin = System.nanoTime();
                while (profiles.isEmpty() || System.nanoTime() - begin < millis * 1e6) {
                    try (Team team = engine.workers().team();
                            Arena results = Arena.ofConfined()) {
                        Profile profile = new Profile(program.sections().size(), team.size());
                        Wanted wanted = program.head().classes() > 0 ? Wanted.LOGITS : Wanted.EMBEDDING;
                        program.forward(team, workspaces, pictures, wanted, results, profile);
                        profiles.add(profile);
                        afterEach.accept(team);
                    }
                }
            }
            return times(program, profiles, new MapShape(pictures.dim(2), pictures.dim(3), pictures.dim(1)));
        } finally {
            program.lease().close();
        }
    }

    private static List<LayerTime> times(Program program, List<Profile> profiles, MapShape picture) {
        List<LayerTime> times = new ArrayList<>();
        MapShape map = picture;
        List<Program.Section> sections = program.sections();
        for (int s = 0; s < sections.size(); s++) {
            List<List<Layer>> phases = sections.get(s).phases();
            for (int p = 0; p < phases.size(); p++) {
                int step = s;
                int phase = p;
                double median = median(profiles.stream()
                        .mapToDouble(profile -> profile.millis(step, phase, phases.size()))
                        .toArray());
                times.add(new LayerTime(sections.get(s).name(), phases.get(p), map, median));
                map = NetworkPlan.output(phases.get(p), map);
            }
        }
        return List.copyOf(times);
    }

    private static double median(double[] numbers) {
        Arrays.sort(numbers);
        int middle = numbers.length / 2;
        return numbers.length % 2 == 1 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2;
    }
}
