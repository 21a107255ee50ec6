package org.convnext4j.model.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.layers.Activation;
import org.convnext4j.model.layers.ActivationLayer;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.GlobalPoolLayer;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.LayerScaleLayer;
import org.convnext4j.model.layers.LinearLayer;
import org.convnext4j.model.layers.MaxPoolLayer;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.Norm;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.PlanOracle;
import org.convnext4j.model.layers.Pooling;
import org.convnext4j.model.layers.ResidualLayer;
import org.convnext4j.model.layers.ResponseNormLayer;
import org.convnext4j.model.layers.StagePlan;
import org.convnext4j.model.layers.TensorPlan;
import org.convnext4j.model.layers.TensorSource;
import org.convnext4j.model.layers.Window;
import org.convnext4j.model.weights.FormulaWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Lists of layers that no published network has, against the oracle, and those that nothing runs. */
class NetworkTest {
    /** Relative to the largest logit; float sums of some hundred products through up to a dozen layers. */
    private static final double TOLERANCE = 2e-5;

    private static final List<Layer> HEAD =
            List.of(new GlobalPoolLayer(Pooling.AVERAGE), new LinearLayer("head", 12, 5));

    private static NormLayer norm(String name, Norm kind, int channels) {
        return new NormLayer(name, kind, kind.epsilon(), channels);
    }

    private static NetworkPlan plan(List<Layer> stem, List<Layer> downsample, ResidualLayer... blocks) {
        return new NetworkPlan("odd", 3, stem, List.of(new StagePlan(downsample, List.of(blocks), null)), HEAD);
    }

    /** A ConvNeXt block of 12 channels with any number of hidden ones. */
    private static ResidualLayer convNeXtBlock(int number, int hidden, boolean responseNorm) {
        String name = "block" + number + ".";
        List<Layer> branch = new ArrayList<>();
        branch.add(ConvLayer.depthwise(name + "dw", 12, Window.centred(5, 1, 2)));
        branch.add(norm(name + "norm", Norm.RMS, 12));
        branch.add(new LinearLayer(name + "expand", 12, hidden));
        branch.add(new ActivationLayer(Activation.SILU));
        if (responseNorm) {
            branch.add(new ResponseNormLayer(name + "grn", hidden));
        }
        branch.add(new LinearLayer(name + "project", hidden, 12));
        branch.add(new LayerScaleLayer(name + "gamma", 12));
        return new ResidualLayer(number, branch, List.of(), List.of());
    }

    private static Stream<NetworkPlan> plans() {
        List<Layer> patches = List.of(ConvLayer.dense("stem", 3, 12, Window.patch(3)), norm("n", Norm.LAYER, 12));
        ResidualLayer grouped = new ResidualLayer(
                0,
                List.of(
                        new ConvLayer("a", 12, 18, 3, Window.centred(3, 2, 1), true),
                        norm("bn", Norm.BATCH, 18),
                        new ActivationLayer(Activation.RELU),
                        new LinearLayer("b", 18, 12),
                        new LayerScaleLayer("gamma", 12)),
                List.of(ConvLayer.dense("s", 12, 12, new Window(1, 2, 1, 0, 0))),
                List.of(new ActivationLayer(Activation.SILU)));
        ResidualLayer inside = new ResidualLayer(
                1,
                List.of(grouped, convNeXtBlock(2, 30, true)),
                List.of(new ConvLayer("t", 12, 12, 12, Window.centred(3, 2, 1), false)),
                List.of());
        return Stream.of(
                plan(patches, List.of(), convNeXtBlock(0, 36, false), convNeXtBlock(1, 7, true)),
                plan(
                        patches,
                        List.of(norm("d", Norm.SIMPLE, 12), ConvLayer.dense("e", 12, 12, Window.patch(3))),
                        convNeXtBlock(0, 48, false)),
                plan(
                        List.of(
                                new ConvLayer("c", 3, 12, 1, Window.centred(5, 2, 1), false),
                                norm("bn0", Norm.BATCH, 12),
                                new ActivationLayer(Activation.GELU),
                                new MaxPoolLayer()),
                        List.of(
                                ConvLayer.dense("u", 12, 12, new Window(2, 1, 3, 2, 1)),
                                new ActivationLayer(Activation.RELU),
                                new LayerScaleLayer("trunk", 12),
                                norm("alone", Norm.LAYER, 12),
                                new ActivationLayer(Activation.GELU_TANH)),
                        grouped,
                        inside),
                plan(
                        List.of(ConvLayer.dense("p", 3, 12, Window.patch(4)), norm("bn1", Norm.BATCH, 12)),
                        List.of(new LinearLayer("l", 12, 12)),
                        grouped));
    }

    static Stream<Arguments> everywhere() {
        return plans().flatMap(plan -> Stream.of(Backend.SCALAR, Backend.VECTOR, Backend.OPENBLAS)
                .map(backend -> Arguments.of(plan, backend)));
    }

