package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.kernel.gradient.SoftmaxCrossEntropy;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.data.Batch;
import org.convnext4j.model.data.BatchLoader;
import org.convnext4j.model.data.ClassCounts;
import org.convnext4j.model.data.LoaderOptions;
import org.convnext4j.model.random.Randomness;
import org.junit.jupiter.api.Test;

/** Against PyTorch 1.13's {@code cross_entropy(weight=, label_smoothing=, reduction="none")}. */
class TrainingLossTest {
    private static final float[] LOGITS = {0.5f, -1.25f, 2, 1.5f, 0.25f, -0.75f, -0.5f, 0, 0.75f, 3, -2, 1};
    private static final int[] LABELS = {2, 1, 0, 1};
    private static final List<Double> WEIGHTS = List.of(0.5, 2.0, 1.25);
    private static final double TOLERANCE = 1e-6;

    private static void check(TrainingLoss loss, Optional<Tensor> soft, double[] losses, double[] gradients) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor logits = tensor(arena, LOGITS);
            Tensor targets = loss.targets(LABELS, soft, 3, arena);
            double[] found = new double[4];
            SoftmaxCrossEntropy.targets(
                    4, 3, 1.0 / 4, logits.data(), 0, 3, targets.data(), 0, 3, found, 0, logits.data(), 0, 3);
            assertArrayEquals(losses, found, TOLERANCE);
            for (int i = 0; i < gradients.length; i++) {
                assertEquals(gradients[i], logits.get(i), TOLERANCE);
            }
        }
    }

    private static Tensor tensor(Arena arena, float... values) {
        Tensor tensor = Tensor.allocate(arena, values.length / 3, 3);
        for (int i = 0; i < values.length; i++) {
            tensor.set(i, values[i]);
        }
        return tensor;
    }

    @Test
    void labelsAsInPyTorch() {
        check(
                new TrainingLoss(0, WEIGHTS),
                Optional.empty(),
                new double[] {0.29077747887754085, 3.161345218814448, 0.9073361623536442, 10.265690467455151},
                new double[] {
                    0.055256306908576344,
                    0.009602106352011384,
                    -0.06485841326058772,
                    0.35922017057553246,
                    -0.3970816980011742,
                    0.03786152742564176,
                    -0.10463859061343866,
                    0.033570288757056914,
                    0.07106830185638177,
                    0.4378002975315439,
                    -0.4970501247990486,
                    0.059249827267504815
                });
    }

    @Test
    void smoothedLabelsAsInPyTorch() {
        check(
                new TrainingLoss(0.1, WEIGHTS),
                Optional.empty(),
                new double[] {0.5324441455442075, 3.06362810644224, 0.9580199200400242, 9.67239374159225},
                new double[] {
                    0.05108964024190968,
                    -0.007064560314655281,
                    -0.044025079927254414,
                    0.34158274751228335,
                    -0.3676078009927969,
                    0.026025053480513524,
                    -0.09325104587212114,
                    0.02193916540394878,
                    0.07131188046817237,
                    0.4172161197074444,
                    -0.463827411785751,
                    0.04661129207830672
                });
    }

    /** Mixed targets, whose smoothing is their own. */
    @Test
    void softTargetsAsInPyTorch() {
        try (Arena arena = Arena.ofConfined()) {
            Tensor soft = tensor(arena, 0.25f, 0.75f, 0, 0.1f, 0.2f, 0.7f, 1, 0, 0, 0, 0.5f, 0.5f);
            check(
                    new TrainingLoss(0.1, WEIGHTS),
                    Optional.of(soft),
                    new double[] {5.440510722540804, 2.9068912074645716, 0.9073361623536442, 6.46587350480731},
                    new double[] {
                        0.040583198981149246,
                        -0.3625172617423852,
                        0.32193406276123593,
                        0.22548336300629024,
                        -0.03181662492577793,
                        -0.19366673808051232,
                        -0.10463859061343866,
                        0.033570288757056914,
                        0.07106830185638177,
                        0.35571274174437945,
                        -0.247603226399227,
                        -0.10810951534515234
                    });
        }
    }

    /** 12 pictures on average, of which the classes have 30, 6 and 0. */
    @Test
    void weightsEvenTheClassesOut() {
        TrainingConfig config = Patterns.config("balance=loss", "labelSmoothing=0.2");
        ClassCounts counts = new ClassCounts(List.of("a", "b", "c"), List.of(30, 6, 0));
        TrainingLoss loss = TrainingLoss.of(config, counts);
        assertEquals(0.2, loss.smoothing());
        assertEquals(List.of(0.6, 3.0, 0.0), loss.classWeights());
        // Over the data the mean is 1, so that the learning rate means what it meant.
        assertEquals(36, 30 * 0.6 + 6 * 3.0, TOLERANCE);
        assertEquals(List.of(), TrainingLoss.of(Patterns.config(), counts).classWeights());
        assertEquals(
                List.of(),
                TrainingLoss.of(Patterns.config("balance=sampling"), counts).classWeights());
    }

    @Test
    void badValuesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new TrainingLoss(2, List.of()));
        assertThrows(IllegalArgumentException.class, () -> new TrainingLoss(0, List.of(-1.0)));
        assertThrows(IllegalArgumentException.class, () -> new TrainingLoss(0, List.of(Double.NaN)));
        try (Arena arena = Arena.ofConfined()) {
            TrainingLoss loss = new TrainingLoss(0, List.of(1.0, 2.0));
            assertThrows(IllegalArgumentException.class, () -> loss.targets(new int[] {0}, Optional.empty(), 3, arena));
            assertThrows(
                    IndexOutOfBoundsException.class, () -> loss.targets(new int[] {2}, Optional.empty(), 2, arena));
        }
    }

    /** Twice the weight for all is twice the loss and the gradients, with labels and with mixed targets. */
    @Test
    void thePassTakesTheWeights() {
        for (String cutmix : List.of("cutmix=0", "cutmix=1")) {
            TrainingConfig config = Patterns.config(cutmix);
            try (Engine engine = Engine.create(Backend.VECTOR, 2);
                    Parameters parameters = Parameters.fresh(Patterns.NETWORK, config);
                    NetworkGradient pass = NetworkGradient.of(engine, parameters);
                    BatchLoader loader = BatchLoader.open(
                            new Patterns(8),
                            Pipelines.training(config),
                            LoaderOptions.training(8),
                            new Randomness(0),
                            0,
                            0)) {
                Batch batch = loader.next();
                StochasticDepth depth = new StochasticDepth(0, Patterns.NETWORK.blocks());
                parameters.gradients().zero();
                double plain = pass.accumulate(batch, TrainingLoss.even(0.1), 1, depth, 0, 0);
                double norm = norm(parameters);
                parameters.gradients().zero();
                TrainingLoss twice = new TrainingLoss(0.1, List.of(2.0, 2.0, 2.0, 2.0));
                assertEquals(2 * plain, pass.accumulate(batch, twice, 1, depth, 0, 0), 1e-5 * plain);
                assertEquals(2 * norm, norm(parameters), 1e-4 * norm);
                TrainingLoss one = new TrainingLoss(0, List.of(0.0, 0.0, 0.0, 0.0));
                assertEquals(0, pass.accumulate(batch, one, 1, depth, 0, 0));
            }
        }
    }

    private static double norm(Parameters parameters) {
        double[] square = {0};
        parameters.gradients().weights().forEach((name, tensor) -> {
            for (float value : tensor.toArray()) {
                square[0] += (double) value * value;
            }
        });
        return Math.sqrt(square[0]);
    }
}
