package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {
    @Test
    void fewestEditsWin() {
        assertEquals("sitting", NearestName.of("kitten", List.of("kilometre", "sitting")));
        assertEquals("epochs", NearestName.of("EPOCH", List.of("erase", "epochs")));
        assertEquals("a", NearestName.of("", List.of("abc", "a", "b")));
        assertThrows(IllegalArgumentException.class, () -> NearestName.of("x", List.of()));
    }
}