    private static Map<String, Tensor> weights(NetworkPlan plan, Arena arena) {
        SplittableRandom random = new SplittableRandom(5);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (TensorPlan tensor : plan.tensors()) {
            int[] dims =
                    tensor.shape().dims().stream().mapToInt(Integer::intValue).toArray();
            Tensor values = Tensor.allocate(arena, dims);
            double spread = dims.length == 1 ? 0.3 : Math.sqrt(3.0 / tensor.fanIn());
            double centre = switch (tensor.role()) {
                case NORM_WEIGHT, GAMMA, RUNNING_VARIANCE -> 1;
                default -> 0;
            };
            for (long i = 0; i < values.elements(); i++) {
                values.set(i, (float) (centre + spread * (2 * random.nextDouble() - 1)));
            }
            tensors.put(tensor.name(), values);
        }
        return tensors;
    }

    private static TensorSource source(Map<String, Tensor> weights) {
        return name -> Objects.requireNonNull(weights.get(name), name);
    }

    private static float[] logits(Network network, Tensor pictures) {
        try (Arena arena = Arena.ofConfined()) {
            return Objects.requireNonNull(
                            network.forward(pictures, Wanted.LOGITS, arena).logits())
                    .toArray();
        }
    }

    private static void assertClose(NetworkPlan plan, Map<String, Tensor> weights, Tensor pictures, float[] logits) {
        PlanOracle oracle = new PlanOracle(PlanOracle.copy(weights), false, (block, image) -> 1);
        double[] expected = oracle.logits(plan, PlanOracle.pictures(pictures));
        assertEquals(expected.length, logits.length);
        double largest = 1;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < logits.length; i++) {
            assertEquals(expected[i], logits[i], TOLERANCE * largest, plan.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void anyListOfLayersGivesTheLogitsOfTheOracle(NetworkPlan plan, Backend backend) {
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(backend, 2)) {
            Map<String, Tensor> weights = weights(plan, arena);
            Tensor pictures = FormulaWeights.input(4, arena, 2, 3, 41, 50);
            try (Network network = Network.of(engine, plan, source(weights))) {
                assertClose(plan, weights, pictures, logits(network, pictures));
            }
        }
    }

    /** The program of the first calls, for every design and for blocks of any width. */
    @ParameterizedTest
    @MethodSource("org.convnext4j.model.design.Designs#all")
    void firstCallsGiveTheLogitsOfTheOracle(ConvNeXtConfig config) {
        NetworkPlan plan = config.plan();
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.AUTO, 2)) {
            assertTrue(ProgramBuilder.runsPlain(plan));
            Map<String, Tensor> weights = new LinkedHashMap<>();
            FormulaWeights.of(config, 3, arena).forEach(weights::put);
            Tensor pictures = FormulaWeights.input(4, arena, 2, config.inChannels(), 67, 70);
            Results results = FirstCalls.forward(engine, plan, source(weights), pictures, Wanted.LOGITS, arena);
            assertClose(
                    plan,
                    weights,
                    pictures,
                    Objects.requireNonNull(results.logits()).toArray());
        }
    }

    @Test
    void whatHasItsKernelsOnlyInTheEngineStartsThere() {
        assertEquals(
                List.of(true, true, false, false),
                plans().map(ProgramBuilder::runsPlain).toList());
    }

    @Test
    void onlyWhatIsWantedIsThere() {
        NetworkPlan plan = plans().findFirst().orElseThrow();
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, 1);
                Network network = Network.of(engine, plan, source(weights(plan, arena)))) {
            Tensor pictures = FormulaWeights.input(4, arena, 2, 3, 41, 50);
            Results maps = network.forward(pictures, new Wanted(Set.of(0), false, true, false), arena);
            assertNull(maps.logits());
            assertEquals(
                    List.of(2, 12),
                    Objects.requireNonNull(maps.embedding()).shape().dims());
            assertEquals(
                    List.of(2, 12, 13, 16),
                    Objects.requireNonNull(maps.stages().get(0)).shape().dims());
            Results logits = network.forward(pictures, Wanted.LOGITS, arena);
            assertNull(logits.embedding());
            assertEquals(Map.of(), logits.stages());
        }
    }

    /** The memory of one size of pictures is never used for those of another. */
    @Test
    void callsWithPicturesOfAllSizesAtOnce() throws InterruptedException, ExecutionException {
        NetworkPlan plan = plans().skip(2).findFirst().orElseThrow();
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, 2);
                Network network = Network.of(engine, plan, source(weights(plan, arena)));
                ExecutorService callers = Executors.newFixedThreadPool(3)) {
            List<Tensor> pictures = new ArrayList<>();
            List<float[]> alone = new ArrayList<>();
            for (int k = 0; k < 4; k++) {
                pictures.add(FormulaWeights.input(k, arena, 1 + k % 3, 3, 32 + 9 * k, 60 - 7 * k));
                alone.add(logits(network, pictures.get(k)));
            }
            List<Future<float[]>> calls = new ArrayList<>();
            for (int call = 0; call < 60; call++) {
                Tensor picture = pictures.get(call % 4);
                calls.add(callers.submit(() -> logits(network, picture)));
            }
            for (int call = 0; call < calls.size(); call++) {
                assertArrayEquals(alone.get(call % 4), calls.get(call).get(), "call " + call);
            }
        }
    }

    static Stream<Arguments> refused() {
        List<Layer> patches = List.of(ConvLayer.dense("stem", 3, 12, Window.patch(4)));
        ResidualLayer twice = new ResidualLayer(
                7,
                List.of(new LinearLayer("one", 12, 12)),
                List.of(),
                List.of(new ActivationLayer(Activation.RELU), new LayerScaleLayer("after", 12)));
        ResidualLayer lost = new ResidualLayer(
                8, List.of(new LinearLayer("one", 12, 12), new ResponseNormLayer("grn", 12)), List.of(), List.of());
        return Stream.of(
                Arguments.of(
                        plan(patches, List.of(new ActivationLayer(Activation.RELU), norm("bn", Norm.BATCH, 12))),
                        "nothing here runs NormLayer bn of kind BATCH (layer 1, counted from 0) of stage 0 of odd where"
                                + " it stands"),
                Arguments.of(
                        plan(patches, List.of(), twice),
                        "nothing here runs ResidualLayer of block 7 (layer 0, counted from 0) of stage 0 of odd where it"
                                + " stands"),
                Arguments.of(
                        plan(patches, List.of(), lost),
                        "nothing here runs ResponseNormLayer grn (layer 1, counted from 0) of the branch of block 8 where"
                                + " it stands"),
                Arguments.of(
                        plan(List.of(patches.getFirst(), new GlobalPoolLayer(Pooling.MAX)), List.of()),
                        "nothing here runs GlobalPoolLayer (layer 1, counted from 0) of the stem of odd where it stands"),
                Arguments.of(
                        plan(List.of(new ConvLayer("g", 3, 12, 3, new Window(3, 1, 2, 2, 2), true)), List.of()),
                        "nothing here runs ConvLayer g (layer 0, counted from 0) of the stem of odd where it stands"),
                Arguments.of(
                        new NetworkPlan("odd", 3, patches, List.of(), List.of(new LinearLayer("head", 12, 5))),
                        "the head of odd cannot be read from LinearLayer head (layer 0, counted from 0) on; a head is a"
                                + " norm or none, a pooling, a norm or none, a linear layer with GELU or none, a linear"
                                + " layer or none"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatNothingRunsIsNamed(NetworkPlan plan, String message) {
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.SCALAR, 1)) {
            TensorSource weights = source(weights(plan, arena));
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> Network.of(engine, plan, weights));
            assertEquals(message, e.getMessage());
        }
    }

    @Test
    void picturesOfOtherShapesAreRefused() {
        NetworkPlan plan = plans().findFirst().orElseThrow();
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.SCALAR, 1);
                Network network = Network.of(engine, plan, source(weights(plan, arena)))) {
            for (Tensor wrong : List.of(Tensor.allocate(arena, 1, 4, 32, 32), Tensor.allocate(arena, 3, 32, 32))) {
                IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> logits(network, wrong));
                assertEquals("pictures must be (N, 3, H, W), not " + wrong.shape(), e.getMessage());
            }
            assertThrows(IllegalArgumentException.class, () -> logits(network, Tensor.allocate(arena, 1, 3, 2, 32)));
        }
    }

    /** A block by itself computes what it computes in a network. */
    @Test
    void aBlockByItself() {
        ResidualLayer block = convNeXtBlock(0, 24, false);
        NetworkPlan whole =
                new NetworkPlan("block", 12, List.of(), List.of(new StagePlan(List.of(), List.of(block), null)), HEAD);
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, 2)) {
            TensorSource weights = source(weights(whole, arena));
            Tensor pixels = FormulaWeights.input(1, arena, 2, 9, 11, 12);
            LayerRun run = new LayerRun(arena, engine, List.of(block), weights, pixels);
            run.forward();
            Tensor planes = Tensor.allocate(arena, 2, 12, 9, 11);
            for (int i = 0; i < pixels.elements(); i++) {
                planes.set(((long) i / (12 * 99) * 12 + i % 12) * 99 + i / 12 % 99, pixels.get(i));
            }
            try (Network network = Network.of(engine, whole, weights)) {
                Tensor map = Objects.requireNonNull(
                        network.forward(planes, new Wanted(Set.of(0), false, false, false), arena)
                                .stages()
                                .get(0));
                for (int i = 0; i < pixels.elements(); i++) {
                    float alone = run.result().getAtIndex(Tensor.FLOAT, i);
                    assertEquals(map.get(((long) i / (12 * 99) * 12 + i % 12) * 99 + i / 12 % 99), alone);
                }
            }
            IllegalArgumentException e = assertThrows(
                    IllegalArgumentException.class,
                    () -> new LayerRun(arena, engine, List.of(block, block), weights, pixels));
            assertTrue(String.valueOf(e.getMessage()).startsWith("the layers run in 2 steps"), e.getMessage());
        }
    }
}
