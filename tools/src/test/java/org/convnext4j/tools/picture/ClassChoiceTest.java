package org.convnext4j.tools.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.convnext4j.model.image.Labels;
import org.convnext4j.tools.output.ToolException;
import org.junit.jupiter.api.Test;

class ClassChoiceTest {
    private static String complaint(String word, Labels labels) {
        return String.valueOf(assertThrows(ToolException.class, () -> ClassChoice.of(word, labels, "m"))
                .getMessage());
    }

    @Test
    void numbersAndNamesAreClasses() {
        Labels imageNet = Labels.imagenet1k();
        assertEquals(281, ClassChoice.of("281", imageNet, "m"));
        assertEquals(281, ClassChoice.of("Tabby", imageNet, "m"));
        Labels digits = new Labels(List.of("10", "1", "100"));
        assertEquals(1, ClassChoice.of("1", digits, "m"), "a number that the model has is that class");
        assertEquals(2, ClassChoice.of("100", digits, "m"), "others may be names");
    }

    @Test
    void whatIsNoneOrSeveralIsToldWithWhatMayBeMeant() {
        Labels imageNet = Labels.imagenet1k();
        assertEquals(
                "m: 2 classes are called crane: crane [134], crane [517]; give the number in brackets",
                complaint("crane", imageNet));
        assertEquals(
                "m: has no class tabby catt; did you mean tabby, tabby cat [281]?", complaint("tabby catt", imageNet));
        assertEquals("m: has no class -1; its classes are 0 to 999", complaint("-1", imageNet));
        assertEquals(
                "m: has no class dress; there are a [0], b [1]", complaint("dress", new Labels(List.of("a", "b"))));
    }
}
