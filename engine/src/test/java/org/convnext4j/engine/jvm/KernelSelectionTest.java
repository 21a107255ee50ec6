package org.convnext4j.engine.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.GradientKernels;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.NormKind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which kernels are chosen, here and in JVMs where the Vector API is missing or crawls. */
@Tag("slow")
class KernelSelectionTest {
    private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";
    private static final String OPENBLAS_FOLDER = "org/bytedeco/openblas";
    private static final String PLAIN_LOOPS =
            "gemm=blas dwconv=scalar patch=blas layernorm=scalar gelu=scalar pool=scalar";

    @ParameterizedTest
    @CsvSource({
        "AUTO, gemm=vector dwconv=vector patch=vector layernorm=vector gelu=vector pool=vector",
        "VECTOR, gemm=vector dwconv=vector patch=vector layernorm=vector gelu=vector pool=vector",
        "OPENBLAS, gemm=blas dwconv=vector patch=blas layernorm=vector gelu=vector pool=vector",
        "SCALAR, gemm=scalar dwconv=scalar patch=scalar layernorm=scalar gelu=scalar pool=scalar"
    })
    void theChoiceIsOneLine(Backend backend, String expected) {
        try (Engine engine = Engine.create(backend, 3)) {
            assertEquals(expected, engine.kernels().toString());
            assertTrue(engine.toString().startsWith(expected + ", threads=3 ("), engine.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO, product=vector dwconv=vector patch=vector layernorm=vector gelu=vector sums=vector optimizer=vector",
        "VECTOR, product=vector dwconv=vector patch=vector layernorm=vector gelu=vector sums=vector optimizer=vector",
        "OPENBLAS, product=blas dwconv=vector patch=blas layernorm=vector gelu=vector sums=vector optimizer=vector",
        "SCALAR, product=scalar dwconv=scalar patch=scalar layernorm=scalar gelu=scalar sums=scalar optimizer=scalar"
    })
    void gradientsFollowTheBackend(Backend backend, String expected) {
        try (Engine engine = Engine.create(backend, 1)) {
            assertEquals(expected, engine.gradientKernels().toString());
            assertSame(engine.gradientKernels(), engine.gradientKernels());
        }
    }

    @ParameterizedTest
    @CsvSource({"AUTO, vector, vector", "VECTOR, vector, vector", "OPENBLAS, vector, blas", "SCALAR, scalar, scalar"})
    void soDoTheOperatorsOfConvNeXtsRelatives(Backend backend, String loops, String product) {
        try (Engine engine = Engine.create(backend, 1)) {
            KernelSet kernels = engine.kernels();
            GradientKernels gradients = engine.gradientKernels();
            List<String> names = new ArrayList<>(List.of(
                    kernels.families().dilatedDepthwiseConv().name(),
                    kernels.families().responseNorm().name(),
                    gradients.dilatedDepthwiseConv().name(),
                    gradients.responseNorm().name()));
            for (NormKind kind : NormKind.values()) {
                names.add(kernels.norm(kind).name());
                names.add(gradients.norm(kind).name());
            }
            for (ActivationKind kind : ActivationKind.values()) {
                names.add(kernels.activation(kind).name());
                names.add(gradients.activation(kind).name());
            }
            assertEquals(List.of(loops), names.stream().distinct().toList());
            assertEquals(
                    "conv=" + product + "/" + product + " dwconv=" + loops + " batchnorm=" + loops + " relu=" + loops
                            + " maxpool=" + loops,
                    engine.roadmapKernels().toString());
            assertSame(engine.roadmapKernels(), engine.roadmapKernels());
        }
    }

    @Test
    void threadsMustBePositive() {
        assertThrows(IllegalArgumentException.class, () -> Engine.create(Backend.SCALAR, 0));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, --add-modules jdk.incubator.vector",
                "-XX:TieredStopAtLevel=1, TieredStopAtLevel=1",
                "-Xint, -Xint"
            })
    void withoutUsableVectorsTheForcedBackendFailsAndTheAutomaticOneFallsBack(String flag, String named) {
        List<String> flags = new ArrayList<>(flag == null ? List.of(NATIVE) : ChildJvm.USUAL);
        if (flag != null) {
            flags.add(flag);
        }
        String forced = run(flags, "vector");
        assertEquals(1, count(forced, "REFUSED backend vector: "), forced);
        assertTrue(forced.contains(named), forced);

        String automatic = run(flags, "auto");
        assertEquals(1, count(automatic, "KERNELS " + PLAIN_LOOPS), automatic);
        assertEquals(1, count(automatic, "using OpenBLAS and plain loops"), automatic);

        String openBlas = run(flags, "openblas");
        assertEquals(1, count(openBlas, "KERNELS " + PLAIN_LOOPS), openBlas);
        assertEquals(0, count(openBlas, "which are slow"), openBlas);
    }

