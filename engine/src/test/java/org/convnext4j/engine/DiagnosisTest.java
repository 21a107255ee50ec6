package org.convnext4j.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.convnext4j.engine.vector.VectorKernels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiagnosisTest {
    @Test
    void anEngineTellsWhatTheMachineOffers() {
        try (Engine engine = Engine.create(Backend.SCALAR, 1)) {
            Diagnosis diagnosis = engine.diagnosis();
            assertEquals(Runtime.version().toString(), diagnosis.machine().javaVersion());
            assertEquals(
                    Runtime.getRuntime().availableProcessors(),
                    diagnosis.machine().processors());
            assertEquals(OptionalInt.of(VectorKernels.laneBits()), diagnosis.laneBits());
            assertEquals(Optional.empty(), diagnosis.vectorObstacle());
            assertTrue(diagnosis.openBlas().isPresent()
                    != diagnosis.openBlasFailure().isPresent());
            assertEquals(
                    List.of(Backend.values()),
                    diagnosis.backends().stream().map(BackendCheck::backend).toList());
            BackendCheck scalar = diagnosis.backends().get(3);
            assertTrue(scalar.works() && diagnosis.works());
            assertEquals(Optional.of(engine.kernels().toString()), scalar.kernels());
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> diagnosis.backends().clear());
        }
    }

    @Test
    void everythingThatIsMissingIsAProblem(@TempDir Path folder) throws Exception {
        Diagnosis here = Diagnosis.ofThisMachine();
        Path noFolder = Files.createFile(folder.resolve("file")).resolve("cache");
        Diagnosis bare = new Diagnosis(
                here.machine(),
                here.cpu(),
                OptionalInt.empty(),
                Optional.of("no vectors; add them"),
                Optional.empty(),
                Optional.of("no library; put it there"),
                Optional.of(noFolder),
                Stream.of(new BackendCheck(Backend.VECTOR, Optional.empty(), "none"))
                        .toList());
        assertFalse(bare.works());
        List<String> problems = bare.problems();
        assertEquals("No vector kernels: no vectors; add them", problems.get(0));
        assertEquals("No OpenBLAS: no library; put it there", problems.get(1));
        // To whoever may do everything, a file too may be written to.
        assertTrue(problems.size() <= 3, problems.toString());
        Diagnosis lowered = new Diagnosis(
                here.machine(),
                here.cpu(),
                here.laneBits(),
                Optional.empty(),
                Optional.of(new OpenBlasInfo("1", "config", "Prescott", "path", 1, Optional.of("kernels are lowered"))),
                Optional.empty(),
                Optional.of(folder),
                here.backends());
        assertEquals(List.of("kernels are lowered"), lowered.problems());
    }
}
