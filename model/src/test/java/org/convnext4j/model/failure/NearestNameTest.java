package org.convnext4j.model.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearestNameTest {
    @Test
    void fewestEditsWin() {
        assertEquals("sitting", NearestName.of("kitten", List.of("kilometre", "sitting")));
        assertEquals("epochs", NearestName.of("EPOCH", List.of("erase", "epochs")));
        assertEquals("a", NearestName.of("", List.of("abc", "a", "b")));
        assertThrows(IllegalArgumentException.class, () -> NearestName.of("x", List.of()));
    }

    @Test
    void onlyNamesThatAreLikeItAreNear() {
        List<String> known = List.of("classify", "convert", "train", "backend");
        assertEquals(Optional.of("classify"), NearestName.near("clasify", known));
        assertEquals(Optional.of("train"), NearestName.near("Trian", known));
        assertEquals(Optional.of("backend"), NearestName.near("back", known));
        assertEquals(Optional.empty(), NearestName.near("predict", known));
        assertEquals(Optional.empty(), NearestName.near("x", List.of("y")));
        assertEquals(Optional.empty(), NearestName.near("ba", known));
        assertEquals(Optional.empty(), NearestName.near("train", List.of()));
    }
}
