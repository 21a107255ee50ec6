package org.convnext4j.model.data.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.convnext4j.model.data.TestPictures;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RandAugmentTest {
    private static final Fill FILL = new Fill(124, 116, 104);

    /** Levels 0, 0.9 with either sign, and 1, worked out from timm's level functions. */
    @ParameterizedTest
    @CsvSource({
        "AUTO_CONTRAST, 0, 0, 0, 0",
        "EQUALIZE, 0, 0, 0, 0",
        "INVERT, 0, 0, 0, 0",
        "ROTATE, 0, 27, -27, 30",
        "POSTERIZE, 4, 1, 1, 0",
        "SOLARIZE, 256, 26, 26, 0",
        "SOLARIZE_ADD, 0, 99, 99, 110",
        "COLOR, 1, 1.81, 0.19, 1.9",
        "CONTRAST, 1, 1.81, 0.19, 1.9",
        "BRIGHTNESS, 1, 1.81, 0.19, 1.9",
        "SHARPNESS, 1, 1.81, 0.19, 1.9",
        "SHEAR_X, 0, 0.27, -0.27, 0.3",
        "SHEAR_Y, 0, 0.27, -0.27, 0.3",
        "TRANSLATE_X, 0, 0.405, -0.405, 0.45",
        "TRANSLATE_Y, 0, 0.405, -0.405, 0.45"
    })
    void argumentsFollowTheLevel(
            RandAugmentOperation operation, double none, double nine, double minusNine, double ten) {
        assertEquals(none, operation.argument(0, true, false), 1e-12);
        assertEquals(nine, operation.argument(0.9, true, false), 1e-12);
        assertEquals(minusNine, operation.argument(0.9, true, true), 1e-12);
        assertEquals(ten, operation.argument(1, true, false), 1e-12);
    }

    @Test
    void notIncreasingHasOtherArguments() {
        assertEquals(3, RandAugmentOperation.POSTERIZE.argument(0.9, false, true));
        assertEquals(230, RandAugmentOperation.SOLARIZE.argument(0.9, false, true));
        assertEquals(1.72, RandAugmentOperation.SHARPNESS.argument(0.9, false, true), 1e-12);
    }

    @Test
    void levelsAreClippedGaussians() {
        RandomStream random = new RandomStream(1);
        int draws = 100_000;
        int clipped = 0;
        double sum = 0;
        for (int i = 0; i < draws; i++) {
            double level = RandAugment.DEFAULT.level(random);
            assertTrue(level >= 0 && level <= 1);
            clipped += level == 1 ? 1 : 0;
            sum += level;
        }
        // 9 + 0.5 z reaches 10 at z = 2; the part above is cut: E max(0, z - 2) = 0.008491
        assertEquals(0.022750, clipped / (double) draws, 5 * Math.sqrt(0.02275 / draws));
        assertEquals(0.9 - 0.05 * 0.008491, sum / draws, 5 * 0.05 / Math.sqrt(draws));
        assertEquals(0.9, new RandAugment(9, 0, 2, true).level(random));
    }

    @Test
    @SuppressWarnings("ReferenceEquality") // an operation may leave every sample as it was
    void aQuarterOfThePicturesStays() {
        RgbImage in = TestPictures.noise(5, 7, 1);
        int pictures = 20_000;
        int same = 0;
        for (int i = 0; i < pictures; i++) {
            same += RandAugment.DEFAULT.apply(in, FILL, new RandomStream(i)) == in ? 1 : 0;
        }
        assertEquals(0.25, same / (double) pictures, 5 * Math.sqrt(0.25 * 0.75 / pictures));
    }

    /** Which, whether, the magnitude's two uniforms (x = 0.5, y = 0), the sign. */
    @ParameterizedTest
    @EnumSource(RandAugmentOperation.class)
    void fixedDrawsGiveTheOperation(RandAugmentOperation operation) {
        RgbImage in = TestPictures.noise(17, 19, 2);
        double z = 0.5 * Math.sqrt(-2 * StrictMath.log(0.25) / 0.25);
        double level = (9 + 0.5 * z) / 10;
        RandAugment one = new RandAugment(9, 0.5, 1, true);
        double which = (List.of(RandAugmentOperation.values()).indexOf(operation) + 0.5) / 15;
        for (boolean negative : new boolean[] {false, true}) {
            RgbImage expected = operation.apply(in, operation.argument(level, true, negative), FILL);
            RgbImage actual = one.apply(in, FILL, Script.of(which, 0.49, 0.75, 0.5, negative ? 0.49 : 0.5));
            assertEquals(expected, actual);
            assertSame(in, one.apply(in, FILL, Script.of(which, 0.5)));
        }
    }

    @Test
    void readsTimmsNotation() {
        assertEquals(RandAugment.DEFAULT, RandAugment.parse("rand-m9-mstd0.5-inc1"));
        assertEquals(new RandAugment(7, 1, 3, false), RandAugment.parse("rand-n3-mstd1-m7-inc0"));
        assertEquals(new RandAugment(10, 0, 2, false), RandAugment.parse("rand"));
        for (RandAugment value : new RandAugment[] {RandAugment.DEFAULT, new RandAugment(4.25, 0, 1, false)}) {
            assertEquals(value, RandAugment.parse(value.toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "random",
                "rand-",
                "rand-m",
                "rand-x3",
                "rand-m9-",
                "rand-m11",
                "rand-m-9",
                "rand-n0",
                "rand-n2.5",
                "rand-inc2",
                "rand-mstd11",
                "augmix-m5",
                "rand-m9-mstd0.5-inc1-w0"
            })
    void refusesOtherTexts(String text) {
        IllegalArgumentException problem = assertThrows(IllegalArgumentException.class, () -> RandAugment.parse(text));
        assertTrue(String.valueOf(problem.getMessage()).contains("RandAugment"));
    }
}
