package org.convnext4j.model.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.convnext4j.model.image.Labels;
import org.convnext4j.model.image.RgbImage;
import org.junit.jupiter.api.Test;

class ClassMatchTest {
    /** Pictures of the labels 0, 0, 1, 2, 3 and so on, all of one colour. */
    private record Pictures(List<String> classNames) implements Dataset {
        @Override
        public int size() {
            return classNames.size() + 1;
        }

        @Override
        public int label(int index) {
            return Math.max(0, index - 1);
        }

        @Override
        public RgbImage read(int index) {
            return new RgbImage(1, 1, new byte[] {(byte) index, 0, 0});
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
            return "fingerprint";
        }
    }

    private static ClassMatch match(List<String> data, String... labels) {
        return ClassMatch.of(new Pictures(data), new Labels(List.of(labels)));
    }

    private static void assertOutputs(ClassMatch match, int... outputs) {
        int[] actual = IntStream.range(0, outputs.length).map(match::output).toArray();
        assertArrayEquals(outputs, actual);
    }

    @Test
    void namesCountNotTheirOrder() {
        ClassMatch match = match(List.of("a10", "a2", "b"), "a2", "a10", "b");
        assertOutputs(match, 1, 0, 2);
        assertEquals(List.of(), match.notes());
        Dataset matched = match.dataset();
        assertEquals(List.of("a2", "a10", "b"), matched.classNames());
        assertEquals(
                List.of(1, 1, 0, 2),
                IntStream.range(0, 4).mapToObj(matched::label).toList());
        assertEquals(3, matched.read(3).sample(0, 0, 0));
        Dataset same = new Pictures(List.of("a", "b"));
        assertSame(same, ClassMatch.of(same, new Labels(List.of("a", "b"))).dataset());
    }

    @Test
    void whatDoesNotMatchIsListedOnBothSidesOrLeftOut() {
        ClassMatch match = match(List.of("bee", "cat", "dog"), "ant", "bee", "cat");
        assertOutputs(match, 1, 2, ClassMatch.NONE);
        assertEquals(List.of("dog"), match.unknown());
        assertEquals(List.of("ant"), match.withoutPictures());
        String message = String.valueOf(
                assertThrows(DatasetException.class, match::dataset).getMessage());
        assertTrue(message.contains("not among the classes of the model: dog; the model has also ant"), message);
        assertTrue(message.contains("--allow-missing"), message);
        Dataset known = match.datasetOfKnown();
        assertEquals(3, known.size());
        assertEquals(List.of("ant", "bee", "cat"), known.classNames());
        assertEquals(
                List.of(1, 1, 2), IntStream.range(0, 3).mapToObj(known::label).toList());
        assertEquals("picture 2", known.name(2));
        assertEquals("3 of 4 pictures", known.description());
        ClassMatch nothing = match(List.of("x", "y"), "a", "b");
        assertThrows(DatasetException.class, nothing::dataset);
        assertThrows(DatasetException.class, nothing::datasetOfKnown);
    }

    @Test
    void aModelMayHaveMoreClasses() {
        ClassMatch match = match(List.of("cat"), "ant", "bee", "cat");
        assertEquals(
                List.of(2, 2),
                IntStream.range(0, 2).mapToObj(match.dataset()::label).toList());
        assertEquals(List.of("2 classes of the model without pictures here: ant, bee"), match.notes());
    }

    @Test
    void spellingsOfOneNameMatch() {
        assertOutputs(match(List.of("Great_White-Shark", "T-shirt_top"), "T-shirt/top", "great white shark"), 1, 0);
        // macOS's decomposed u with an umlaut; the other composed
        assertOutputs(match(List.of("Tu\u0308r", "x"), "x", "T\u00fcr"), 1, 0);
        // An equal name comes first, and the other is left over.
        assertOutputs(match(List.of("cat", "Cat"), "Cat", "dog"), ClassMatch.NONE, 0);
        // Two that are equally near are none.
        assertOutputs(match(List.of("a-b", "a_b"), "a b", "c"), ClassMatch.NONE, ClassMatch.NONE);
        assertOutputs(match(List.of("crane"), "crane", "crane"), ClassMatch.NONE);
        assertOutputs(match(List.of("+", "-"), "-", "+"), 1, 0);
    }

