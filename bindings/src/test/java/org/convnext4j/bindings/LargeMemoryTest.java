package org.convnext4j.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LargeMemoryTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4096, (8 << 20) - 1, 8 << 20, (9 << 20) + 3, 64 << 20})
    void isZeroAlignedAndTheArenas(long bytes) {
        MemorySegment memory;
        try (Arena arena = Arena.ofShared()) {
            memory = LargeMemory.allocate(arena, bytes, 64);
            assertEquals(bytes, memory.byteSize());
            assertEquals(0, memory.address() % 64);
            for (long at = 0; at < bytes; at += 4093) {
                assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, at));
            }
            if (bytes > 0) {
                memory.set(ValueLayout.JAVA_BYTE, bytes - 1, (byte) 1);
            }
            assertThrows(IndexOutOfBoundsException.class, () -> memory.get(ValueLayout.JAVA_BYTE, bytes));
        }
        assertThrows(IllegalStateException.class, () -> memory.asSlice(0).fill((byte) 0));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void isGivenBackWithTheArena() throws IOException {
        for (int i = 0; i < 3; i++) {
            try (Arena arena = Arena.ofShared()) {
                LargeMemory.allocate(arena, 512 << 20, 64).set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
            }
        }
        long before = virtualKib();
        for (int i = 0; i < 20; i++) {
            try (Arena arena = Arena.ofShared()) {
                LargeMemory.allocate(arena, 512 << 20, 64).set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
            }
        }
        long grown = virtualKib() - before;
        assertTrue(grown < 512 << 10, grown + " KiB are left mapped");
    }

    private static long virtualKib() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmSize:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
