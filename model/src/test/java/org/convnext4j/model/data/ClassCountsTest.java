package org.convnext4j.model.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClassCountsTest {
    private static ClassCounts of(Integer... counts) {
        return new ClassCounts(List.of("a", "b", "c"), List.of(counts));
    }

    @Test
    void picturesAreCountedByClass() {
        ClassCounts counts = ClassCounts.of(new NoiseDataset(11));
        assertEquals(of(4, 4, 3), counts);
        assertEquals(11, counts.pictures());
        assertEquals(3, counts.present());
        assertEquals(2, of(0, 5, 6).present());
    }

    /** More than ten times; a class without pictures is not the smallest of those that have any. */
    @Test
    void unevenIsMoreThanTenToOne() {
        assertFalse(of(100, 10, 50).isUneven());
        assertTrue(of(101, 10, 50).isUneven());
        assertFalse(of(0, 10, 50).isUneven());
        assertEquals("101 pictures of a, 10 of b", of(101, 10, 50).extremes());
    }

    @Test
    void countsMustFitTheClasses() {
        assertThrows(IllegalArgumentException.class, () -> of(1, 2));
        assertThrows(IllegalArgumentException.class, () -> of(0, 0, 0));
    }
}