    /** Nobody configures a logger before the first try, and a model at a hundredth of its speed looks as if it worked. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneWarningReachesTheUserWithAProviderOfSlf4jAndWithout(boolean provider) {
        for (List<String> flags : List.of(List.of(NATIVE), ChildJvm.USUAL)) {
            ChildJvm child = provider
                    ? ChildJvm.run(flags, WarningMain.class)
                    : ChildJvm.runOn(WarningMain.classPathWithout("slf4j-simple"), flags, WarningMain.class);
            assertEquals(0, child.exit(), child.output());
            assertEquals(!provider, child.output().contains("No SLF4J providers were found"), child.output());
            boolean warned = !flags.equals(ChildJvm.USUAL);
            long slow = count(child.output(), "plain loops, which are slow: the module jdk.incubator.vector is not");
            assertEquals(warned ? 1 : 0, slow, child.output());
            assertEquals(warned ? 1 : 0, count(child.output(), "which are slow"), child.output());
            String problems = warned ? "PROBLEMS [No vector kernels: the module" : "PROBLEMS []";
            assertEquals(1, count(child.output(), problems), child.output());
        }
    }

    /** As in a program that excludes convnext4j-openblas. */
    @Test
    void withoutOpenBlasOnTheClassPathTheForcedBackendSaysWhatToAdd() {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !holdsOpenBlas(Path.of(entry)))
                .collect(Collectors.joining(File.pathSeparator));
        assertNotEquals(System.getProperty("java.class.path"), classPath);
        String forced = ChildJvm.runOn(classPath, ChildJvm.USUAL, EngineMain.class, "openblas")
                .output();
        assumeFalse(forced.contains("KERNELS"), "OpenBLAS is installed on this system");
        assertEquals(1, count(forced, "REFUSED backend openblas: "), forced);
        assertTrue(forced.contains("add the Maven dependency org.convnext4j:convnext4j-openblas-"), forced);

        String automatic = ChildJvm.runOn(classPath, ChildJvm.USUAL, EngineMain.class, "auto")
                .output();
        assertEquals(1, count(automatic, "KERNELS gemm=vector dwconv=vector"), automatic);
    }

    private static boolean holdsOpenBlas(Path entry) {
        if (Files.isDirectory(entry)) {
            return Files.isDirectory(entry.resolve(OPENBLAS_FOLDER));
        }
        try (ZipFile jar = new ZipFile(entry.toFile())) {
            return jar.stream().anyMatch(file -> file.getName().startsWith(OPENBLAS_FOLDER));
        } catch (IOException e) { // no jar
            return false;
        }
    }

    @Test
    void deniedNativeAccessIsSaidAndPlainLoopsAreLeft() {
        List<String> flags = List.of("--add-modules", "jdk.incubator.vector", "--illegal-native-access=deny");
        for (String backend : List.of("vector", "openblas")) {
            String forced = run(flags, backend);
            assertEquals(1, count(forced, "REFUSED backend " + backend + ": "), forced);
            assertTrue(forced.contains("denies native access") && forced.contains(NATIVE), forced);
        }
        String automatic = run(flags, "auto");
        assertEquals(1, count(automatic, "KERNELS gemm=scalar"), automatic);
        assertEquals(
                1, count(automatic, "using plain loops, which are slow: this JVM denies native access"), automatic);
    }

    private static String run(List<String> flags, String backend) {
        ChildJvm child = ChildJvm.run(flags, EngineMain.class, backend);
        assertEquals(0, child.exit(), child.output());
        return child.output();
    }

    private static long count(String output, String part) {
        return output.lines().filter(line -> line.contains(part)).count();
    }
}
