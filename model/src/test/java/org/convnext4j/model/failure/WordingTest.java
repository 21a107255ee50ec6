package org.convnext4j.model.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordingTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "300.0, 300",
        "0.05, 0.05",
        "0.001, 0.001",
        "6.25E-5, 6.25e-5",
        "1.0E-7, 1e-7",
        "-2.0E-4, -2e-4",
        "12345678, 12345678",
        "NaN, NaN",
        "Infinity, Infinity"
    })
    void numbers(double value, String text) {
        assertEquals(text, Wording.number(value));
        assertEquals(text, Wording.number((float) value));
    }

    @ParameterizedTest
    @CsvSource({"0.000123456, 1.23e-4", "2.34567, 2.35", "1234.5, 1230", "0, 0", "NaN, NaN"})
    void roundedNumbers(double value, String text) {
        assertEquals(text, Wording.rounded(value));
    }

    @Test
    void counts() {
        assertEquals("1 epoch", Wording.count(1, "epoch"));
        assertEquals("0 epochs", Wording.count(0, "epoch"));
        assertEquals("1 class", Wording.count(1, "class", "classes"));
        assertEquals("2 classes", Wording.count(2, "class", "classes"));
    }
}
