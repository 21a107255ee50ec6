package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Windows against their definition, element by element. */
final class WindowsTest {
    @ParameterizedTest
    @CsvSource({
        // kernel, stride, dilation, padding, and the padding on the other side
        "3, 2, 1, 1, 1",
        "2, 1, 1, 0, 1",
        "2, 1, 2, 1, 1",
        "1, 1, 1, 0, 0",
        "5, 3, 1, 2, 0",
        "4, 4, 1, 0, 0"
    })
    void everyElementIsThatOfTheMapOrZero(int kernel, int stride, int dilation, int padding, int after) {
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            int span = (kernel - 1) * dilation + 1;
            int height = Math.max(1, span - padding - after) + random.nextInt(9);
            int width = Math.max(1, span - padding - after) + random.nextInt(9);
            int channels = Samples.any(random, 1, 3, 8, 17);
            int outHeight = (height + padding + after - span) / stride + 1;
            int outWidth = (width + padding + after - span) / stride + 1;
            int rowBegin = random.nextInt(outHeight);
            Windows windows = new Windows(kernel, stride, dilation, padding);
            float[] x = Samples.of(Samples.Kind.NORMAL, random, height * width * channels);
            int rows = outHeight - rowBegin;
            int floats = Math.toIntExact(windows.floats(channels));
            float[] expected = new float[rows * outWidth * floats];
            for (int i = 0; i < expected.length; i++) {
                int tap = i % floats / channels;
                int window = i / floats;
                int r = (rowBegin + window / outWidth) * stride + tap / kernel * dilation - padding;
                int c = window % outWidth * stride + tap % kernel * dilation - padding;
                boolean inside = r >= 0 && r < height && c >= 0 && c < width;
                expected[i] = inside ? x[(r * width + c) * channels + i % channels] : 0;
            }
            try (Arena arena = Arena.ofConfined()) {
                Guarded map =
                        Guarded.dense(arena, random, height, width * channels).fill(x);
                Guarded out = Guarded.dense(arena, random, rows * outWidth, floats);
                windows.gather(
                        channels,
                        map.segment(),
                        map.bytes(),
                        height,
                        width,
                        outWidth,
                        rowBegin,
                        outHeight,
                        out.segment(),
                        out.bytes());
                String what = "seed " + seed + ", " + height + " x " + width + " x " + channels;
                out.assertGuards(what);
                Bounds.assertSameBits(what, expected, out.values());
            }
        }
    }

    @Test
    void impossibleMeasuresAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Windows(0, 1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Windows(1, 0, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Windows(1, 1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Windows(1, 1, 1, -1));
    }
}
