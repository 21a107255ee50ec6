package org.convnext4j.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoreTypeCheckTest {
    private static Optional<String> warning(Map<String, String> environment, String core, String flags) {
        Settings settings = new Settings(name -> null, environment::get);
        return CoreTypeCheck.warning(settings, core, CpuInfo.parse("flags\t\t: " + flags + "\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "Haswell,avx avx2 fma avx512f,true",
        "Nehalem,avx avx2 fma,true",
        "Sandybridge,avx avx2 fma,true",
        "Prescott,avx,true",
        "Zen,avx avx2 fma,false",
        "Haswell,avx avx2 fma,false",
        "SkylakeX,avx avx2 fma avx512f avx512_bf16,false",
        "Cooperlake,avx avx2 fma avx512f,false",
        "Sandybridge,avx avx2,false",
        "Unheard,avx avx2 fma avx512f,false",
        "Haswell,asimd,false"
    })
    void warnsOnlyOfKernelsBelowTheProcessor(String core, String flags, boolean expected) {
        Map<String, String> environment = Map.of("OPENBLAS_CORETYPE", core);
        assertEquals(expected, warning(environment, core, flags).isPresent());
        assertEquals(Optional.empty(), warning(Map.of(), core, flags));
    }

    @Test
    void namesVariableValueCoreAndRemedy() {
        String text =
                warning(Map.of("OPENBLAS_CORETYPE", "zen"), "Zen", "avx512f").orElse("");
        assertTrue(text.contains("OPENBLAS_CORETYPE=zen"), text);
        assertTrue(text.contains("Zen kernels"), text);
        assertTrue(text.contains("unset OPENBLAS_CORETYPE"), text);
    }

    @Test
    void mentionsASetCacheSize() {
        String text = warning(Map.of("OPENBLAS_L2_SIZE", "512"), "Zen", "").orElse("");
        assertTrue(text.contains("OPENBLAS_L2_SIZE=512") && text.contains("unset it"), text);
        assertEquals(Optional.empty(), warning(Map.of("OPENBLAS_L2_SIZE", " "), "Zen", ""));
    }
}
