package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.run.FirstCalls;
import org.convnext4j.model.run.Results;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family on every backend, against what timm, transformers and the released code compute in float64. */
class FamiliesGoldenTest {
    private static final float TOLERANCE = 1e-5f;

    private static final List<Backend> BACKENDS =
            List.of(Backend.SCALAR, Backend.VECTOR, Backend.OPENBLAS, Backend.AUTO);

    @TempDir
    private Path folder;

    static Stream<Arguments> families() {
        return Families.names().stream().flatMap(name -> BACKENDS.stream().map(backend -> Arguments.of(name, backend)));
    }

    static List<String> names() {
        return Families.names();
    }

    @ParameterizedTest
    @MethodSource("families")
    void onEveryBackend(String name, Backend backend) throws InterruptedException {
        Path file = Families.withConfig(name, folder);
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(backend, 2);
                ConvNeXt model = ConvNeXt.load(file, engine)) {
            Tensor input = Families.input(name, arena);
            check(name, backend + ", first call", forward(model, name, input, arena));
            model.warmUp();
            check(name, backend + ", compiled", forward(model, name, input, arena));
        }
    }

    /** The program that runs before the vector kernels are compiled, which the first model of a JVM alone gets. */
    @ParameterizedTest
    @MethodSource("names")
    void onTheKernelsOfFirstCalls(String name) {
        Path file = Families.withConfig(name, folder);
        for (int threads : new int[] {1, 3}) {
            try (Arena arena = Arena.ofShared();
                    Engine engine = Engine.create(Backend.AUTO, threads);
                    ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
                Tensor input = Families.input(name, arena);
                Results results = FirstCalls.forward(
                        engine,
                        checkpoint.config().plan(),
                        checkpoint.weights(),
                        input,
                        Output.wanted(wanted(name), Families.normed(name)),
                        arena);
                check(name, "first calls", Output.named(results));
            }
        }
    }

    private static Map<Output, Tensor> forward(ConvNeXt model, String name, Tensor input, Arena arena) {
        if (!Families.normed(name)) {
            return model.forward(input, wanted(name), arena);
        }
        Map<Output, Tensor> maps = new EnumMap<>(Output.class);
        for (PyramidLevel level : model.pyramid(input, List.of(0, 1, 2, 3), true, arena)) {
            maps.put(Output.stage(level.stage()), level.map());
        }
        return maps;
    }

    private static Set<Output> wanted(String name) {
        Set<Output> wanted = EnumSet.noneOf(Output.class);
        Families.cases(name).forEach(one -> wanted.add(one.output()));
        return wanted;
    }

    private static void check(String name, String where, Map<Output, Tensor> outputs) {
        assertEquals(wanted(name), outputs.keySet());
        for (Families.Case one : Families.cases(name)) {
            float[] actual = Objects.requireNonNull(outputs.get(one.output())).toArray();
            float difference = Goldens.largestDifference(Goldens.read(Families.EXPECTED, one.expected()), actual);
            assertTrue(difference <= TOLERANCE, one.expected() + " on " + where + ": largest difference " + difference);
        }
    }
}
