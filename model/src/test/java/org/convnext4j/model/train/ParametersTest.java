package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.List;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Variant;
import org.convnext4j.model.random.SplitMix64;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.FormulaWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParametersTest {
    private static final ConvNeXtConfig NETWORK = ConvNeXtConfig.of(List.of(1, 2, 3, 1), List.of(7, 13, 17, 31), 11);

    @ParameterizedTest
    @EnumSource
    void everyParameterHasItsPlace(Variant variant) {
        ParameterLayout layout = ParameterLayout.of(ConvNeXtConfig.of(variant));
        long end = 0;
        long floats = 0;
        for (Parameter parameter : layout.parameters()) {
            assertEquals(0, parameter.offsetFloats() % 16, parameter.name());
            assertTrue(parameter.offsetFloats() >= end && parameter.offsetFloats() < end + 16, parameter.name());
            end = parameter.offsetFloats() + parameter.floats();
            floats += parameter.floats();
        }
        assertTrue(layout.floats() >= end && layout.floats() < end + 16 && layout.floats() % 16 == 0);
        assertEquals(ConvNeXtConfig.of(variant).parameters(), floats);
    }

    @Test
    void theBlocksAreSeparateAndTheTensorsViewThem() {
        try (Parameters parameters = Parameters.allocate(NETWORK, true)) {
            List<ParameterBlock> blocks = List.of(
                    parameters.weights(),
                    parameters.gradients(),
                    parameters.firstMoments(),
                    parameters.secondMoments(),
                    parameters.ema().orElseThrow());
            for (int b = 0; b < blocks.size(); b++) {
                ParameterBlock block = blocks.get(b);
                assertEquals(0, block.data().address() % 64);
                float value = b + 1;
                block.weights().forEach((name, tensor) -> {
                    assertEquals(0, tensor.data().address() % 64, name);
                    tensor.set(tensor.elements() - 1, value);
                    assertEquals(value, block.tensor(name).get(tensor.elements() - 1), name);
                });
            }
            for (int b = 0; b < blocks.size(); b++) {
                double sum = 0;
                for (long i = 0; i < parameters.layout().floats(); i++) {
                    sum += blocks.get(b).data().getAtIndex(Tensor.FLOAT, i);
                }
                assertEquals((b + 1.0) * parameters.layout().parameters().size(), sum);
            }
            parameters.gradients().zero();
            assertEquals(0, parameters.gradients().tensor("norm.bias").get(30));
            assertEquals(1, parameters.weights().tensor("norm.bias").get(30));
            assertEquals(5 * parameters.layout().bytes(), Parameters.bytes(NETWORK, true));
            assertThrows(
                    IllegalArgumentException.class, () -> parameters.weights().tensor("norm.gamma"));
            assertThrows(
                    IllegalArgumentException.class, () -> parameters.weights().copyFrom(otherBlock()));
        }
    }

    private static ParameterBlock otherBlock() {
        return ParameterBlock.allocate(ParameterLayout.of(Runs.NETWORK), Arena.ofAuto());
    }

    @Test
    void weightsAreCopiedWholeOrNotAtAll() {
        try (Arena arena = Arena.ofConfined();
                Parameters parameters = Parameters.allocate(NETWORK, false)) {
            ConvNeXtWeights formula = FormulaWeights.of(NETWORK, 3, arena);
            ConvNeXtWeights bare = FormulaWeights.of(NETWORK.withLayerScale(false), 3, arena);
            ConvNeXtWeights wide = FormulaWeights.of(NETWORK.withClasses(12), 3, arena);
            for (ConvNeXtWeights other : List.of(bare, wide)) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> parameters.weights().copyFrom(other));
                assertEquals(0, parameters.weights().tensor("norm.weight").get(0));
            }
            parameters.weights().copyFrom(formula);
            formula.forEach((name, tensor) -> assertArrayEquals(
                    tensor.toArray(), parameters.weights().tensor(name).toArray(), name));
            assertTrue(parameters.ema().isEmpty());
        }
    }

    /** Values from another implementation of the specified generator. */
    @Test
    void aSeedGivesTheSpecifiedNumbers() {
        SplitMix64 random = new SplitMix64(1234567);
        assertEquals(6457827717110365317L, random.nextLong());
        assertEquals(3203168211198807973L, random.nextLong());
        TrainingConfig config = Runs.CONFIG.with(List.of("seed=7", "headInitScale=1"));
        try (Parameters parameters = Parameters.fresh(NETWORK, config)) {
            float[] pwconv1 =
                    parameters.weights().tensor("stages.0.0.pwconv1.weight").toArray();
            float[] expected = {-0.011499415f, 0.035166506f, 0.01051557f, 0.014619751f, 0.011835629f};
            for (int i = 0; i < expected.length; i++) {
                // The other one's logarithm may differ in the last bit of a double, hardly ever a float's.
                assertEquals(expected[i], pwconv1[i], Math.ulp(expected[i]));
            }
            assertEquals(
                    -0.036974143f, parameters.weights().tensor("head.weight").get(0), Math.ulp(0.037f));
        }
    }

    @Test
    void aFreshNetworkIsDrawnByTheRules() {
        ConvNeXtConfig network = ConvNeXtConfig.of(List.of(1, 1, 1, 1), List.of(64, 64, 64, 64), 50);
        TrainingConfig config = Runs.CONFIG.with(List.of("layerScale=0.25", "headInitScale=0.5"));
        try (Parameters one = Parameters.fresh(network, config);
                Parameters again = Parameters.fresh(network, config);
                Parameters other = Parameters.fresh(network, config.with(List.of("seed=1")))) {
            assertEquals(-1, one.weights().data().mismatch(again.weights().data()));
            assertEquals(
                    -1, one.weights().data().mismatch(one.ema().orElseThrow().data()));
            assertNotEquals(-1, one.weights().data().mismatch(other.weights().data()));
            one.weights().weights().forEach(ParametersTest::requireRule);
            double head = deviation(one.weights().tensor("head.weight"));
            // 3200 draws: a deviation of the deviation of 0.02 / sqrt(2 n) = 0.00025 before halving
            assertEquals(0.01, head, 0.0007);
            assertNotEquals(
                    one.weights().tensor("stages.0.0.pwconv1.weight").get(0),
                    one.weights().tensor("stages.1.0.pwconv1.weight").get(0));
        }
    }

    private static void requireRule(String name, Tensor tensor) {
        if (name.endsWith("gamma")) {
            requireAll(0.25f, tensor, name);
        } else if (name.endsWith(".bias")) {
            requireAll(0, tensor, name);
        } else if (tensor.shape().rank() == 1) {
            requireAll(1, tensor, name);
        } else if (!name.startsWith("head")) {
            double n = tensor.elements();
            assertEquals(0.02, deviation(tensor), 5 * 0.02 / Math.sqrt(2 * n), name);
            double mean = 0;
            double tail = 0;
            for (float value : tensor.toArray()) {
                mean += value / n;
                tail += Math.abs(value) > 0.04 ? 1 / n : 0;
            }
            assertEquals(0, mean, 5 * 0.02 / Math.sqrt(n), name);
            // 4.55 % of a normal distribution lie beyond two deviations; none would if it were cut there.
            assertEquals(0.0455, tail, 5 * Math.sqrt(0.0455 * 0.9545 / n), name);
        }
    }

    private static void requireAll(float expected, Tensor tensor, String name) {
        for (float value : tensor.toArray()) {
            // -0 is 0 here
            assertTrue(value == expected, name);
        }
    }

    private static double deviation(Tensor tensor) {
        double sum = 0;
        for (float value : tensor.toArray()) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum / tensor.elements());
    }

    @Test
    void layerScaleOfZeroMeansNoGamma() {
        try (Parameters parameters = Parameters.fresh(NETWORK, Runs.CONFIG.with(List.of("layerScale=0")))) {
            assertFalse(parameters.network().layerScale());
        }
    }

    @Test
    void fineTuningReplacesTheClassifierOnly() {
        TrainingConfig config = Runs.CONFIG.with(List.of("headInitScale=0"));
        try (Arena arena = Arena.ofConfined()) {
            ConvNeXtWeights start = FormulaWeights.of(NETWORK, 5, arena);
            try (Parameters same = Parameters.fineTune(NETWORK, start, 11, false, config);
                    Parameters fresh = Parameters.fineTune(NETWORK, start, 11, true, config);
                    Parameters fewer = Parameters.fineTune(NETWORK, start, 4, false, config)) {
                assertEquals(4, fewer.network().classes());
                assertEquals(4, fewer.weights().weights().tensor("head.weight").dim(0));
                start.forEach((name, tensor) -> {
                    assertArrayEquals(
                            tensor.toArray(), same.weights().tensor(name).toArray(), name);
                    if (!name.startsWith("head.")) {
                        ParameterBlock ema = fewer.ema().orElseThrow();
                        assertArrayEquals(tensor.toArray(), ema.tensor(name).toArray(), name);
                        assertArrayEquals(
                                tensor.toArray(), fresh.weights().tensor(name).toArray(), name);
                    }
                });
                for (Parameters replaced : List.of(fresh, fewer)) {
                    requireAll(0, replaced.weights().tensor("head.weight"), "head.weight");
                    requireAll(0, replaced.weights().tensor("head.bias"), "head.bias");
                }
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Parameters.fineTune(NETWORK.withLayerScale(false), start, 4, false, config));
            }
        }
    }
}
