package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.Checkpoint;
import org.convnext4j.model.weights.FormulaWeights;
import org.convnext4j.model.weights.TensorEntry;
import org.junit.jupiter.api.Test;

/** The optimizer's rule, and what the golden trajectory tells of it without a network. */
class AdamWTest {
    private static final ConvNeXtConfig TOY = ConvNeXtConfig.of(List.of(1, 2, 3, 1), List.of(16, 24, 40, 72), 10);
    private static final OptimizerConfig OPTIMIZER =
            Runs.CONFIG.with(List.of("weightDecay=0.05")).optimizer();

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(AdamWTest.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** With one gradient g at all steps both corrected moments are g and g squared, so the step has a closed form. */
    @Test
    void aConstantGradientHasAClosedForm() {
        double[] gradients = {0.3, -7, 1e-9, 0};
        for (double decay : new double[] {0, 0.05}) {
            double rate = 1e-3;
            double[] p = {1, -2, 0.5, 3};
            double[] expected = p.clone();
            double[] m = new double[4];
            double[] v = new double[4];
            for (int t = 1; t <= 100; t++) {
                ReferenceAdamW.PAPER.step(p, m, v, gradients, rate, decay, t);
                for (int i = 0; i < 4; i++) {
                    double g = gradients[i];
                    expected[i] = expected[i] * (1 - rate * decay) - rate * g / (Math.abs(g) + 1e-8);
                    // each step rounds a few times in moments that 1 - beta2 magnifies a thousandfold
                    assertEquals(expected[i], p[i], t * 1e-15, "element " + i + ", step " + t);
                }
            }
        }
    }

    /** The goldens' optimizer decays what {@link ParameterGroups} says, and has a gradient for every parameter. */
    @Test
    void theFirstGoldenStepIsTheRules() {
        ParameterGroups groups = ParameterGroups.of(ParameterLayout.of(TOY), OPTIMIZER);
        JsonNode about = TrainingJson.read(resource("trajectory.json"));
        double rate = about.path("lr").get(0).asDouble();
        try (Arena arena = Arena.ofConfined();
                Checkpoint golden = Checkpoint.open(resource("trajectory.safetensors"));
                Parameters parameters = Parameters.allocate(TOY, false)) {
            parameters.weights().copyFrom(FormulaWeights.of(TOY, 0, arena));
            Map<String, TensorEntry> entries = entries(golden);
            for (ParameterRule rule : groups.rules()) {
                Parameter parameter = rule.parameter();
                double[] g = values(entries, "grad0." + parameter.name(), parameter);
                double[] p = doubles(parameters.weights().tensor(parameter));
                double[] before = p.clone();
                ReferenceAdamW.PAPER.step(
                        p, new double[p.length], new double[p.length], g, rate, rule.weightDecay(), 1);
                double decay = parameter.shape().rank() > 1 ? 0.05 : 0;
                assertEquals(decay, rule.weightDecay(), parameter.name());
                boolean moved = false;
                for (int i = 0; i < p.length; i++) {
                    // m / (1 - beta1) is g and v / (1 - beta2) its square: a step of the rate, wherever g is not tiny.
                    double step = rate * g[i] / (Math.abs(g[i]) + 1e-8);
                    assertEquals(before[i] * (1 - rate * decay) - step, p[i], 1e-15, parameter.name());
                    moved |= Math.abs(step) > 0.99 * rate;
                }
                assertTrue(moved, parameter.name());
            }
        }
    }

    /**
     * Six steps cannot take a weight further than the rates allow. With shares a of the gradients in the corrected first
     * moment and b of their squares in the second, the quotient of a step is sum(a g) / sqrt(sum(b g^2)), which is at most
     * sqrt(sum(a^2 / b)) by Cauchy and Schwarz, whatever the gradients were.
     */
    @Test
    void theGoldenWeightsStayWithinTheRulesReach() {
        JsonNode about = TrainingJson.read(resource("trajectory.json"));
        double reach = 0;
        double decayed = 1;
        for (int t = 1; t <= 6; t++) {
            double quotient = 0;
            for (int s = 1; s <= t; s++) {
                double first = 0.1 * Math.pow(0.9, t - s) / (1 - Math.pow(0.9, t));
                double second = 0.001 * Math.pow(0.999, t - s) / (1 - Math.pow(0.999, t));
                quotient += first * first / second;
            }
            double rate = about.path("lr").get(t - 1).asDouble();
            reach += rate * Math.sqrt(quotient);
            decayed *= 1 - rate * 0.05;
        }
        ParameterGroups groups = ParameterGroups.of(ParameterLayout.of(TOY), OPTIMIZER);
        double furthest = 0;
        try (Arena arena = Arena.ofConfined();
                Checkpoint golden = Checkpoint.open(resource("trajectory.safetensors"));
                Parameters parameters = Parameters.allocate(TOY, false)) {
            parameters.weights().copyFrom(FormulaWeights.of(TOY, 0, arena));
            Map<String, TensorEntry> entries = entries(golden);
            for (ParameterRule rule : groups.rules()) {
                Parameter parameter = rule.parameter();
                double[] last = values(entries, "final." + parameter.name(), parameter);
                double[] first = doubles(parameters.weights().tensor(parameter));
                for (int i = 0; i < last.length; i++) {
                    double kept = first[i] * (rule.weightDecay() > 0 ? decayed : 1);
                    double moved = Math.abs(last[i] - kept);
                    // rounding of a float of at most 2
                    assertTrue(moved <= reach + 1.2e-7, parameter.name() + " moved by " + moved);
                    furthest = Math.max(furthest, moved);
                }
            }
        }
        assertTrue(furthest > 0.5 * reach, "the furthest moved by " + furthest + ", the reach is " + reach);
    }

    private static Map<String, TensorEntry> entries(Checkpoint golden) {
        Map<String, TensorEntry> entries = new HashMap<>();
        golden.entries().forEach(entry -> entries.put(entry.name(), entry));
        assertEquals(3 * ParameterLayout.of(TOY).parameters().size(), entries.size());
        return entries;
    }

    private static double[] values(Map<String, TensorEntry> entries, String name, Parameter parameter) {
        TensorEntry entry = entries.get(name);
        Objects.requireNonNull(entry, name);
        assertEquals(parameter.shape().dims().stream().map(Integer::longValue).toList(), entry.shape(), name);
        double[] values = new double[Math.toIntExact(entry.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = entry.data().getAtIndex(Tensor.FLOAT, i);
        }
        return values;
    }

    private static double[] doubles(Tensor tensor) {
        double[] values = new double[Math.toIntExact(tensor.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.get(i);
        }
        return values;
    }
}
