package org.convnext4j.model.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.layers.MapShape;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.PlacedLayer;
import org.convnext4j.model.layers.PlanOracle;
import org.convnext4j.model.layers.StagePlan;
import org.convnext4j.model.layers.TensorPlan;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.FormulaWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** That a network's layers are what runs, what its files hold and what is counted. */
class ConvNeXtPlanTest {
    /** Each logit sums some thousand products of float32 through up to ten layers. */
    private static final double TOLERANCE = 2e-5;

    @ParameterizedTest
    @MethodSource("org.convnext4j.model.design.Designs#all")
    void theLayersInDoublePrecisionGiveTheLogitsOfTheModel(ConvNeXtConfig config) {
        try (Arena arena = Arena.ofConfined();
                Engine engine = Engine.create()) {
            ConvNeXtWeights weights = FormulaWeights.of(config, 3, arena);
            Tensor pictures = FormulaWeights.input(4, arena, 2, config.inChannels(), 67, 70);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            weights.forEach(tensors::put);
            PlanOracle oracle = new PlanOracle(PlanOracle.copy(tensors), false, (block, image) -> 1);
            double[] expected = oracle.logits(config.plan(), PlanOracle.pictures(pictures));
            try (ConvNeXt model = ConvNeXt.of(config, weights, engine)) {
                float[] logits = model.logits(pictures);
                assertEquals(expected.length, logits.length);
                double largest = 0;
                for (double value : expected) {
                    largest = Math.max(largest, Math.abs(value));
                }
                for (int i = 0; i < expected.length; i++) {
                    assertEquals(expected[i], logits[i], TOLERANCE * Math.max(1, largest), config.name());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("org.convnext4j.model.design.Designs#all")
    void theTensorsAreThoseOfTheWeights(ConvNeXtConfig config) {
        Set<String> names = new HashSet<>();
        long elements = 0;
        for (TensorPlan tensor : config.plan().tensors()) {
            names.add(tensor.name());
            elements += tensor.shape().elements();
        }
        assertEquals(ConvNeXtWeights.shapes(config).keySet(), names);
        assertEquals(elements, config.parameters());
    }

    @ParameterizedTest
    @MethodSource("org.convnext4j.model.design.Designs#all")
    void theMapsHaveTheSidesThatTheConfigurationSays(ConvNeXtConfig config) {
        NetworkPlan plan = config.plan();
        for (int side : new int[] {config.minimumSide(), 64, 67, 97}) {
            int height = Math.max(side, config.minimumSide());
            int width = height + 5;
            MapShape map = NetworkPlan.output(plan.stem(), new MapShape(height, width, config.inChannels()));
            for (int s = 0; s < config.stages(); s++) {
                StagePlan stage = plan.stages().get(s);
                map = NetworkPlan.output(stage.layers(), map);
                assertEquals(config.side(s, height), map.height(), "stage " + s + ", side " + height);
                assertEquals(config.side(s, width), map.width(), "stage " + s + ", side " + width);
                assertEquals(config.dims().get(s), map.channels());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void theLayersOneByOneAddUpToTheWhole(Variant variant) {
        ConvNeXtConfig config = ConvNeXtConfig.of(variant);
        List<PlacedLayer> placed = config.plan().placed(224, 224);
        assertEquals(
                config.macs(224, 224),
                placed.stream().mapToLong(PlacedLayer::macs).sum());
        assertEquals(new MapShape(1, 1, 1000), placed.getLast().output());
    }

    @Test
    void blocksAreNumberedOverTheWholeNetwork() {
        List<Integer> numbers = new ArrayList<>();
        ConvNeXtConfig.of(Variant.TINY)
                .plan()
                .stages()
                .forEach(stage -> stage.blocks().forEach(block -> numbers.add(block.number())));
        assertEquals(18, numbers.size());
        assertEquals(17, numbers.getLast());
        assertFalse(numbers.stream().anyMatch(number -> number != numbers.indexOf(number)));
    }
}
