package org.convnext4j.model.roadmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.CallersTensors;
import org.convnext4j.model.layers.PlanOracle;
import org.convnext4j.model.pass.BranchFactors;
import org.convnext4j.model.weights.CheckpointException;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.SafetensorsWriter;
import org.convnext4j.model.weights.TensorEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Inference of every step against the oracle in double precision, and torchvision's files. */
class RoadmapModelTest {
    /** Relative to the largest logit: about 60 layers of float sums of up to 300 products. */
    private static final double TOLERANCE = 2e-5;

    @TempDir
    Path folder;

    record Case(String name, RoadmapNetwork network, Backend backend) {
        @Override
        public String toString() {
            return name + " on " + backend;
        }
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (RoadmapStep step : Regime.RESNET_50.steps()) {
            RoadmapNetwork tiny = RoadmapGradientTest.tiny(step.network());
            for (Backend backend : List.of(Backend.SCALAR, Backend.VECTOR, Backend.OPENBLAS)) {
                cases.add(new Case(step.name(), tiny, backend));
            }
            cases.add(new Case(step.name() + " small", tiny.forSmallPictures(), Backend.VECTOR));
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logits(Case test) {
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(test.backend(), 2)) {
            Tensors weights = Tensors.random(test.network(), arena, 5);
            Tensor pictures = Tensors.pictures(arena, 6, 2, 3, 37, 35);
            try (RoadmapModel model = RoadmapModel.of(test.network(), weights, engine)) {
                check(model, weights.all(), pictures);
                // Another size takes other memory.
                check(model, weights.all(), Tensors.pictures(arena, 7, 1, 3, 33, 41));
            }
        }
    }

    private static void check(RoadmapModel model, Map<String, Tensor> weights, Tensor pictures) {
        PlanOracle oracle = new PlanOracle(PlanOracle.copy(weights), false, BranchFactors.NONE::of);
        double[] expected = oracle.logits(model.network().plan(), PlanOracle.pictures(pictures));
        float[] computed = model.logits(pictures);
        double largest = 1;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertEquals(expected.length, computed.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], computed[i], TOLERANCE * largest, "logit " + i);
        }
    }

    @Test
    void picturesOfOthersAndClosedOnes() {
        RoadmapNetwork network =
                RoadmapGradientTest.tiny(Regime.RESNET_50.steps().get(16).network());
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, 2);
                RoadmapModel model = RoadmapModel.of(network, Tensors.random(network, arena, 5), engine)) {
            CallersTensors.check(Tensors.pictures(arena, 6, 2, 3, 37, 35), pictures -> {
                double sum = 0;
                for (float logit : model.logits(pictures)) {
                    sum += logit;
                }
                return sum;
            });
        }
    }

    /** The names as torchvision's ResNet writes them, spelt out here and not taken from the description. */
    private static List<String> torchvisionNames(List<Integer> depths) {
        List<String> names = new ArrayList<>(List.of("conv1.weight"));
        addNorm(names, "bn1");
        for (int stage = 1; stage <= 4; stage++) {
            for (int block = 0; block < depths.get(stage - 1); block++) {
                String prefix = "layer" + stage + "." + block + ".";
                for (int i = 1; i <= 3; i++) {
                    names.add(prefix + "conv" + i + ".weight");
                    addNorm(names, prefix + "bn" + i);
                }
                if (block == 0) {
                    names.add(prefix + "downsample.0.weight");
                    addNorm(names, prefix + "downsample.1");
                }
            }
        }
        names.add("fc.weight");
        names.add("fc.bias");
        return names;
    }

    private static void addNorm(List<String> names, String norm) {
        for (String part : List.of("weight", "bias", "running_mean", "running_var", "num_batches_tracked")) {
            names.add(norm + "." + part);
        }
    }

    private static List<TensorEntry> torchvisionFile(RoadmapNetwork network, Tensors weights, Arena arena) {
        List<TensorEntry> entries = new ArrayList<>();
        for (String name : torchvisionNames(network.depths())) {
            if (name.endsWith("num_batches_tracked")) {
                MemorySegment count = arena.allocate(ValueLayout.JAVA_LONG);
                entries.add(new TensorEntry(name, DType.I64, List.of(), count));
            } else {
                Tensor tensor = weights.tensor(name);
                List<Long> shape =
                        tensor.shape().dims().stream().map(Integer::longValue).toList();
                entries.add(new TensorEntry(name, DType.F32, shape, tensor.data()));
            }
        }
        return entries;
    }

    @Test
    void torchvisionsResNetLoads() {
        RoadmapNetwork network =
                RoadmapGradientTest.tiny(Regime.RESNET_50.steps().get(0).network());
        Path file = folder.resolve("resnet.safetensors");
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, 2)) {
            Tensors weights = Tensors.random(network, arena, 8);
            List<TensorEntry> entries = torchvisionFile(network, weights, arena);
            assertEquals(
                    network.tensors().size(),
                    entries.stream().filter(e -> e.dtype() == DType.F32).count());
            SafetensorsWriter.write(file, entries, null, Map.of());
            RoadmapWeights loaded = RoadmapWeights.load(network, file, arena);
            try (RoadmapModel model = RoadmapModel.of(network, loaded, engine)) {
                check(model, weights.all(), Tensors.pictures(arena, 9, 2, 3, 40, 38));
            }

            CheckpointException other = assertThrows(
                    CheckpointException.class, () -> RoadmapWeights.load(network.withClasses(6), file, arena));
            assertTrue(String.valueOf(other.getMessage()).contains("fc.weight"), other.getMessage());
            RoadmapNetwork deeper = network.withDepths(List.of(1, 1, 3, 1));
            CheckpointException lacks =
                    assertThrows(CheckpointException.class, () -> RoadmapWeights.load(deeper, file, arena));
            assertTrue(String.valueOf(lacks.getMessage()).contains("lacks the tensor layer3.2."), lacks.getMessage());
            RoadmapNetwork flatter = network.withDepths(List.of(1, 1, 1, 1));
            CheckpointException more =
                    assertThrows(CheckpointException.class, () -> RoadmapWeights.load(flatter, file, arena));
            assertTrue(String.valueOf(more.getMessage()).contains("has the tensor layer3.1."), more.getMessage());
        }
    }
}
