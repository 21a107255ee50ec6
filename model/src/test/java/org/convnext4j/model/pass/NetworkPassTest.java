package org.convnext4j.model.pass;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Designs;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.PlanOracle;
import org.convnext4j.model.layers.TensorPlan;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.FormulaWeights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every design's loss against the oracle's, and its gradients against the finite differences of the oracle's loss, both in
 * double precision.
 */
class NetworkPassTest {
    private static final int[] LABELS = {3, 0, 4};
    private static final double SMOOTHING = 0.1;

    /** Of double-precision losses about 1: the error of the differences is about 1e-9. */
    private static final double DELTA = 1e-5;

    /** Elements of each tensor whose derivatives are compared. */
    private static final int SAMPLES = 4;

    /**
     * The error of a gradient in float32, of the largest in its tensor: sums of some hundred products, each of which is
     * good to 6e-8, behind a dozen layers.
     */
    private static final double TOLERANCE = 1e-5;

    private static final BranchFactors FACTORS = new BranchFactors() {
        @Override
        public boolean skips(int block) {
            return block > 0;
        }

        @Override
        public float of(int block, int image) {
            return block == 0 ? 1 : (block + image) % 3 == 0 ? 0 : 1.25f;
        }
    };

    /** The tensors of a network, all zeros. */
    private static Map<String, Tensor> zeros(NetworkPlan plan, Arena arena) {
        Map<String, Tensor> tensors = new HashMap<>();
        for (TensorPlan tensor : plan.tensors()) {
            int[] dims =
                    tensor.shape().dims().stream().mapToInt(Integer::intValue).toArray();
            tensors.put(tensor.name(), Tensor.allocate(arena, dims));
        }
        return tensors;
    }

    private static Tensor get(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    static Stream<Arguments> cases() {
        return Designs.all()
                .flatMap(config -> Stream.of(Backend.SCALAR, Backend.VECTOR)
                        .map(backend -> Arguments.of(config.name(), config, backend)));
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("cases")
    void lossAndGradients(String name, ConvNeXtConfig config, Backend backend) {
        NetworkPlan plan = config.plan();
        int height = Math.max(34, config.minimumSide());
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(backend, 2)) {
            ConvNeXtWeights weights = FormulaWeights.of(config, 1, arena);
            Map<String, Tensor> gradients = zeros(plan, arena);
            Tensor images = FormulaWeights.input(2, arena, LABELS.length, config.inChannels(), height, height + 5);
            Map<String, Tensor> all = new HashMap<>();
            plan.tensors().forEach(tensor -> all.put(tensor.name(), weights.tensor(tensor.name())));
            Map<String, double[]> doubles = PlanOracle.copy(all);
            PlanOracle oracle = new PlanOracle(doubles, true, FACTORS::of);
            PlanOracle.DoubleMap pictures = PlanOracle.pictures(images);
            try (NetworkPass passes = NetworkPass.of(engine, plan, weights, n -> get(gradients, n))) {
                double loss = passes.accumulate(images, LABELS, SMOOTHING, 0.5, FACTORS);
                assertEquals(oracle.loss(plan, pictures, LABELS, SMOOTHING), loss, 1e-5, "loss");
                // Twice: gradients are added up, memory is used again.
                passes.accumulate(images, LABELS, SMOOTHING, 0.5, FACTORS);
            }
            SplittableRandom random = new SplittableRandom(3);
            for (TensorPlan tensor : plan.tensors()) {
                float[] gradient = get(gradients, tensor.name()).toArray();
                double largest = 0;
                for (float value : gradient) {
                    largest = Math.max(largest, Math.abs(value));
                }
                for (int i = 0; i < SAMPLES; i++) {
                    int at = random.nextInt(gradient.length);
                    double difference =
                            difference(oracle, plan, pictures, Objects.requireNonNull(doubles.get(tensor.name())), at);
                    assertEquals(difference, gradient[at], TOLERANCE * largest + 1e-8, tensor.name() + " " + at);
                }
            }
        }
    }

    /** The logits of training without anything skipped are those of inference, but for the order of sums. */
    @ParameterizedTest
    @MethodSource("designs")
    void theLogitsOfInference(ConvNeXtConfig config) {
        int side = Math.max(33, config.minimumSide());
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, 2);
                ConvNeXt model = ConvNeXt.of(config, FormulaWeights.of(config, 1, arena), engine);
                NetworkPass passes = passes(engine, config, arena, zeros(config.plan(), arena), false)) {
            Tensor images = FormulaWeights.input(2, arena, 2, config.inChannels(), side, side + 9);
            float[] expected = model.logits(images);
            assertArrayEquals(expected, passes.forward(images, BranchFactors.NONE), 2e-5f);
        }
    }

    /** Same gradients to the bit with 1, 2 and 3 threads, and if the blocks are computed again. */
    @ParameterizedTest
    @MethodSource("designs")
    void threadsAndRecomputationChangeNoBit(ConvNeXtConfig config) {
        Map<String, float[]> expected = gradients(config, 1, false);
        for (int threads = 2; threads <= 3; threads++) {
            Map<String, float[]> actual = gradients(config, threads, threads == 3);
            expected.forEach((name, values) -> assertArrayEquals(values, actual.get(name), name));
        }
    }

    static Stream<ConvNeXtConfig> designs() {
        return Designs.all();
    }

    private static NetworkPass passes(
            Engine engine, ConvNeXtConfig config, Arena arena, Map<String, Tensor> gradients, boolean recompute) {
        ConvNeXtWeights weights = FormulaWeights.of(config, 1, arena);
        return NetworkPass.of(engine, config.plan(), weights, name -> get(gradients, name), recompute);
    }

    private static Map<String, float[]> gradients(ConvNeXtConfig config, int threads, boolean recompute) {
        int side = Math.max(51, config.minimumSide());
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, threads)) {
            Map<String, Tensor> gradients = zeros(config.plan(), arena);
            Map<String, float[]> result = new HashMap<>();
            try (NetworkPass passes = passes(engine, config, arena, gradients, recompute)) {
                Tensor images = FormulaWeights.input(7, arena, LABELS.length, config.inChannels(), side, side + 12);
                passes.accumulate(images, LABELS, SMOOTHING, 0.5, FACTORS);
            }
            gradients.forEach((name, tensor) -> result.put(name, tensor.toArray()));
            return result;
        }
    }

    private static double difference(
            PlanOracle oracle, NetworkPlan plan, PlanOracle.DoubleMap pictures, double[] values, int at) {
        double before = values[at];
        values[at] = before + DELTA;
        double above = oracle.loss(plan, pictures, LABELS, SMOOTHING);
        values[at] = before - DELTA;
        double below = oracle.loss(plan, pictures, LABELS, SMOOTHING);
        values[at] = before;
        return (above - below) / (2 * DELTA);
    }
}
