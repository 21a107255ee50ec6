package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Four photographs against Pillow 12.3, whole pictures byte by byte. */
class GoldenPicturesTest {
    @ParameterizedTest
    @CsvSource({
        "chelsea.png, timm-224, timm224",
        "chelsea.png, torchvision-tiny, torchvision-tiny",
        "chelsea.png, timm-288, bicubic288",
        "chelsea.png, squash-384, squash384",
        "coffee.png, timm-224, timm224",
        "coffee.png, torchvision-tiny, torchvision-tiny",
        "coffee.png, timm-288, bicubic288",
        "coffee.png, squash-384, squash384",
        "china.jpg, timm-224, timm224",
        "china.jpg, torchvision-tiny, torchvision-tiny",
        "china.jpg, timm-288, bicubic288",
        "china.jpg, squash-384, squash384",
        "flower.jpg, timm-224, timm224",
        "flower.jpg, torchvision-tiny, torchvision-tiny",
        "flower.jpg, timm-288, bicubic288",
        "flower.jpg, squash-384, squash384"
    })
    void equalsPillow(String file, String preset, String golden) {
        Preprocessor preprocessor = Preset.byName(preset).preprocessor();
        RgbImage actual = preprocessor.toPicture(Resources.picture("golden/" + file));
        String name = file.substring(0, file.indexOf('.'));
        RgbImage expected = Resources.picture("golden/" + name + "." + golden + ".png");
        assertEquals(preprocessor.height(), actual.height());
        assertEquals(preprocessor.width(), actual.width());
        assertArrayEquals(
                new int[] {0, 0}, Resources.difference(expected, actual), "largest difference, differing samples");
    }
}
