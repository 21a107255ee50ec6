package org.convnext4j.model.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.net.URISyntaxException;
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
import org.convnext4j.model.Output;
import org.convnext4j.model.layers.GlobalPoolLayer;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.LinearLayer;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.Norm;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.Pooling;
import org.convnext4j.model.layers.TensorSource;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassActivationMapTest {
    private static Path toy() {
        try {
            return Path.of(Objects.requireNonNull(
                            ClassActivationMapTest.class.getResource("/org/convnext4j/model/toy/timm.safetensors"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The decomposition leaves nothing out: of every class, the map's mean and the offset are the network's logit. */
    @ParameterizedTest
    @CsvSource({"32, 32", "64, 64", "75, 51", "97, 131", "224, 224"})
    void theMapAddsUpToTheLogit(int height, int width) {
        try (Engine engine = Engine.create(Backend.SCALAR, 1);
                ConvNeXt model = ConvNeXt.load(toy(), engine);
                ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.readUnchecked(toy());
                Arena arena = Arena.ofConfined()) {
            Tensor input = Tensor.allocate(arena, 1, 3, height, width);
            Random random = new Random(height);
            for (long i = 0; i < input.elements(); i++) {
                input.set(i, (float) random.nextGaussian());
            }
            Map<Output, Tensor> outputs = model.forward(input, EnumSet.of(Output.STAGE3, Output.LOGITS), arena);
            Tensor stage3 = Objects.requireNonNull(outputs.get(Output.STAGE3));
            Tensor logits = Objects.requireNonNull(outputs.get(Output.LOGITS));
            NetworkPlan plan = model.config().plan();
            for (int k = 0; k < model.config().classes(); k++) {
                ClassActivationMap map = ClassActivationMap.of(plan, checkpoint.weights(), stage3, k);
                assertEquals(height / 32, map.height());
                assertEquals(width / 32, map.width());
                // Sums of 72 float products on the network's side.
                assertEquals(logits.get(k), map.logit(), 2e-5, "class " + k);
            }
        }
    }

    /** Class 0 looks at channel 0 alone, class 1 at channel 1: each finds its channel's place, whatever the rest is. */
    @Test
    void theMostIsWhereTheClassesChannelIs() {
        try (Arena arena = Arena.ofConfined()) {
            int channels = 5;
            int height = 3;
            int width = 4;
            Tensor ones = Tensor.of(arena, new float[] {1, 1, 1, 1, 1}, channels);
            Tensor zeros = Tensor.allocate(arena, channels);
            Tensor linear = Tensor.allocate(arena, 2, channels);
            linear.set(0, 1);
            linear.set(channels + 1, 1);
            Map<String, Tensor> head = Map.of(
                    "norm.weight",
                    ones,
                    "norm.bias",
                    zeros,
                    "head.weight",
                    linear,
                    "head.bias",
                    Tensor.of(arena, new float[] {7, 8}, 2));
            TensorSource weights = name -> Objects.requireNonNull(head.get(name));
            List<Layer> layers = List.of(
                    new GlobalPoolLayer(Pooling.AVERAGE),
                    new NormLayer("norm", Norm.LAYER, 1e-6, channels),
                    new LinearLayer("head", channels, 2));
            NetworkPlan plan = new NetworkPlan("two-classes", 3, List.of(), List.of(), layers);
            Tensor map = Tensor.allocate(arena, 1, channels, height, width);
            map.set(5, 3);
            map.set(height * width + 10, 3);
            for (int k = 0; k < 2; k++) {
                ClassActivationMap found = ClassActivationMap.of(plan, weights, map, k);
                assertEquals(7 + k, found.offset());
                int own = k == 0 ? 5 : 10;
                int other = k == 0 ? 10 : 5;
                for (int p = 0; p < height * width; p++) {
                    assertTrue(p == own || found.values()[p] < found.values()[own], "position " + p);
                    assertTrue(p == other || found.values()[p] > found.values()[other], "position " + p);
                }
                assertTrue(found.values()[own] > 0 && found.values()[other] < 0);
                assertEquals(0, found.values()[0]);
            }
            assertThrows(IllegalArgumentException.class, () -> ClassActivationMap.of(plan, weights, map, 2));
            assertThrows(IllegalArgumentException.class, () -> ClassActivationMap.of(plan, weights, map, -1));
            Tensor two = Tensor.allocate(arena, 2, channels, 1, 1);
            assertThrows(IllegalArgumentException.class, () -> ClassActivationMap.of(plan, weights, two, 0));
        }
    }
}