    @Test
    void numbersAreNumbersInAnyOrder() {
        List<String> text = List.of("0", "1", "10", "11", "2", "3", "4", "5", "6", "7", "8", "9");
        int[] numbers = {0, 1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9};
        ClassMatch numbered = ClassMatch.of(new Pictures(text), Labels.numbered(12));
        assertOutputs(numbered, numbers);
        assertEquals(List.of(), numbered.notes());
        String[] names =
                IntStream.range(0, 12).mapToObj(i -> "name " + (char) ('a' + i)).toArray(String[]::new);
        ClassMatch named = match(text, names);
        assertOutputs(named, numbers);
        assertTrue(
                named.notes().get(0).contains("10 is \"name k\""), named.notes().toString());
        assertOutputs(match(List.of("LABEL_1", "class-0"), "class 0", "class 1"), 1, 0);
        // Some numbers of named outputs are nothing to go by.
        assertOutputs(match(List.of("0", "1"), "a", "b", "c"), ClassMatch.NONE, ClassMatch.NONE);
        // Some of numbered ones are.
        assertOutputs(match(List.of("0", "2"), "class 0", "class 1", "class 2"), 0, 2);
    }

    @Test
    void aModelWithoutNamesTakesTheOrder() {
        ClassMatch match = match(List.of("a", "b"), "class 0", "class 1");
        assertOutputs(match, 0, 1);
        assertTrue(
                match.notes().get(0).contains("a is class 0, b is class 1"),
                match.notes().toString());
        ClassMatch other = match(List.of("a", "b", "c"), "class 0", "class 1");
        String message = String.valueOf(
                assertThrows(DatasetException.class, other::dataset).getMessage());
        assertTrue(message.contains("tells 2 classes apart"), message);
    }

    @Test
    void imageNetsFoldersHaveWordNetIdentifiers() {
        ClassMatch some =
                ClassMatch.of(new Pictures(List.of("n01440764", "n02102040", "n03888257")), Labels.imagenet1k());
        // Three of Imagenette: tench, English springer, parachute.
        assertOutputs(some, 0, 217, 701);
        List<String> names = some.dataset().classNames();
        assertEquals(1000, names.stream().distinct().count());
        assertEquals("n02102040", names.get(217));
        assertEquals("crane (517)", names.get(517));
        ClassMatch stranger = ClassMatch.of(new Pictures(List.of("n00000001")), Labels.imagenet1k());
        assertEquals(List.of("n00000001"), stranger.unknown());
        ClassMatch byOrder = match(List.of("n00000001", "n00000002"), "a thing", "another");
        assertOutputs(byOrder, 0, 1);
        assertTrue(byOrder.notes().get(0).contains("WordNet"), byOrder.notes().toString());
        assertOutputs(
                ClassMatch.of(new Pictures(List.of("goldfish", "tench", "great_white_shark")), Labels.imagenet1k()),
                1,
                0,
                2);
    }

    @Test
    void validationGoesByNamesAlone() {
        Dataset train = new Pictures(List.of("0", "1", "2"));
        assertOutputs(ClassMatch.ofValidation(new Pictures(List.of("2", "0")), train), 2, 0);
        Dataset other = new Pictures(List.of("a", "b", "c"));
        ClassMatch none = ClassMatch.ofValidation(other, train);
        String message = String.valueOf(
                assertThrows(DatasetException.class, none::dataset).getMessage());
        assertTrue(message.contains("the training data"), message);
        ClassMatch missing = ClassMatch.ofValidation(new Pictures(List.of("a", "b")), other);
        assertEquals(List.of("1 class of the training data without pictures here: c"), missing.notes());
        assertEquals(3, missing.dataset().classNames().size());
    }

    @Test
    void oneClassIsSaid() {
        assertTrue(match(List.of("a"), "a").notes().get(0).startsWith("there is only one class, a"));
    }
}
