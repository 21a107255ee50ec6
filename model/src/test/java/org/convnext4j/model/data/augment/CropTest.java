package org.convnext4j.model.data.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.convnext4j.model.data.TestPictures;
import org.convnext4j.model.image.Interpolation;
import org.convnext4j.model.image.Resampler;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.random.RandomStream;
import org.junit.jupiter.api.Test;

class CropTest {
    @Test
    void fixedDrawsGiveTheWindow() {
        // scale 0.08 + 0.92 / 2 = 0.54, ratio 1: sqrt(5400) = 73.48; 28 places each way
        assertEquals(
                new Window(14, 7, 73, 73), RandomResizedCrop.DEFAULT.window(100, 100, Script.of(0.5, 0.5, 0.5, 0.25)));
        // the first window is 100 x 4 / 3 wide and does not fit; the second has the ratio 3 / 4
        RandomResizedCrop whole = new RandomResizedCrop(0.36, 1, Interpolation.BICUBIC);
        assertEquals(
                new Window(30, 47, 69, 52),
                whole.window(100, 100, Script.of(1 - 0x1p-53, 1 - 0x1p-53, 0, 0, 0.95, 0.96)));
    }

    @Test
    void areasAreUniformWhereTheyFit() {
        int draws = 20_000;
        int small = 0;
        double logRatio = 0;
        double place = 0;
        for (int i = 0; i < draws; i++) {
            Window window = RandomResizedCrop.DEFAULT.window(1000, 1000, new RandomStream(i));
            double area = window.height() * window.width() / 1e6;
            double ratio = window.width() / (double) window.height();
            assertTrue(area > 0.079 && area <= 1 && ratio > 0.745 && ratio < 1.343, window::toString);
            assertTrue(window.top() >= 0 && window.top() + window.height() <= 1000);
            assertTrue(window.left() >= 0 && window.left() + window.width() <= 1000);
            small += area < 0.5 ? 1 : 0;
            logRatio += Math.log(ratio) / draws;
            place += (window.left() + 0.5) / (1001 - window.width()) / draws;
        }
        // s of 0.08..1 fits if s exp |r| <= 1, r uniform in +-l, l = ln 4/3: always up to 3/4, beyond with -ln s / l
        double l = Math.log(4 / 3.0);
        double fits = 0.67 + (1 - 0.75 - 0.75 * l) / l;
        double expected = 0.42 / fits;
        assertEquals(expected, small / (double) draws, 5 * Math.sqrt(0.25 / draws));
        assertEquals(0, logRatio, 5 * l / Math.sqrt(3.0 * draws));
        assertEquals(0.5, place, 5 / Math.sqrt(12.0 * draws));
    }

    @Test
    void stripsGiveTheirCentre() {
        assertEquals(new Window(0, 493, 10, 13), RandomResizedCrop.DEFAULT.window(10, 1000, new RandomStream(1)));
        assertEquals(new Window(493, 0, 13, 10), RandomResizedCrop.DEFAULT.window(1000, 10, new RandomStream(1)));
    }

    @Test
    void tinyPicturesHaveAWindow() {
        for (int i = 0; i < 1000; i++) {
            RgbImage in = TestPictures.noise(1 + i % 3, 1 + i % 2, i);
            RgbImage out = RandomResizedCrop.DEFAULT.apply(in, 5, new RandomStream(i));
            assertEquals(5, out.height());
            assertEquals(5, out.width());
        }
    }

    @Test
    void theWindowIsResized() {
        RgbImage in = TestPictures.noise(41, 53, 3);
        for (int i = 0; i < 20; i++) {
            Window w = RandomResizedCrop.DEFAULT.window(41, 53, new RandomStream(i));
            RgbImage part = Resampler.crop(in, w.top(), w.left(), w.height(), w.width());
            assertEquals(
                    Resampler.resize(part, 23, 23, Interpolation.BICUBIC),
                    RandomResizedCrop.DEFAULT.apply(in, 23, new RandomStream(i)));
        }
    }

    @Test
    void refusesImpossibleScales() {
        assertThrows(IllegalArgumentException.class, () -> new RandomResizedCrop(0, 1, Interpolation.BOX));
        assertThrows(IllegalArgumentException.class, () -> new RandomResizedCrop(0.5, 0.4, Interpolation.BOX));
        assertThrows(IllegalArgumentException.class, () -> new RandomResizedCrop(0.5, 1.1, Interpolation.BOX));
        assertThrows(IllegalArgumentException.class, () -> new RandomResizedCrop(Double.NaN, 1, Interpolation.BOX));
    }

    @Test
    void paddedWindowsAreEquallyLikely() {
        RgbImage in = TestPictures.noise(7, 9, 4);
        PadAndCrop crop = new PadAndCrop(2, new Fill(1, 2, 3));
        int[][] counts = new int[5][7];
        for (int i = 0; i < 35_000; i++) {
            RgbImage out = crop.apply(in, 7, new RandomStream(i));
            RandomStream same = new RandomStream(i);
            int top = same.integer(5);
            int left = same.integer(7);
            counts[top][left]++;
            if (i < 500) {
                assertWindow(in, out, top - 2, left - 2);
            }
        }
        for (int[] row : counts) {
            for (int count : row) {
                assertEquals(1000, count, 5 * Math.sqrt(1000));
            }
        }
    }

    private static void assertWindow(RgbImage in, RgbImage out, int top, int left) {
        for (int y = 0; y < out.height(); y++) {
            for (int x = 0; x < out.width(); x++) {
                for (int c = 0; c < 3; c++) {
                    int fromY = top + y;
                    int fromX = left + x;
                    boolean inside = fromY >= 0 && fromY < in.height() && fromX >= 0 && fromX < in.width();
                    assertEquals(inside ? in.sample(fromY, fromX, c) : c + 1, out.sample(y, x, c));
                }
            }
        }
    }

    @Test
    void paddingCanBeWiderThanThePicture() {
        RgbImage in = TestPictures.noise(3, 2, 5);
        PadAndCrop crop = new PadAndCrop(11, new Fill(1, 2, 3));
        for (int i = 0; i < 500; i++) {
            RandomStream same = new RandomStream(i);
            assertWindow(in, crop.apply(in, 4, new RandomStream(i)), same.integer(22) - 11, same.integer(21) - 11);
        }
    }

    @Test
    void noPaddingOfTheSameSizeIsThePictureItself() {
        RgbImage in = TestPictures.noise(6, 6, 6);
        assertSame(in, PadAndCrop.black(0).apply(in, 6, new RandomStream(1)));
    }

    @Test
    void refusesPicturesThatAreTooSmall() {
        RgbImage in = TestPictures.noise(6, 9, 6);
        IllegalArgumentException problem = assertThrows(
                IllegalArgumentException.class, () -> PadAndCrop.black(1).apply(in, 9, new RandomStream(1)));
        assertTrue(String.valueOf(problem.getMessage()).contains("9 x 6"));
        assertThrows(IllegalArgumentException.class, () -> PadAndCrop.black(-1));
    }

    @Test
    void flipsMirror() {
        RgbImage in = TestPictures.noise(5, 7, 7);
        RgbImage out = HorizontalFlip.apply(in);
        for (int y = 0; y < 5; y++) {
            for (int x = 0; x < 7; x++) {
                for (int c = 0; c < 3; c++) {
                    assertEquals(in.sample(y, x, c), out.sample(y, 6 - x, c));
                }
            }
        }
        assertEquals(in, HorizontalFlip.apply(out));
    }
}
