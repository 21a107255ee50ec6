package org.convnext4j.model.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.Resampler;
import org.convnext4j.model.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RandAugment's operations byte for byte against what Pillow made; the resources' README says how. */
class OperationsGoldenTest {
    private static final Fill FILL = new Fill(124, 116, 104);

    @ParameterizedTest
    @ValueSource(strings = {"photo", "noise", "few", "tiny"})
    void equalPillow(String name) throws IOException {
        RgbImage in = picture(name + ".png");
        byte[] before = in.data().clone();
        RgbImage expected = picture(name + "-expected.png");
        List<String> cases = cases();
        assertEquals(in.height() * cases.size(), expected.height());
        for (int i = 0; i < cases.size(); i++) {
            String[] words = cases.get(i).split(" ", -1);
            RgbImage actual = RandAugmentOperation.valueOf(words[0]).apply(in, Double.parseDouble(words[1]), FILL);
            RgbImage golden = Resampler.crop(expected, i * in.height(), 0, in.height(), in.width());
            assertArrayEquals(golden.data(), actual.data(), name + ", " + cases.get(i));
        }
        assertArrayEquals(before, in.data(), "the input was written to");
    }

    @Test
    void everyOperationHasACase() throws IOException {
        EnumSet<RandAugmentOperation> left = EnumSet.allOf(RandAugmentOperation.class);
        for (String line : cases()) {
            left.remove(RandAugmentOperation.valueOf(line.split(" ", -1)[0]));
        }
        assertTrue(left.isEmpty(), left::toString);
        assertEquals(15, RandAugmentOperation.values().length);
    }

    @Test
    void theFillIsImageNetsMean() {
        assertEquals(FILL, Fill.ofMean(Normalisation.IMAGENET.mean()));
    }

    @Test
    void noRotationIsThePictureItself() throws IOException {
        RgbImage in = picture("tiny.png");
        assertSame(in, RandAugmentOperation.ROTATE.apply(in, 0, FILL));
        assertSame(in, RandAugmentOperation.ROTATE.apply(in, -0.0, FILL));
    }

    private static List<String> cases() throws IOException {
        return new String(bytes("cases.txt"), StandardCharsets.UTF_8).lines().toList();
    }

    private static RgbImage picture(String name) throws IOException {
        return new ImageReader().read(bytes(name), name);
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = OperationsGoldenTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }
}
