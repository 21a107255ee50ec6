package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.MaxPoolGradient;
import org.convnext4j.engine.scalar.ScalarMaxPoolGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pooling and its gradient, to the bit, against loops over the windows. */
@EachWidth
final class MaxPoolTest {
    private static final int[] SIDES = {1, 2, 3, 4, 5, 7, 8, 13, 16};

    static Stream<Arguments> pools() {
        return Samples.seeded(Implementations.maxPools(), MaxPool::name, 90);
    }

    static Stream<Arguments> gradients() {
        return Samples.seeded(Implementations.maxPoolGradients(), MaxPoolGradient::name, 90);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("pools")
    void isTheMaximumOfEachWindowWholeAndInRanges(MaxPool pool, int seed) {
        Random random = new Random(seed);
        Maps maps = Maps.random(random, SIDES[seed % SIDES.length], seed % 2 == 0);
        String what = pool.name() + ", seed " + seed + ", " + maps;
        int rows = maps.images * maps.outHeight();
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = maps.guarded(arena, random).fill(maps.x);
            Guarded y = maps.guardedOut(arena, random);
            Guarded parts = y.sameLayout(arena);
            forward(pool, maps, 0, rows, x, y);
            y.assertGuards(what);
            Bounds.assertSameBits(what, maps.maxima(), y.values());
            for (int begin = 0; begin < rows; ) {
                int end = begin + 1 + random.nextInt(rows - begin);
                forward(pool, maps, begin, end, x, parts);
                begin = end;
            }
            parts.assertGuards(what + ", in parts");
            Bounds.assertSameBits(what + ", in parts", y.values(), parts.values());
        }
    }

    private static void forward(MaxPool pool, Maps maps, int begin, int end, Guarded x, Guarded y) {
        pool.forward(
                maps.height, maps.width, maps.channels, begin, end, x.segment(), x.bytes(), y.segment(), y.bytes());
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void gradientGoesToTheFirstMaximumWholeAndInRanges(MaxPoolGradient gradient, int seed) {
        Random random = new Random(seed);
        Maps maps = Maps.random(random, SIDES[seed % SIDES.length], seed % 2 == 0);
        float[] grad = Samples.of(Samples.anyKind(random), random, maps.maxima().length);
        String what = gradient.name() + ", seed " + seed + ", " + maps;
        int rows = maps.images * maps.height;
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = maps.guarded(arena, random).fill(maps.x);
            Guarded y = maps.guardedOut(arena, random).fill(maps.maxima());
            Guarded gradY = maps.guardedOut(arena, random).fill(grad);
            Guarded gradX = maps.guarded(arena, random);
            Guarded parts = gradX.sameLayout(arena);
            backward(gradient, maps, 0, rows, x, y, gradY, gradX);
            gradX.assertGuards(what);
            // Up to 4 gradients, rounded up to 3 times in float32, once in double.
            double[] bounds = new double[maps.x.length];
            float[] magnitudes = maps.gradient(Samples.abs(grad));
            for (int i = 0; i < bounds.length; i++) {
                bounds[i] = 4 * Bounds.U * magnitudes[i];
            }
            Bounds.assertClose(what, maps.gradient(grad), gradX.values(), bounds);
            for (int begin = 0; begin < rows; ) {
                int end = begin + 1 + random.nextInt(rows - begin);
                backward(gradient, maps, begin, end, x, y, gradY, parts);
                begin = end;
            }
            parts.assertGuards(what + ", in parts");
            Bounds.assertSameBits(what + ", in parts", gradX.values(), parts.values());
        }
    }

    private static void backward(
            MaxPoolGradient gradient,
            Maps maps,
            int begin,
            int end,
            Guarded x,
            Guarded y,
            Guarded gradY,
            Guarded gradX) {
        gradient.backward(
                maps.height,
                maps.width,
                maps.channels,
                begin,
                end,
                x.segment(),
                x.bytes(),
                y.segment(),
                y.bytes(),
                gradY.segment(),
                gradY.bytes(),
                gradX.segment(),
                gradX.bytes());
    }

    @Test
    void theOraclesGradientIsThatOfTheLoss() {
        Random random = new Random(3);
        Maps maps = Maps.random(random, 7, false);
        float[] grad = Samples.of(Samples.Kind.NORMAL, random, maps.maxima().length);
        ToDoubleFunction<double[][]> loss = in -> {
            double sum = 0;
            double[] y = new double[grad.length];
            Arrays.fill(y, Double.NEGATIVE_INFINITY);
            maps.taps((o, i) -> y[o] = Math.max(y[o], in[0][i]));
            for (int o = 0; o < y.length; o++) {
                sum += y[o] * grad[o];
            }
            return sum;
        };
        try (Arena arena = Arena.ofConfined()) {
            Tensor gradX = Tensor.allocate(arena, maps.x.length);
            MemorySegment x = Tensor.of(arena, maps.x, maps.x.length).data();
            MemorySegment y = Tensor.of(arena, maps.maxima(), grad.length).data();
            MemorySegment gradY = Tensor.of(arena, grad, grad.length).data();
            int rows = maps.images * maps.height;
            new ScalarMaxPoolGradient()
                    .backward(maps.height, maps.width, maps.channels, 0, rows, x, 0, y, 0, gradY, 0, gradX.data(), 0);
            Differences.check(loss, new float[][] {maps.x}, gradX);
        }
    }

