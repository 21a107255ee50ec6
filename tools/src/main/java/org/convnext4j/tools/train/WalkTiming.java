package org.convnext4j.tools.train;

import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.roadmap.RoadmapModel;
import org.convnext4j.model.roadmap.RoadmapNetwork;
import org.convnext4j.model.roadmap.RoadmapStep;
import org.convnext4j.model.roadmap.RoadmapWeights;
import org.convnext4j.tools.option.EngineOptions;
import org.convnext4j.tools.output.Progress;
import org.convnext4j.tools.output.Timings;

/** Times a call of each step, one picture of 224 x 224, layer by layer. */
final class WalkTiming {
    static final int SIDE = 224;

    private static final int LEAST_CALLS = 3;

    private WalkTiming() {}

    /** The times by step, in the order of the walk. */
    static Map<RoadmapStep, Timings> of(
            List<RoadmapStep> steps, WalkOptions options, EngineOptions engineOptions, PrintWriter err) {
        Map<RoadmapStep, Timings> times = new LinkedHashMap<>();
        try (Engine engine = engineOptions.open();
                Progress progress = Progress.of(err, "time", steps.size())) {
            for (RoadmapStep step : steps) {
                times.put(step, time(options.scaled(step), engine, options.timeSeconds()));
                progress.stepTo(times.size());
            }
        }
        return times;
    }

    private static Timings time(RoadmapNetwork network, Engine engine, double seconds) {
        try (Arena arena = Arena.ofConfined();
                RoadmapModel model = RoadmapModel.of(network, weights(network, arena), engine)) {
            Tensor picture = Tensor.allocate(arena, 1, network.inChannels(), SIDE, SIDE);
            for (long i = 0; i < picture.elements(); i++) {
                picture.set(i, (float) Math.sin(i * 0.37));
            }
            repeat(model, picture, seconds);
            return new Timings(repeat(model, picture, seconds), 1, network.macs(SIDE, SIDE));
        }
    }

    /** Of a confined arena, so all of it goes with the caller's. */
    private static RoadmapWeights weights(RoadmapNetwork network, Arena arena) {
        return RoadmapWeights.fresh(network, arena, 0);
    }

    private static List<Double> repeat(RoadmapModel model, Tensor picture, double seconds) {
        List<Double> millis = new ArrayList<>();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < seconds * 1e9 || millis.size() < LEAST_CALLS) {
            long start = System.nanoTime();
            model.logits(picture);
            millis.add((System.nanoTime() - start) / 1e6);
        }
        return millis;
    }
}
