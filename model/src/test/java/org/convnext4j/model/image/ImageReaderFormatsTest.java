package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures of every kind against what Pillow 12.3 makes of them, stored as plain RGB PNG files. */
class ImageReaderFormatsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb.jpg",
                "progressive.jpg",
                "444.jpg",
                "icc.jpg",
                "rgb-adobe.jpg",
                "grey.jpg",
                "cmyk.jpg",
                "ycck.jpg",
                "rgb.png",
                "icc.png",
                "grey.png",
                "bit.png",
                "palette.png",
                "palette4.png",
                "palette-trns.png",
                "rgba.png",
                "la.png",
                "rgb-trns.png",
                "grey-trns.png",
                "grey16.png",
                "grey16-trns.png",
                "rgb16.png",
                "rgba16.png",
                "la16.png",
                "grey2.png",
                "grey4.png",
                "grey2-trns.png",
                "grey-gamma.png",
                "palette.gif",
                "grey.gif",
                "animated.gif",
                "offset.gif",
                "offset-trns.gif",
                "rgb.bmp",
                "palette.bmp",
                "bit.bmp",
                "grey.bmp",
                "rgba.bmp",
                "rgb555.bmp",
                "lossy.webp",
                "lossy-alpha.webp",
                "lossless.webp",
                "alpha.webp",
                "icc.webp",
                "animated.webp"
            })
    void equalsPillow(String file) {
        RgbImage expected = Resources.picture("formats/expected/" + file + ".png");
        RgbImage actual = new ImageReader().read(new ByteArrayInputStream(Resources.bytes("formats/" + file)), file);
        assertEquals(expected.height(), actual.height());
        assertEquals(expected.width(), actual.width());
        assertArrayEquals(new int[] {0, 0}, Resources.difference(expected, actual));
    }
}