    @Test
    void outputSizesAreRoundedUp() {
        assertEquals(56, MaxPool.outputSize(112));
        assertEquals(4, MaxPool.outputSize(7));
        assertEquals(1, MaxPool.outputSize(1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pools")
    void aWindowWithNaNGivesNaN(MaxPool pool, int seed) {
        int channels = 1 + seed;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment x = floats(arena, 9L * channels);
            x.setAtIndex(Tensor.FLOAT, 8L * channels, Float.NaN);
            Tensor y = Tensor.allocate(arena, 4 * channels);
            pool.forward(3, 3, channels, 0, 2, x, 0, y.data(), 0);
            for (int i = 0; i < 4 * channels; i++) {
                assertEquals(i == 3 * channels ? Float.NaN : 0f, y.get(i));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pools")
    void staysWithinItsSegments(MaxPool pool, int seed) {
        int c = Samples.CHANNELS[seed % Samples.CHANNELS.length];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment x = floats(arena, 25L * c);
            MemorySegment y = floats(arena, 9L * c);
            throwsOutOfBounds(() -> pool.forward(5, 5, c, 0, 3, floats(arena, 25L * c - 1), 0, y, 0));
            throwsOutOfBounds(() -> pool.forward(5, 5, c, 0, 3, x, -4, y, 0));
            throwsOutOfBounds(() -> pool.forward(5, 5, c, 0, 3, x, 0, floats(arena, 9L * c - 1), 0));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gradients")
    void theGradientStaysWithinItsSegments(MaxPoolGradient gradient, int seed) {
        int c = Samples.CHANNELS[seed % Samples.CHANNELS.length];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment x = floats(arena, 25L * c);
            MemorySegment y = floats(arena, 9L * c);
            MemorySegment gradX = floats(arena, 25L * c);
            // The last pixel is the last window's maximum, so that nobody can do without it.
            for (int i = 0; i < 25 * c; i++) {
                x.setAtIndex(Tensor.FLOAT, i, (float) i);
            }
            Implementations.maxPools().get(0).forward(5, 5, c, 0, 3, x, 0, y, 0);
            MemorySegment shortX = floats(arena, 25L * c - 1).copyFrom(x.asSlice(0, x.byteSize() - Float.BYTES));
            MemorySegment shortY = floats(arena, 9L * c - 1).copyFrom(y.asSlice(0, y.byteSize() - Float.BYTES));
            throwsOutOfBounds(() -> gradient.backward(5, 5, c, 0, 5, shortX, 0, y, 0, y, 0, gradX, 0));
            throwsOutOfBounds(() -> gradient.backward(5, 5, c, 0, 5, x, 0, shortY, 0, y, 0, gradX, 0));
            throwsOutOfBounds(() -> gradient.backward(5, 5, c, 0, 5, x, 0, y, 0, shortY, 0, gradX, 0));
            throwsOutOfBounds(() -> gradient.backward(5, 5, c, 0, 5, x, 0, y, 0, y, 0, shortX, 0));
        }
    }

    private static void throwsOutOfBounds(Executable call) {
        assertThrows(IndexOutOfBoundsException.class, call);
    }

    private static MemorySegment floats(Arena arena, long count) {
        return arena.allocate(count * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }

    /** Inputs of all sizes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Maps(int images, int height, int width, int channels, float[] x) {
        /** Each pixel of each window, row by row. */
        interface Tap {
            void at(int y, int x);
        }

        /** With many equal values, or with none. */
        static Maps random(Random random, int width, boolean ties) {
            int images = 1 + random.nextInt(3);
            int height = Samples.any(random, SIDES);
            int channels = Samples.any(random, Samples.CHANNELS);
            float[] x = Samples.of(Samples.anyKind(random), random, images * height * width * channels);
            for (int i = 0; i < x.length && ties; i++) {
                x[i] = random.nextInt(3);
            }
            return new Maps(images, height, width, channels, x);
        }

        int outHeight() {
            return (height - 1) / 2 + 1;
        }

        int outWidth() {
            return (width - 1) / 2 + 1;
        }

        void taps(Tap tap) {
            for (int y = 0; y < images * outHeight() * outWidth() * channels; y++) {
                int c = y % channels;
                int column = y / channels % outWidth() * 2;
                int row = y / channels / outWidth() % outHeight() * 2;
                int image = y / channels / outWidth() / outHeight();
                for (int r = Math.max(0, row - 1); r <= Math.min(height - 1, row + 1); r++) {
                    for (int q = Math.max(0, column - 1); q <= Math.min(width - 1, column + 1); q++) {
                        tap.at(y, ((image * height + r) * width + q) * channels + c);
                    }
                }
            }
        }

        float[] maxima() {
            float[] y = new float[images * outHeight() * outWidth() * channels];
            Arrays.fill(y, Float.NEGATIVE_INFINITY);
            taps((o, i) -> y[o] = Math.max(y[o], x[i]));
            return y;
        }

        float[] gradient(float[] gradY) {
            float[] y = maxima();
            double[] sums = new double[x.length];
            boolean[] found = new boolean[y.length];
            taps((o, i) -> {
                if (!found[o] && x[i] == y[o]) {
                    found[o] = true;
                    sums[i] += gradY[o];
                }
            });
            float[] gradX = new float[x.length];
            for (int i = 0; i < gradX.length; i++) {
                gradX[i] = (float) sums[i];
            }
            return gradX;
        }

        Guarded guarded(Arena arena, Random random) {
            return Guarded.dense(arena, random, images * height, width * channels);
        }

        Guarded guardedOut(Arena arena, Random random) {
            return Guarded.dense(arena, random, images * outHeight(), outWidth() * channels);
        }

        @Override
        public String toString() {
            return images + " of " + height + "x" + width + "x" + channels;
        }
    }
}
