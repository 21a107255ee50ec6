package org.convnext4j.tools.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.image.Interpolation;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.tools.demo.DemoSample;
import org.convnext4j.tools.option.BundledModel;
import org.convnext4j.tools.output.ToolException;
import org.junit.jupiter.api.Test;

/** Pictures made ready for the bundled model, and what is said where there is none. */
class ClothingPictureTest {
    private static final Preprocessor SQUARE = Preprocessor.squash(28, Interpolation.BICUBIC);

    private static RgbImage plain(int height, int width, int red, int green, int blue) {
        byte[] data = new byte[height * width * 3];
        for (int i = 0; i < data.length; i += 3) {
            data[i] = (byte) red;
            data[i + 1] = (byte) green;
            data[i + 2] = (byte) blue;
        }
        return new RgbImage(height, width, data);
    }

    @Test
    void samplesStayAsTheyAre() {
        for (DemoSample sample : DemoSample.all()) {
            ClothingPicture clothing = ClothingPicture.of(sample.picture());
            assertFalse(clothing.negated(), sample.name());
            assertEquals(sample.picture(), clothing.picture(), sample.name());
            assertEquals(sample.picture(), clothing.fit(SQUARE).toPicture(clothing.picture()), sample.name());
        }
    }

    @Test
    void coloursBecomeGrey() {
        // 0.299 * 100 + 0.587 * 50 + 0.114 * 200 = 82.05
        ClothingPicture clothing = ClothingPicture.of(plain(5, 3, 100, 50, 200));
        assertEquals(plain(5, 3, 82, 82, 82), clothing.picture());
    }

    @Test
    void darkOnLightIsNegated() {
        RgbImage picture = plain(4, 5, 250, 250, 250);
        // One dark pixel in the middle, in row 1, column 2.
        int at = (1 * 5 + 2) * 3;
        picture.data()[at] = 10;
        picture.data()[at + 1] = 10;
        picture.data()[at + 2] = 10;
        ClothingPicture clothing = ClothingPicture.of(picture);
        assertTrue(clothing.negated());
        assertEquals(245, clothing.picture().sample(1, 2, 0));
        assertEquals(5, clothing.picture().sample(0, 0, 1));
        // Only the border counts, and here it is dark.
        RgbImage dark = plain(3, 3, 0, 0, 0);
        dark.data()[(1 * 3 + 1) * 3] = (byte) 255;
        assertFalse(ClothingPicture.of(dark).negated());
    }

    @Test
    void theWholePictureFitsIntoTheSquare() {
        ClothingPicture clothing = ClothingPicture.of(plain(280, 70, 100, 100, 100));
        RgbImage fitted = clothing.fit(SQUARE).toPicture(clothing.picture());
        assertEquals(28, fitted.height());
        assertEquals(28, fitted.width());
        int[] row = new int[28];
        int[] expected = new int[28];
        for (int x = 0; x < 28; x++) {
            row[x] = fitted.sample(27, x, 0);
            // A quarter of the width, in the middle: (28 - 7) / 2 = 10 columns before it.
            expected[x] = x >= 10 && x < 17 ? 100 : 0;
        }
        assertArrayEquals(expected, row);
        ClothingPicture strip = ClothingPicture.of(plain(1, 1000, 100, 100, 100));
        assertEquals(28, strip.fit(SQUARE).toPicture(strip.picture()).height());
        assertThrows(IllegalArgumentException.class, () -> ClothingPicture.of(plain(1, 3000, 100, 100, 100)));
    }

    @Test
    void aBuildWithoutTheModelSaysSo() {
        try (Engine engine = Engine.create(Backend.SCALAR, 1)) {
            ToolException failure = assertThrows(ToolException.class, () -> BundledModel.load(null, engine));
            assertTrue(String.valueOf(failure.getMessage()).contains("--model FILE"), failure.getMessage());
        }
    }
}
