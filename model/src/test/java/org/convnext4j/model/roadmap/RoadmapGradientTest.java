package org.convnext4j.model.roadmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.CallersTensors;
import org.convnext4j.model.layers.PlanOracle;
import org.convnext4j.model.pass.BranchFactors;
import org.convnext4j.model.pass.NetworkPass;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every step's loss against the oracle's, and its gradients against the finite differences of the oracle's loss. */
@Tag("slow")
class RoadmapGradientTest {
    private static final int[] LABELS = {3, 0, 4};
    private static final double SMOOTHING = 0.1;

    /** Of double-precision losses about 1: the error of the differences is about 1e-9. */
    private static final double DELTA = 1e-5;

    /** Elements of each tensor whose derivatives are compared. */
    private static final int SAMPLES = 3;

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

    record Case(String name, RoadmapNetwork network, Backend backend, int height, int width) {
        @Override
        public String toString() {
            return name + " on " + backend;
        }
    }

    /** Narrow and shallow, but with a second block in a stage, whose shortcut is its input. */
    static RoadmapNetwork tiny(RoadmapNetwork network) {
        return network.withWidth(4).withDepths(List.of(1, 1, 2, 1)).withClasses(5);
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        List<RoadmapStep> steps = Regime.RESNET_50.steps();
        for (RoadmapStep step : steps) {
            RoadmapNetwork network = tiny(step.network()).forSmallPictures();
            cases.add(new Case(step.name(), network, Backend.VECTOR, 19, 17));
        }
        for (Backend backend : List.of(Backend.SCALAR, Backend.OPENBLAS)) {
            for (int number : new int[] {0, 6, 16}) {
                RoadmapNetwork network = tiny(steps.get(number).network()).forSmallPictures();
                cases.add(new Case(steps.get(number).name(), network, backend, 16, 16));
            }
        }
        RoadmapNetwork last = tiny(steps.get(16).network());
        cases.add(new Case("large resnet", tiny(steps.get(0).network()), Backend.VECTOR, 33, 35));
        cases.add(new Case("large last", last, Backend.VECTOR, 33, 35));
        cases.add(new Case("convnext", last.withMapNorms(true).withLayerScale(true), Backend.VECTOR, 32, 36));
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void lossAndGradients(Case test) {
        RoadmapNetwork network = test.network();
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(test.backend(), 2)) {
            Tensors weights = Tensors.random(network, arena, 1);
            Tensors gradients = Tensors.zeros(network, arena);
            Tensor images = Tensors.pictures(arena, 2, LABELS.length, 3, test.height(), test.width());
            Map<String, double[]> doubles = PlanOracle.copy(weights.all());
            PlanOracle oracle = new PlanOracle(doubles, true, FACTORS::of);
            PlanOracle.DoubleMap pictures = PlanOracle.pictures(images);
            double expected = oracle.loss(network.plan(), pictures, LABELS, SMOOTHING);
            try (NetworkPass passes = NetworkPass.of(engine, network.plan(), weights, gradients)) {
                double computed = passes.accumulate(images, LABELS, SMOOTHING, 0.5, FACTORS);
                assertEquals(expected, computed, 1e-4, "loss");
                // Twice: gradients are added up, memory is used again.
                passes.accumulate(images, LABELS, SMOOTHING, 0.5, FACTORS);
            }
            SplittableRandom random = new SplittableRandom(3);
            Loss loss =
                    () -> new PlanOracle(doubles, true, FACTORS::of).loss(network.plan(), pictures, LABELS, SMOOTHING);
            network.tensors().forEach((name, plan) -> {
                Tensor gradient = gradients.tensor(name);
                double largest = largest(gradient);
                if (!plan.isTrained()) {
                    assertEquals(0, largest, name);
                    return;
                }
                for (int i = 0; i < SAMPLES; i++) {
                    int at = random.nextInt((int) gradient.elements());
                    double difference = difference(Objects.requireNonNull(doubles.get(name)), at, loss);
                    assertEquals(difference, gradient.get(at), 1e-3 * largest + 1e-5, name + " " + at);
                }
            });
        }
    }

    @Test
    void picturesOfOthersAndClosedOnes() {
        RoadmapNetwork network = tiny(Regime.RESNET_50.steps().get(16).network());
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, 2)) {
            Tensors weights = Tensors.random(network, arena, 1);
            NetworkPass passes = NetworkPass.of(engine, network.plan(), weights, Tensors.zeros(network, arena));
            Tensor images = Tensors.pictures(arena, 2, LABELS.length, 3, 32, 36);
            CallersTensors.check(
                    images, pictures -> passes.accumulate(pictures, LABELS, SMOOTHING, 0.5, BranchFactors.NONE));
            passes.close();
            passes.close();
            assertThrows(
                    IllegalStateException.class,
                    () -> passes.accumulate(images, LABELS, SMOOTHING, 0.5, BranchFactors.NONE));
        }
    }

    @Test
    void eachPictureHasALabelOrATarget() {
        RoadmapNetwork network = tiny(Regime.RESNET_50.steps().get(16).network());
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, 1)) {
            Tensors weights = Tensors.random(network, arena, 1);
            Tensors gradients = Tensors.zeros(network, arena);
            Tensor images = Tensors.pictures(arena, 2, LABELS.length, 3, 32, 36);
            try (NetworkPass passes = NetworkPass.of(engine, network.plan(), weights, gradients)) {
                for (int labels : new int[] {0, 2, 4}) {
                    String message = String.valueOf(assertThrows(
                                    IllegalArgumentException.class,
                                    () -> passes.accumulate(images, new int[labels], 0, 1, BranchFactors.NONE))
                            .getMessage());
                    assertEquals("there are " + labels + " labels for 3 pictures; give one for each", message);
                }
                for (int[] dims : new int[][] {{4, 5}, {2, 5}, {3, 6}, {15}}) {
                    Tensor targets = Tensor.allocate(arena, dims);
                    String message = String.valueOf(assertThrows(
                                    IllegalArgumentException.class,
                                    () -> passes.accumulate(images, targets, 1, BranchFactors.NONE))
                            .getMessage());
                    assertTrue(message.contains("(3, 5)") && message.contains("" + targets.shape()), message);
                }
            }
            network.tensors().keySet().forEach(name -> assertEquals(0, largest(gradients.tensor(name)), name));
        }
    }

    private interface Loss {
        double now();
    }

    private static double difference(double[] values, int at, Loss loss) {
        double before = values[at];
        values[at] = before + DELTA;
        double above = loss.now();
        values[at] = before - DELTA;
        double below = loss.now();
        values[at] = before;
        return (above - below) / (2 * DELTA);
    }

    private static double largest(Tensor tensor) {
        double largest = 0;
        for (long i = 0; i < tensor.elements(); i++) {
            largest = Math.max(largest, Math.abs(tensor.get(i)));
        }
        return largest;
    }
}
