package org.convnext4j.model.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.convnext4j.model.image.RgbImage;
import org.junit.jupiter.api.Test;

class StratifiedSplitTest {
    /** So many pictures of each class, one class after the other. */
    private record Counted(List<Integer> counts) implements Dataset {
        @Override
        public int size() {
            return counts.stream().mapToInt(Integer::intValue).sum();
        }

        @Override
        public List<String> classNames() {
            return IntStream.range(0, counts.size()).mapToObj(i -> "class" + i).toList();
        }

        @Override
        public int label(int index) {
            int label = 0;
            for (int left = index; left >= counts.get(label); label++) {
                left -= counts.get(label);
            }
            return label;
        }

        @Override
        public RgbImage read(int index) {
            return TestPictures.noise(4, 4, index);
        }

        @Override
        public String name(int index) {
            return "picture " + index;
        }

        @Override
        public String description() {
            return size() + " pictures";
        }

        @Override
        public String fingerprint() {
            return "counted-" + counts;
        }

        @Override
        public List<String> notes() {
            return List.of("of old");
        }
    }

    private static Dataset counted(Integer... counts) {
        return new Counted(List.of(counts));
    }

    private static List<String> names(Dataset dataset) {
        return IntStream.range(0, dataset.size()).mapToObj(dataset::name).toList();
    }

    private static List<Long> perClass(Dataset dataset) {
        return IntStream.range(0, dataset.classNames().size())
                .mapToObj(label -> IntStream.range(0, dataset.size())
                        .filter(i -> dataset.label(i) == label)
                        .count())
                .toList();
    }

    @Test
    void eachClassGivesItsShareAndKeepsOne() {
        StratifiedSplit split = StratifiedSplit.of(counted(10, 40, 1, 2, 0, 3), 0.2, 5);
        assertEquals(List.of(2L, 8L, 0L, 0L, 0L, 1L), perClass(split.validation()));
        assertEquals(List.of(8L, 32L, 1L, 2L, 0L, 2L), perClass(split.train()));
        assertEquals(1, split.notes().size());
        assertTrue(
                split.notes().get(0).endsWith("class2, class3"), split.notes().get(0));
        assertEquals(
                List.of(1L, 1L),
                perClass(StratifiedSplit.of(counted(2, 5), 0.99, 0).train()));
    }

    @Test
    void thePartsAreTheWholeAndKnowTheirSamples() {
        Dataset whole = counted(10, 20, 30);
        StratifiedSplit split = StratifiedSplit.of(whole, 0.3, 1);
        List<String> both = new ArrayList<>(names(split.train()));
        both.addAll(names(split.validation()));
        assertEquals(60, both.size());
        assertTrue(both.containsAll(names(whole)));
        for (Dataset part : List.of(split.train(), split.validation())) {
            assertEquals(whole.classNames(), part.classNames());
            for (int i = 0; i < part.size(); i++) {
                int at = names(whole).indexOf(part.name(i));
                assertEquals(whole.label(at), part.label(i));
                assertArrayEquals(whole.read(at).data(), part.read(i).data());
            }
            assertEquals(List.of("of old"), part.notes());
            assertThrows(IndexOutOfBoundsException.class, () -> part.label(part.size()));
        }
        assertEquals(
                "18 set aside for validation of 60 pictures", split.validation().description());
    }

    @Test
    void theSeedDecidesAndTheFingerprintTells() {
        Dataset whole = counted(30, 30);
        StratifiedSplit one = StratifiedSplit.of(whole, 0.2, 1);
        StratifiedSplit again = StratifiedSplit.of(whole, 0.2, 1);
        assertEquals(names(one.validation()), names(again.validation()));
        assertEquals(one.train().fingerprint(), again.train().fingerprint());
        StratifiedSplit other = StratifiedSplit.of(whole, 0.2, 2);
        assertNotEquals(names(one.validation()), names(other.validation()));
        assertNotEquals(one.train().fingerprint(), other.train().fingerprint());
        assertNotEquals(one.train().fingerprint(), one.validation().fingerprint());
        assertNotEquals(whole.fingerprint(), one.train().fingerprint());
    }

    @Test
    void whatLeavesNothingIsRefused() {
        DatasetException none = assertThrows(DatasetException.class, () -> StratifiedSplit.of(counted(2, 1), 0.2, 0));
        assertTrue(String.valueOf(none.getMessage()).contains("leaves no picture to measure on"), none.toString());
        for (double share : new double[] {0, 1, -0.1, 1.5, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> StratifiedSplit.of(counted(9), share, 0));
        }
    }
}
