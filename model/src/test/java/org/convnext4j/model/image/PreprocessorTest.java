package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PreprocessorTest {
    // Python: int(round(room / 2.0)) and room // 2
    @ParameterizedTest
    @CsvSource({"0, 0, 0", "1, 0, 0", "2, 1, 1", "3, 2, 1", "5, 2, 2", "7, 4, 3", "9, 4, 4", "11, 6, 5"})
    void cropRounding(int room, int halfEven, int floor) {
        assertEquals(halfEven, CropRounding.HALF_EVEN.offset(224 + room, 224));
        assertEquals(floor, CropRounding.FLOOR.offset(224 + room, 224));
    }

    @Test
    void theRoundingMovesTheCrop() {
        RgbImage in = ResamplerTest.noise(10, 13, 4);
        Preprocessor even = Preprocessor.centerCrop(10, 10, Interpolation.BICUBIC);
        assertEquals(Resampler.crop(in, 0, 2, 10, 10), even.toPicture(in));
        assertEquals(
                Resampler.crop(in, 0, 1, 10, 10),
                even.withRounding(CropRounding.FLOOR).toPicture(in));
    }

    @Test
    void theLongEdgeIsTruncated() {
        ResizeRule rule = ResizeRule.shortestEdge(256);
        assertEquals(383, rule.widthFor(427, 640));
        assertEquals(256, rule.heightFor(427, 640));
        assertEquals(383, rule.heightFor(640, 427));
        assertEquals(256, rule.widthFor(640, 427));
        assertEquals(256, rule.heightFor(9, 9));
        assertEquals(256, rule.widthFor(9, 9));
        assertEquals(300, ResizeRule.squash(300, 200).heightFor(1, 999));
        assertThrows(IllegalArgumentException.class, () -> ResizeRule.shortestEdge(0));
    }

    @Test
    void aThinStripCostsOnlyItsWindow() {
        RgbImage strip = ResamplerTest.noise(1, 100_000, 2);
        RgbImage out = Preset.TIMM_224.preprocessor().toPicture(strip);
        assertEquals(224, out.width());
        assertEquals(224, out.height());
    }

    @Test
    void aSmallPictureIsPaddedWithBlack() {
        RgbImage in = ResamplerTest.noise(4, 6, 8);
        RgbImage out = Preprocessor.centerCrop(4, 7, Interpolation.BICUBIC).toPicture(in);
        for (int y = 0; y < 7; y++) {
            for (int x = 0; x < 7; x++) {
                for (int c = 0; c < 3; c++) {
                    // torchvision: (7 - 4) // 2 = 1 above, (7 - 6) // 2 = 0 to the left
                    int expected = y >= 1 && y < 5 && x < 6 ? in.sample(y - 1, x, c) : 0;
                    assertEquals(expected, out.sample(y, x, c));
                }
            }
        }
    }

    @Test
    void normalisesAsTorchvision() {
        RgbImage picture = ResamplerTest.noise(5, 7, 11);
        Preprocessor preprocessor = Preprocessor.squash(5, Interpolation.BICUBIC)
                .withResize(ResizeRule.squash(5, 7))
                .withCrop(5, 7);
        try (Arena arena = Arena.ofConfined()) {
            Tensor batch = Tensor.allocate(arena, 3, 3, 5, 7);
            preprocessor.toTensor(picture, batch, 1);
            float[] values = batch.toArray();
            float[] mean = {0.485f, 0.456f, 0.406f};
            float[] std = {0.229f, 0.224f, 0.225f};
            for (int i = 0; i < values.length; i++) {
                int n = i / 105;
                int c = i / 35 % 3;
                int sample = picture.sample(i % 35 / 7, i % 7, c);
                assertEquals(n == 1 ? (sample / 255f - mean[c]) / std[c] : 0f, values[i]);
            }
            assertArrayEquals(
                    Arrays.copyOfRange(values, 105, 210),
                    preprocessor.toTensor(picture, arena).toArray());
            assertThrows(IndexOutOfBoundsException.class, () -> preprocessor.toTensor(picture, batch, 3));
            Tensor other = Tensor.allocate(arena, 1, 3, 7, 5);
            assertThrows(IllegalArgumentException.class, () -> preprocessor.toTensor(picture, other, 0));
        }
    }

    @Test
    void refusesSenselessValues() {
        Preprocessor good = Preset.TIMM_224.preprocessor();
        List<Float> zero = List.of(1f, 0f, 1f);
        assertThrows(IllegalArgumentException.class, () -> good.withNormalisation(1, Preprocessor.IMAGENET_MEAN, zero));
        assertThrows(
                IllegalArgumentException.class,
                () -> good.withNormalisation(1, List.of(1f), Preprocessor.IMAGENET_STD));
        assertThrows(IllegalArgumentException.class, () -> good.withCrop(0, 5));
    }

    @ParameterizedTest
    @EnumSource(Preset.class)
    void presetsAreFoundByName(Preset preset) {
        assertEquals(preset, Preset.byName(preset.cliName()));
    }

    @Test
    void presetsHaveThePublishedSizes() {
        assertEquals(
                ResizeRule.shortestEdge(230),
                Preset.TORCHVISION_SMALL.preprocessor().resize());
        assertEquals(
                ResizeRule.shortestEdge(232),
                Preset.TORCHVISION_BASE.preprocessor().resize());
        assertEquals(
                ResizeRule.shortestEdge(232),
                Preset.TORCHVISION_LARGE.preprocessor().resize());
        assertEquals(CropRounding.FLOOR, Preset.HF_224.preprocessor().rounding());
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Preset.byName("timm-225"));
        assertTrue(Resources.message(e).contains("timm-225")
                && Resources.message(e).contains("squash-384"));
    }

    @Test
    void manyThreadsGetTheSamePicture() throws InterruptedException, ExecutionException {
        byte[] jpeg = Resources.bytes("golden/china.jpg");
        ImageReader reader = new ImageReader();
        Preprocessor preprocessor = Preset.TIMM_224.preprocessor();
        RgbImage expected = preprocessor.toPicture(reader.read(jpeg, "china"));
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            List<Future<RgbImage>> results = IntStream.range(0, 24)
                    .mapToObj(i -> pool.submit(() -> preprocessor.toPicture(reader.read(jpeg, "china"))))
                    .toList();
            for (Future<RgbImage> result : results) {
                assertEquals(expected, result.get());
            }
        }
    }
}
