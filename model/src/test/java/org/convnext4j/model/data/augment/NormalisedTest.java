package org.convnext4j.model.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.data.TestPictures;
import org.convnext4j.model.image.Interpolation;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.random.RandomStream;
import org.junit.jupiter.api.Test;

/** Normalisation, and erasing after it. */
class NormalisedTest {
    @Test
    void normalisesAsInference() {
        RgbImage in = TestPictures.noise(13, 13, 1);
        Normalisation own = new Normalisation(List.of(0.1f, 0.2f, 0.3f), List.of(0.5f, 2f, 1 / 3f));
        Preprocessor reference = Preprocessor.squash(13, Interpolation.BICUBIC)
                .withNormalisation(Preprocessor.TO_UNIT, own.mean(), own.std());
        try (Arena arena = Arena.ofConfined()) {
            Tensor actual = Tensor.allocate(arena, 3, 3, 13, 13);
            Tensor expected = Tensor.allocate(arena, 3, 3, 13, 13);
            own.apply(in, actual, 1);
            reference.normalise(in, expected, 1);
            assertArrayEquals(expected.toArray(), actual.toArray());
            assertThrows(IndexOutOfBoundsException.class, () -> own.apply(in, actual, 3));
            assertThrows(IllegalArgumentException.class, () -> own.apply(TestPictures.noise(13, 12, 1), actual, 0));
        }
    }

    @Test
    void refusesBadStatistics() {
        List<Float> half = List.of(0.5f, 0.5f, 0.5f);
        assertThrows(IllegalArgumentException.class, () -> new Normalisation(List.of(0.5f), half));
        assertThrows(IllegalArgumentException.class, () -> new Normalisation(half, List.of(1f, 0f, 1f)));
        assertThrows(IllegalArgumentException.class, () -> new Normalisation(half, List.of(1f, Float.NaN, 1f)));
    }

    @Test
    void fixedDrawsGiveTheRectangle() {
        // area (0.02 + 1 / 3) / 2 = 0.17667, ratio 1: sqrt(1766.7) = 42.03; 59 places each way
        assertEquals(
                Optional.of(new Window(29, 14, 42, 42)),
                new RandomErasing(1).window(100, 100, Script.of(0.5, 0.5, 0.5, 0.25)));
        // sqrt(10000 / 3 / 0.3) = 105.4 rows do not fit; then the least area, the least ratio: 7.75 rows, 25.82 columns
        assertEquals(
                Optional.of(new Window(0, 74, 8, 26)),
                new RandomErasing(1).window(100, 100, Script.of(1 - 0x1p-53, 1 - 0x1p-53, 0, 0, 0, 0.99)));
    }

    @Test
    void erasesARectangleOfNoiseInAQuarterOfThePictures() {
        int pictures = 4000;
        int erased = 0;
        double share = 0;
        double sum = 0;
        double squares = 0;
        double noisy = 0;
        try (Arena arena = Arena.ofConfined()) {
            Tensor batch = Tensor.allocate(arena, 2, 3, 37, 41);
            for (int i = 0; i < pictures; i++) {
                for (int k = 0; k < batch.elements(); k++) {
                    batch.set(k, 100);
                }
                new RandomErasing(0.25).apply(batch, 1, new RandomStream(i));
                float[] values = batch.toArray();
                int changed = 0;
                for (int k = 0; k < values.length; k++) {
                    if (values[k] != 100) {
                        assertTrue(k >= values.length / 2, "the other sample was changed");
                        changed++;
                        sum += values[k];
                        squares += values[k] * (double) values[k];
                    }
                }
                noisy += changed;
                if (changed > 0) {
                    erased++;
                    share += changed / (3.0 * 37 * 41);
                    assertRectangle(values, changed);
                }
            }
        }
        assertEquals(0.25, erased / (double) pictures, 5 * Math.sqrt(0.1875 / pictures));
        // uniform from 0.02 to 1/3 has the mean 0.1767 and the deviation 0.09; large flat ones that do not fit and
        // rounding to whole pixels move the mean by less than 0.01
        assertEquals(0.1767, share / erased, 0.01 + 5 * 0.09 / Math.sqrt(erased));
        assertEquals(0, sum / noisy, 5 / Math.sqrt(noisy));
        assertEquals(1, squares / noisy, 5 * Math.sqrt(2.0 / noisy));
    }

    private static void assertRectangle(float[] values, int changed) {
        int top = 37;
        int bottom = -1;
        int left = 41;
        int right = -1;
        for (int k = 0; k < 3 * 37 * 41; k++) {
            if (values[3 * 37 * 41 + k] != 100) {
                int y = k / 41 % 37;
                int x = k % 41;
                top = Math.min(top, y);
                bottom = Math.max(bottom, y);
                left = Math.min(left, x);
                right = Math.max(right, x);
            }
        }
        assertEquals(3 * (bottom - top + 1) * (right - left + 1), changed);
    }

    @Test
    void tinyPicturesMayStay() {
        try (Arena arena = Arena.ofConfined()) {
            Tensor batch = Tensor.allocate(arena, 1, 3, 1, 1);
            for (int i = 0; i < 100; i++) {
                new RandomErasing(1).apply(batch, 0, new RandomStream(i));
            }
            assertArrayEquals(new float[3], batch.toArray());
        }
        assertThrows(IllegalArgumentException.class, () -> new RandomErasing(1.5));
    }
}
