package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.GradientKernels;
import org.convnext4j.engine.kernel.gradient.AdamW;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.CallersTensors;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.pass.BranchFactors;
import org.convnext4j.model.weights.Checkpoint;
import org.convnext4j.model.weights.FormulaWeights;
import org.convnext4j.model.weights.TensorEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gradients of a whole network, and six steps of training, against PyTorch's in float64. */
@Tag("slow")
class NetworkGradientTest {
    private static final ConvNeXtConfig TOY = ConvNeXtConfig.of(List.of(1, 2, 3, 1), List.of(16, 24, 40, 72), 10);
    private static final BranchFactors NO_DEPTH = new StochasticDepth(0, TOY.blocks()).factors(0, 0);

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(NetworkGradientTest.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void theGoldenTrajectory(Backend backend) {
        JsonNode about = TrainingJson.read(resource("trajectory.json"));
        GradientKernels kernels = GradientKernels.select(backend);
        try (Arena arena = Arena.ofConfined();
                Engine engine = Engine.create(backend, 2);
                Checkpoint golden = Checkpoint.open(resource("trajectory.safetensors"));
                Parameters parameters = Parameters.allocate(TOY, true);
                NetworkGradient network = NetworkGradient.of(engine, parameters)) {
            Map<String, TensorEntry> entries = new HashMap<>();
            golden.entries().forEach(entry -> entries.put(entry.name(), entry));
            parameters.weights().copyFrom(FormulaWeights.of(TOY, 0, arena));
            parameters.restartEma();
            for (int step = 0; step < 6; step++) {
                Tensor images = FormulaWeights.input(100 + step, arena, 4, 3, 64, 64);
                int[] labels = new int[4];
                for (int i = 0; i < 4; i++) {
                    labels[i] = (step * 7 + i * 3) % 10;
                }
                parameters.gradients().zero();
                double loss = network.accumulate(images, labels, 0.1, 1, NO_DEPTH);
                double expected = about.path("loss").get(step).asDouble();
                assertEquals(expected, loss, 1e-5, backend + ", loss of step " + step);
                if (step == 0) {
                    compare(entries, "grad0.", parameters.gradients(), 1e-5);
                }
                step(kernels, parameters, about.path("lr").get(step).asDouble(), step + 1);
            }
            compare(entries, "final.", parameters.weights(), 1e-5);
            compare(entries, "ema.", parameters.ema().orElseThrow(), 1e-5);
        }
    }

    private static void step(GradientKernels kernels, Parameters parameters, double rate, int step) {
        parameters.layout().parameters().forEach(parameter -> {
            long at = parameter.offsetFloats() * Float.BYTES;
            int count = Math.toIntExact(parameter.floats());
            double decay = parameter.shape().rank() > 1 ? 0.05 : 0;
            kernels.optimizer()
                    .adamW(
                            count,
                            new AdamW(rate, 0.9, 0.999, 1e-8, decay, step, 1),
                            parameters.gradients().data(),
                            at,
                            parameters.weights().data(),
                            at,
                            parameters.firstMoments().data(),
                            at,
                            parameters.secondMoments().data(),
                            at);
            kernels.optimizer()
                    .movingAverage(
                            count,
                            0.9,
                            parameters.weights().data(),
                            at,
                            parameters.ema().orElseThrow().data(),
                            at);
        });
    }

    /** Every tensor within {@code tolerance} of its largest value; the message names the worst. */
    private static void compare(
            Map<String, TensorEntry> entries, String prefix, ParameterBlock block, double tolerance) {
        String worst = "";
        double worstError = 0;
        for (Parameter parameter : block.layout().parameters()) {
            TensorEntry entry = Objects.requireNonNull(entries.get(prefix + parameter.name()), parameter.name());
            float[] actual = block.tensor(parameter).toArray();
            double largest = 0;
            double error = 0;
            for (int i = 0; i < actual.length; i++) {
                float expected = entry.data().getAtIndex(Tensor.FLOAT, i);
                largest = Math.max(largest, Math.abs(expected));
                error = Math.max(error, Math.abs(expected - actual[i]));
            }
            if (!(error / largest <= worstError)) {
                worstError = error / largest;
                worst = prefix + parameter.name();
            }
        }
        assertTrue(worstError <= tolerance, worst + " is off by " + worstError + " of its largest value");
    }

    /** Same gradients to the bit with 1, 2 and 3 threads, and if activations are computed again. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.4})
    void threadsAndRecomputationChangeNoBit(double rate) {
        float[] expected = gradients(Backend.VECTOR, 1, false, rate);
        assertArrayEquals(expected, gradients(Backend.VECTOR, 2, false, rate), "2 threads");
        assertArrayEquals(expected, gradients(Backend.VECTOR, 3, false, rate), "3 threads");
        assertArrayEquals(expected, gradients(Backend.VECTOR, 2, true, rate), "recomputed");
    }

    private static float[] gradients(Backend backend, int threads, boolean recompute, double rate) {
        try (Arena arena = Arena.ofConfined();
                Engine engine = Engine.create(backend, threads);
                Parameters parameters = Parameters.allocate(TOY, false);
                NetworkGradient network = recompute
                        ? NetworkGradient.recomputing(engine, parameters)
                        : NetworkGradient.of(engine, parameters)) {
            parameters.weights().copyFrom(FormulaWeights.of(TOY, 0, arena));
            // An odd size: rows and columns that no patch of the later layers covers.
            Tensor images = FormulaWeights.input(7, arena, 5, 3, 75, 51);
            BranchFactors depth = new StochasticDepth(rate, TOY.blocks()).factors(3, 1);
            network.accumulate(images, new int[] {1, 2, 3, 4, 5}, 0.1, 0.5, depth);
            return parameters.gradients().data().toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    /** With blocks skipped, odd sizes and a scaled loss, against differences of the loss along random directions. */
    @Test
    void agreesWithDifferencesOfTheLoss() {
        BranchFactors depth = new StochasticDepth(0.5, TOY.blocks()).factors(3, 1);
        int[] labels = {1, 2, 3};
        try (Arena arena = Arena.ofConfined();
                Engine engine = Engine.create(Backend.SCALAR, 2);
                Parameters parameters = Parameters.allocate(TOY, false);
                NetworkGradient network = NetworkGradient.of(engine, parameters)) {
            parameters.weights().copyFrom(FormulaWeights.of(TOY, 0, arena));
            Tensor images = FormulaWeights.input(7, arena, 3, 3, 41, 37);
            network.accumulate(images, labels, 0, 2, depth);
            float[] gradient = parameters.gradients().data().toArray(ValueLayout.JAVA_FLOAT);
            float[] start = parameters.weights().data().toArray(ValueLayout.JAVA_FLOAT);
            for (Parameter parameter : parameters.layout().parameters()) {
                // Along its own gradient each tensor's directional derivative is its gradient's length.
                int from = Math.toIntExact(parameter.offsetFloats());
                double length = 0;
                for (int i = 0; i < parameter.floats(); i++) {
                    length += (double) gradient[from + i] * gradient[from + i];
                }
                length = Math.sqrt(length);
                double h = 2e-3;
                double up = lossAt(network, parameters, parameter, start, gradient, h / length, images, labels, depth);
                double down =
                        lossAt(network, parameters, parameter, start, gradient, -h / length, images, labels, depth);
                double difference = 2 * (up - down) / (2 * h);
                // Float32 losses of about 1 carry 1e-6; the cut of the difference adds a fraction of the slope.
                assertEquals(difference, length, 3e-3 + 0.03 * length, parameter.name());
            }
        }
    }

    private static double lossAt(
            NetworkGradient network,
            Parameters parameters,
            Parameter parameter,
            float[] start,
            float[] direction,
            double h,
            Tensor images,
            int[] labels,
            BranchFactors depth) {
        int from = Math.toIntExact(parameter.offsetFloats());
        Tensor tensor = parameters.weights().tensor(parameter);
        for (int i = 0; i < parameter.floats(); i++) {
            tensor.set(i, (float) (start[from + i] + h * direction[from + i]));
        }
        double loss = network.accumulate(images, labels, 0, 1, depth);
        for (int i = 0; i < parameter.floats(); i++) {
            tensor.set(i, start[from + i]);
        }
        return loss;
    }

    @Test
    void picturesOfOthersAndClosedOnes() {
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, 2);
                Parameters parameters = Parameters.allocate(TOY, false);
                NetworkGradient network = NetworkGradient.of(engine, parameters)) {
            parameters.weights().copyFrom(FormulaWeights.of(TOY, 0, arena));
            Tensor images = FormulaWeights.input(7, arena, 2, 3, 32, 32);
            CallersTensors.check(images, pictures -> network.accumulate(pictures, new int[] {0, 1}, 0.1, 1, NO_DEPTH));
        }
    }

    /** Whoever is second gets an exception, and no kernel memory that is gone. */
    @Test
    void closingDuringAPass() throws Exception {
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, 2)) {
            Tensor images = FormulaWeights.input(7, arena, 2, 3, 32, 32);
            for (int round = 0; round < 6; round++) {
                Parameters parameters = Parameters.allocate(TOY, false);
                NetworkGradient network = NetworkGradient.of(engine, parameters);
                CountDownLatch begun = new CountDownLatch(1);
                CompletableFuture<Integer> passes = CompletableFuture.supplyAsync(() -> {
                    for (int done = 0; ; done++) {
                        begun.countDown();
                        try {
                            network.accumulate(images, new int[2], 0.1, 1, NO_DEPTH);
                        } catch (IllegalStateException closed) {
                            return done;
                        }
                    }
                });
                begun.await();
                Thread.sleep(round % 7);
                if (round % 2 == 0) {
                    network.close();
                }
                boolean freed = false;
                while (!freed) {
                    try {
                        parameters.close();
                        freed = true;
                    } catch (IllegalStateException inUse) {
                        assertTrue(String.valueOf(inUse.getMessage()).contains("in use"), inUse.toString());
                    }
                }
                assertTrue(passes.get() >= 0);
                network.close();
                parameters.close();
            }
        }
    }

    @Test
    void refusesPicturesThatDoNotFit() {
        try (Arena arena = Arena.ofConfined();
                Engine engine = Engine.create(Backend.SCALAR, 1);
                Parameters parameters = Parameters.allocate(TOY, false);
                NetworkGradient network = NetworkGradient.of(engine, parameters)) {
            Tensor small = FormulaWeights.input(7, arena, 1, 3, 31, 64);
            String message = String.valueOf(assertThrows(
                            IllegalArgumentException.class,
                            () -> network.accumulate(small, new int[] {0}, 0, 1, NO_DEPTH))
                    .getMessage());
            assertTrue(message.contains("31x64") && message.contains("32"), message);
            Tensor grey = FormulaWeights.input(7, arena, 1, 1, 64, 64);
            assertThrows(IllegalArgumentException.class, () -> network.accumulate(grey, new int[] {0}, 0, 1, NO_DEPTH));
            Tensor none = Tensor.allocate(arena, 0, 3, 64, 64);
            assertThrows(IllegalArgumentException.class, () -> network.accumulate(none, new int[0], 0, 1, NO_DEPTH));
            Tensor one = FormulaWeights.input(7, arena, 1, 3, 64, 64);
            String labels = String.valueOf(assertThrows(
                            IllegalArgumentException.class, () -> network.accumulate(one, new int[4], 0, 1, NO_DEPTH))
                    .getMessage());
            assertTrue(labels.contains("4 labels for 1 pictures"), labels);
        }
    }
}
