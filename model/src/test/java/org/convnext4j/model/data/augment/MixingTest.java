package org.convnext4j.model.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Optional;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.random.RandomStream;
import org.junit.jupiter.api.Test;

class MixingTest {
    private static final int N = 6;
    private static final int H = 5;
    private static final int W = 7;

    @Test
    void mixupBlendsWithTheReversedBatch() {
        try (Arena arena = Arena.ofConfined()) {
            Tensor images = numbered(arena);
            float[] before = images.toArray();
            Mix.mixup(0.3).images(images);
            int sample = 3 * H * W;
            for (int i = 0; i < before.length; i++) {
                int partner = (N - 1 - i / sample) * sample + i % sample;
                assertEquals(before[i] * 0.3f + before[partner] * (float) (1 - 0.3), images.get(i));
            }
        }
    }

    @Test
    void cutmixExchangesTheBox() {
        try (Arena arena = Arena.ofConfined()) {
            Tensor images = numbered(arena);
            float[] before = images.toArray();
            Mix mix = new Mix(0.8, Optional.of(new Window(1, 2, 3, 4)));
            mix.images(images);
            for (int i = 0; i < before.length; i++) {
                int x = i % W;
                int y = i / W % H;
                int partner = (N - 1 - i / (3 * H * W)) * 3 * H * W + i % (3 * H * W);
                boolean inside = y >= 1 && y < 4 && x >= 2 && x < 6;
                assertEquals(before[inside ? partner : i], images.get(i));
            }
        }
    }

    /** lambda 0.75 leaves sqrt(0.25) of each edge: 50 x 25 of 100 x 50, halves 25 and 12. */
    @Test
    void theBoxIsClippedAndLambdaCorrected() {
        Mix middle = Mix.cutmix(0.75, 100, 50, 50, 25);
        assertEquals(Optional.of(new Window(25, 13, 50, 24)), middle.box());
        assertEquals(1 - 50 * 24 / 5000.0, middle.lambda(), 1e-15);
        Mix corner = Mix.cutmix(0.75, 100, 50, 0, 49);
        assertEquals(Optional.of(new Window(0, 37, 25, 13)), corner.box());
        assertEquals(1 - 25 * 13 / 5000.0, corner.lambda(), 1e-15);
        assertEquals(
                Optional.of(new Window(3, 2, 4, 4)),
                Mix.cutmix(0.75, 11, 9, 5, 4).box());
        Mix nothing = Mix.cutmix(0.99, 9, 9, 4, 4);
        assertEquals(1, nothing.lambda());
        assertEquals(0, Mix.cutmix(0, 8, 8, 4, 4).lambda());
    }

    @Test
    void targetsAreSmoothedAndMixed() {
        try (Arena arena = Arena.ofConfined()) {
            Tensor targets = Tensor.allocate(arena, 4, 5);
            Mix.mixup(0.75).targets(new int[] {0, 4, 2, 0}, 0.1, targets);
            float[] expected = {
                0.92f, 0.02f, 0.02f, 0.02f, 0.02f, //
                0.02f, 0.02f, 0.245f, 0.02f, 0.695f, //
                0.02f, 0.02f, 0.695f, 0.02f, 0.245f, //
                0.92f, 0.02f, 0.02f, 0.02f, 0.02f
            };
            assertArrayEquals(expected, targets.toArray(), 1e-7f);
            Mix.NONE.targets(new int[] {0, 4, 2, 0}, 0, targets);
            assertEquals(1, targets.get(0));
            assertEquals(0, targets.get(1));
            assertThrows(IndexOutOfBoundsException.class, () -> Mix.NONE.targets(new int[] {0, 5, 2, 0}, 0, targets));
            assertThrows(IllegalArgumentException.class, () -> Mix.NONE.targets(new int[3], 0, targets));
        }
    }

    @Test
    void drawsFollowTheProbabilities() {
        int draws = 20_000;
        int none = 0;
        int cut = 0;
        double lambda = 0;
        double square = 0;
        Mixing mixing = new Mixing(0.8, 1, 0.7, 0.4);
        for (int i = 0; i < draws; i++) {
            Mix mix = mixing.draw(224, 224, new RandomStream(i));
            if (mix.equals(Mix.NONE)) {
                none++;
            } else if (mix.box().isPresent()) {
                cut++;
            } else {
                lambda += mix.lambda();
                square += (mix.lambda() - 0.5) * (mix.lambda() - 0.5);
            }
        }
        int mixed = draws - none - cut;
        assertEquals(0.3, none / (double) draws, 5 * Math.sqrt(0.21 / draws));
        assertEquals(0.28, cut / (double) draws, 5 * Math.sqrt(0.28 * 0.72 / draws));
        // Beta(0.8, 0.8): mean 1/2, variance 1 / (4 * 2.6); the square's own deviation is below 0.09
        assertEquals(0.5, lambda / mixed, 5 * Math.sqrt(1 / (4 * 2.6) / mixed));
        assertEquals(1 / (4 * 2.6), square / mixed, 5 * 0.09 / Math.sqrt(mixed));
    }

    @Test
    void onlyWhatIsWantedIsDrawn() {
        for (int i = 0; i < 200; i++) {
            assertTrue(
                    new Mixing(1, 0, 1, 1).draw(9, 9, new RandomStream(i)).box().isEmpty());
            assertTrue(
                    new Mixing(0, 1, 1, 0).draw(9, 9, new RandomStream(i)).box().isPresent());
            assertSame(Mix.NONE, Mixing.NONE.draw(9, 9, new RandomStream(i)));
        }
        assertTrue(!new Mixing(0, 0, 1, 1).isActive() && !new Mixing(1, 1, 0, 1).isActive());
        assertTrue(Mixing.DEFAULT.isActive());
    }

    @Test
    void refusesOddBatchesAndBadNumbers() {
        try (Arena arena = Arena.ofConfined()) {
            Tensor odd = Tensor.allocate(arena, 3, 3, 2, 2);
            assertThrows(IllegalArgumentException.class, () -> Mix.mixup(0.5).images(odd));
        }
        assertThrows(IllegalArgumentException.class, () -> new Mixing(-1, 0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Mixing(1, Double.NaN, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Mixing(1, 1, 2, 1));
    }

    private static Tensor numbered(Arena arena) {
        Tensor images = Tensor.allocate(arena, N, 3, H, W);
        for (int i = 0; i < images.elements(); i++) {
            images.set(i, i + 0.5f);
        }
        return images;
    }
}
