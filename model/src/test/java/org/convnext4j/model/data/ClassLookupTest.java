package org.convnext4j.model.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.convnext4j.model.image.Labels;
import org.junit.jupiter.api.Test;

class ClassLookupTest {
    private final ClassLookup imageNet = new ClassLookup(Labels.imagenet1k());

    @Test
    void aNameIsAsExactAsItCanBe() {
        assertEquals(List.of(0), imageNet.find("tench, Tinca tinca"));
        assertEquals(List.of(0), imageNet.find("Tench"));
        assertEquals(List.of(281), imageNet.find("tabby cat"));
        assertEquals(List.of(281), imageNet.find("n02123045"));
        assertEquals(List.of(134, 517), imageNet.find("CRANE"), "the bird and the machine");
        ClassLookup own = new ClassLookup(new Labels(List.of("Bag", "bag", "T-shirt")));
        assertEquals(List.of(1), own.find("bag"));
        assertEquals(List.of(0, 1), own.find("BAG"));
        assertEquals(List.of(2), own.find("t shirt"));
        assertEquals(List.of(), own.find("shirt"));
        assertEquals(List.of(), own.find("n02123045"));
    }

    @Test
    void whatWasMeantHasTheWordOrIsNear() {
        List<Integer> cats = imageNet.near("cat");
        assertTrue(cats.containsAll(List.of(281, 282, 283, 284, 285)), cats.toString());
        assertTrue(cats.stream().noneMatch(index -> index == 231), "not the collie");
        assertEquals(List.of(0), imageNet.near("tensh"));
        assertEquals(List.of(), imageNet.near("convolution"));
    }
}
