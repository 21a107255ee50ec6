package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every copy of windows against the definition, to the bit. */
@EachWidth
final class WindowGatherTest {
    static Stream<Arguments> gathers() {
        return Samples.seeded(
                Implementations.windowGathers(), gather -> gather.getClass().getSimpleName(), 120);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gathers")
    void copiesWindowsWhereverTheyBegin(WindowGather gather, int seed) {
        Random random = new Random(seed);
        int stride = 1 + random.nextInt(3);
        // Windows may begin inside of the map, and lie beyond it altogether.
        int rows = 1 + random.nextInt(4);
        int columns = 1 + random.nextInt(5);
        int top = random.nextInt(8) - 3;
        int left = random.nextInt(8) - 3;
        int channels = Samples.CHANNELS[seed % Samples.CHANNELS.length];
        int first = random.nextBoolean() ? 0 : random.nextInt(channels);
        int count = first == 0 && random.nextBoolean() ? channels : 1 + random.nextInt(channels - first);
        int height = 1 + random.nextInt(8);
        int width = 1 + random.nextInt(8);
        int outHeight = 1 + random.nextInt(6);
        int outWidth = 1 + random.nextInt(6);
        int images = 1 + random.nextInt(3);
        int begin = random.nextInt(images * outHeight);
        int end = begin + 1 + random.nextInt(images * outHeight - begin);
        float[] values = Samples.of(Samples.Kind.NORMAL, random, images * height * width * channels);
        int windowFloats = rows * columns * count;
        float[] expected = new float[(end - begin) * outWidth * windowFloats];
        for (int i = 0; i < expected.length; i++) {
            int c = i % count;
            int tap = i / count % (rows * columns);
            int row = begin + i / windowFloats / outWidth;
            int r = row % outHeight * stride - top + tap / columns;
            int q = i / windowFloats % outWidth * stride - left + tap % columns;
            if (r >= 0 && r < height && q >= 0 && q < width) {
                expected[i] = values[((row / outHeight * height + r) * width + q) * channels + first + c];
            }
        }
        String what = "seed " + seed + ", " + rows + "x" + columns + " from " + -top + ", " + -left + ", channels "
                + first + " and " + (count - 1) + " more of " + channels;
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.dense(arena, random, images * height, width * channels)
                    .fill(values);
            Guarded to = Guarded.dense(arena, random, (end - begin) * outWidth, windowFloats);
            gather.gather(
                    rows,
                    columns,
                    stride,
                    top,
                    left,
                    channels,
                    first,
                    count,
                    height,
                    width,
                    outHeight,
                    outWidth,
                    begin,
                    end,
                    x.segment(),
                    x.bytes(),
                    to.segment(),
                    to.bytes());
            to.assertGuards(what);
            Bounds.assertSameBits(what, expected, to.values());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gathers")
    void staysWithinItsSegments(WindowGather gather, int seed) {
        int c = Samples.CHANNELS[seed % Samples.CHANNELS.length];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment x = floats(arena, 25L * c);
            MemorySegment shortX = floats(arena, 25L * c - 1);
            MemorySegment to = floats(arena, 25L * 9 * c);
            MemorySegment shortTo = floats(arena, 25L * 9 * c - 1);
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> gather.gather(3, 3, 1, 1, 1, c, 0, c, 5, 5, 5, 5, 0, 5, shortX, 0, to, 0));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> gather.gather(3, 3, 1, 1, 1, c, 0, c, 5, 5, 5, 5, 0, 5, x, 0, shortTo, 0));
        }
    }

    @Test
    void tilesAreBoundedButHaveARowAtLeast() {
        assertEquals(1, WindowGather.tileRows(4608, 112));
        assertEquals(9, WindowGather.tileRows(4608, 7));
        assertEquals(1024, WindowGather.tileRows(9, 1));
        assertTrue(WindowGather.tileFloats(576, 56) <= WindowGather.TILE_FLOATS);
    }

    private static MemorySegment floats(Arena arena, long count) {
        return arena.allocate(count * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }
}
