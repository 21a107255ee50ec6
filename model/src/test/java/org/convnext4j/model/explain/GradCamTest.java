package org.convnext4j.model.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Families;
import org.convnext4j.model.Output;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.layers.HeadPlan;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.TensorSource;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On a network of each family, and so on each kind of head. */
class GradCamTest {
    /** A step between the rounding of float maps and the curvature of the norms. */
    private static final float STEP = 1f / 64;

    @TempDir
    private Path folder;

    static List<String> names() {
        return Families.names();
    }

    private static Tensor copy(Tensor map, Arena arena) {
        return Tensor.of(arena, map.toArray(), map.dim(0), map.dim(1), map.dim(2), map.dim(3));
    }

    private static double logit(NetworkPlan plan, TensorSource weights, Tensor map, int channel, float by, int k) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor moved = copy(map, arena);
            int pixels = map.dim(2) * map.dim(3);
            for (long p = (long) channel * pixels; p < (channel + 1L) * pixels; p++) {
                moved.set(p, moved.get(p) + by);
            }
            return new GradCam(HeadPlan.of(plan), weights, moved).logit(k);
        }
    }

    /** The mean of the map and the offset give the network's logit, and the weights are the logit's derivatives. */
    @ParameterizedTest
    @MethodSource("names")
    void weighsChannelsByTheLogitsDerivative(String name) {
        Path file = Families.withConfig(name, folder);
        try (Engine engine = Engine.create(Backend.SCALAR, 1);
                ConvNeXt model = ConvNeXt.load(file, engine);
                ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.readUnchecked(file);
                Arena arena = Arena.ofConfined()) {
            ConvNeXtConfig config = model.config();
            assumeTrue(config.classes() > 0, "no classifier");
            Output last = Output.stage(config.stages() - 1);
            Tensor input = Tensor.allocate(arena, 1, config.inChannels(), 64, 64);
            Random random = new Random(7);
            for (long i = 0; i < input.elements(); i++) {
                input.set(i, (float) random.nextGaussian());
            }
            Map<Output, Tensor> outputs = model.forward(input, EnumSet.of(last, Output.LOGITS), arena);
            Tensor map = Objects.requireNonNull(outputs.get(last));
            Tensor logits = Objects.requireNonNull(outputs.get(Output.LOGITS));
            ConvNeXtWeights weights = checkpoint.weights();
            NetworkPlan plan = config.plan();
            for (int k : new int[] {0, config.classes() - 1}) {
                ClassActivationMap cam = ClassActivationMap.byGradient(plan, weights, map, k);
                assertEquals(logits.get(k), cam.logit(), 2e-5, name + ", class " + k);
                assertEquals(map.dim(2) * map.dim(3), cam.values().length);
                double[] gradient = new GradCam(HeadPlan.of(plan), weights, map).gradientByChannel(k);
                double length = 0;
                for (double value : gradient) {
                    length = Math.max(length, Math.abs(value));
                }
                for (int c = 0; c < gradient.length; c++) {
                    double difference = (logit(plan, weights, map, c, STEP, k) - logit(plan, weights, map, c, -STEP, k))
                            / (2 * STEP);
                    assertEquals(difference, gradient[c], 2e-3 * length, name + ", class " + k + ", channel " + c);
                }
            }
            int classes = config.classes();
            assertThrows(
                    IllegalArgumentException.class, () -> ClassActivationMap.byGradient(plan, weights, map, classes));
            assertThrows(IllegalArgumentException.class, () -> ClassActivationMap.byGradient(plan, weights, input, 0));
        }
    }
}
