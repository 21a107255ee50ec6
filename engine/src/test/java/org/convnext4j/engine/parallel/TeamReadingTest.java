package org.convnext4j.engine.parallel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

final class TeamReadingTest {
    private static final float[] VALUES = {1, 2, 3};

    @Test
    void aSharedTensorIsItself() {
        try (Arena arena = Arena.ofShared()) {
            Tensor tensor = Tensor.of(arena, VALUES, 3);
            assertSame(tensor, TeamReading.of(tensor));
        }
    }

    @Test
    void aConfinedTensorIsReadByAnotherThread() {
        try (Arena arena = Arena.ofConfined()) {
            Tensor open = TeamReading.of(Tensor.of(arena, VALUES, 3));
            assertTrue(open.data().isReadOnly());
            assertArrayEquals(
                    VALUES, CompletableFuture.supplyAsync(open::toArray).join());
        }
    }

    @Test
    void aConfinedTensorOfAnotherThreadIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            Tensor tensor = Tensor.of(arena, VALUES, 3);
            CompletableFuture<Tensor> elsewhere = CompletableFuture.supplyAsync(() -> TeamReading.of(tensor));
            CompletionException e = assertThrows(CompletionException.class, elsewhere::join);
            assertTrue(e.getCause() instanceof WrongThreadException, String.valueOf(e.getCause()));
        }
    }

    @Test
    void aClosedTensorIsRefused() {
        Tensor tensor;
        try (Arena arena = Arena.ofConfined()) {
            tensor = Tensor.of(arena, VALUES, 3);
        }
        assertThrows(IllegalStateException.class, () -> TeamReading.of(tensor));
    }
}
