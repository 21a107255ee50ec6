package org.convnext4j.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class CpuInfoTest {
    @Test
    void readsTheFirstProcessor() {
        CpuInfo cpu = CpuInfo.parse("""
                processor\t: 0
                model name\t: Some CPU @ 2 GHz
                flags\t\t: fpu avx2 fma

                processor\t: 1
                model name\t: Other
                flags\t\t: avx512f
                """);
        assertEquals(Optional.of("Some CPU @ 2 GHz"), cpu.modelName());
        assertTrue(cpu.has("avx2") && cpu.has("fma"));
        assertFalse(cpu.has("avx512f"));
    }

    @Test
    void readsArmFeatures() {
        CpuInfo cpu = CpuInfo.parse("processor : 0\nFeatures\t: fp asimd sve\n");
        assertEquals(Optional.empty(), cpu.modelName());
        assertTrue(cpu.has("asimd"));
    }

    @Test
    void knowsNothingFromNothing() {
        CpuInfo cpu = CpuInfo.parse("");
        assertTrue(cpu.flags().isEmpty() && cpu.modelName().isEmpty());
    }
}
