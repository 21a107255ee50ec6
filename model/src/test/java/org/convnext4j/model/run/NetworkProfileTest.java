package org.convnext4j.model.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Designs;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.ResidualLayer;
import org.convnext4j.model.weights.FormulaWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That a profile has a time for every layer that runs, on the maps of the plan. */
class NetworkProfileTest {
    @ParameterizedTest
    @MethodSource("org.convnext4j.model.design.Designs#all")
    void everyLayerHasItsTime(ConvNeXtConfig config) {
        NetworkPlan plan = config.plan();
        List<LayerTime> times = measure(config, 96, 2);
        List<Layer> timed = new ArrayList<>();
        times.forEach(time -> timed.addAll(time.layers()));
        assertEquals(flat(plan.layers()), timed);
        assertEquals(
                plan.macs(96, 96), times.stream().mapToLong(LayerTime::macs).sum());
        for (LayerTime time : times) {
            assertTrue(time.millis() > 0, time.toString());
        }
        assertEquals("stem", times.getFirst().section());
        assertEquals("head", times.getLast().section());
    }

    /** In the order in which they run, the norm of the hidden channels between the pointwise convolutions. */
    @Test
    void aBlocksTimeIsDividedAmongItsLayers() {
        List<LayerTime> times = measure(Designs.v2(), 224, 1);
        List<String> operators = times.stream()
                .filter(time -> time.section().equals("stage 0"))
                .map(time -> time.layers().getFirst().getClass().getSimpleName())
                .toList();
        assertEquals(List.of("ConvLayer", "NormLayer", "LinearLayer", "ResponseNormLayer", "LinearLayer"), operators);
    }

    private static List<LayerTime> measure(ConvNeXtConfig config, int side, int threads) {
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, threads)) {
            Tensor pictures = FormulaWeights.input(1, arena, 2, config.inChannels(), side, side);
            return NetworkProfile.measure(
                    engine, config.plan(), FormulaWeights.of(config, 0, arena), pictures, 1, team -> {});
        }
    }

    private static List<Layer> flat(List<Layer> layers) {
        List<Layer> flat = new ArrayList<>();
        for (Layer layer : layers) {
            if (layer instanceof ResidualLayer block) {
                flat.addAll(block.branch());
            } else {
                flat.add(layer);
            }
        }
        return flat;
    }
}
