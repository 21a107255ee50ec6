package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.ReluGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every ReLU and its gradient, to the bit, at any layout and in place. */
@EachWidth
final class ReluTest {
    static Stream<Arguments> relus() {
        return Samples.seeded(Implementations.relus(), Relu::name, 60);
    }

    static Stream<Arguments> gradients() {
        return Samples.seeded(Implementations.reluGradients(), ReluGradient::name, 60);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("relus")
    void isTheLargerOfTheInputAnd0(Relu relu, int seed) {
        Random random = new Random(seed);
        int rows = 1 + random.nextInt(6);
        int columns = Samples.CHANNELS[seed % Samples.CHANNELS.length];
        float[] in = special(random, Samples.of(Samples.anyKind(random), random, rows * columns));
        float[] other = Samples.of(Samples.Kind.NORMAL, random, rows * columns);
        float[] expected = new float[in.length];
        float[] expectedSum = new float[in.length];
        for (int i = 0; i < in.length; i++) {
            expected[i] = Math.max(in[i], 0f);
            expectedSum[i] = Math.max(in[i] + other[i], 0f);
        }
        String what = relu.name() + ", seed " + seed + ", " + rows + "x" + columns;
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.strided(arena, random, rows, columns).fill(in);
            Guarded residual = Guarded.strided(arena, random, rows, columns).fill(other);
            Guarded y = Guarded.strided(arena, random, rows, columns);
            forward(relu, rows, columns, x, y);
            y.assertGuards(what);
            Bounds.assertSameBits(what, expected, y.values());
            sum(relu, rows, columns, x, residual, y);
            y.assertGuards(what + ", sum");
            Bounds.assertSameBits(what + ", sum", expectedSum, y.values());
            Bounds.assertSameBits(what + ", x", in, x.values());

            sum(relu, rows, columns, x, residual, residual);
            residual.assertGuards(what + ", over the residual");
            Bounds.assertSameBits(what + ", over the residual", expectedSum, residual.values());
            residual.fill(other);
            sum(relu, rows, columns, x, residual, x);
            Bounds.assertSameBits(what + ", sum over x", expectedSum, x.values());
            x.fill(in);
            forward(relu, rows, columns, x, x);
            x.assertGuards(what + ", over x");
            Bounds.assertSameBits(what + ", over x", expected, x.values());
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void theGradientPassesWhereTheOutputIsPositive(ReluGradient gradient, int seed) {
        Random random = new Random(seed);
        int rows = 1 + random.nextInt(6);
        int columns = Samples.CHANNELS[seed % Samples.CHANNELS.length];
        float[] out = special(random, Samples.of(Samples.Kind.NORMAL, random, rows * columns));
        float[] grad = Samples.of(Samples.anyKind(random), random, rows * columns);
        float[] expected = new float[out.length];
        for (int i = 0; i < out.length; i++) {
            expected[i] = out[i] > 0 ? grad[i] : 0f;
        }
        String what = gradient.name() + ", seed " + seed + ", " + rows + "x" + columns;
        try (Arena arena = Arena.ofConfined()) {
            Guarded y = Guarded.strided(arena, random, rows, columns).fill(out);
            Guarded gradY = Guarded.strided(arena, random, rows, columns).fill(grad);
            Guarded gradX = Guarded.strided(arena, random, rows, columns);
            backward(gradient, rows, columns, y, gradY, gradX);
            gradX.assertGuards(what);
            Bounds.assertSameBits(what, expected, gradX.values());
            Bounds.assertSameBits(what + ", y", out, y.values());
            Bounds.assertSameBits(what + ", gradY", grad, gradY.values());

            backward(gradient, rows, columns, y, gradY, y);
            Bounds.assertSameBits(what + ", over y", expected, y.values());
            y.fill(out);
            backward(gradient, rows, columns, y, gradY, gradY);
            Bounds.assertSameBits(what + ", over gradY", expected, gradY.values());
        }
    }

    /** Both zeros, infinities and NaN among the values. */
    private static float[] special(Random random, float[] values) {
        float[] among = {0f, -0f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, Float.MIN_VALUE};
        for (float value : among) {
            values[random.nextInt(values.length)] = value;
        }
        return values;
    }

    private static void forward(Relu relu, int rows, int columns, Guarded x, Guarded y) {
        relu.forward(rows, columns, x.segment(), x.bytes(), x.stride(), y.segment(), y.bytes(), y.stride());
    }

    private static void sum(Relu relu, int rows, int columns, Guarded x, Guarded residual, Guarded y) {
        relu.forwardSum(
                rows,
                columns,
                x.segment(),
                x.bytes(),
                x.stride(),
                residual.segment(),
                residual.bytes(),
                residual.stride(),
                y.segment(),
                y.bytes(),
                y.stride());
    }

    private static void backward(
            ReluGradient gradient, int rows, int columns, Guarded y, Guarded gradY, Guarded gradX) {
        gradient.backward(
                rows,
                columns,
                y.segment(),
                y.bytes(),
                y.stride(),
                gradY.segment(),
                gradY.bytes(),
                gradY.stride(),
                gradX.segment(),
                gradX.bytes(),
                gradX.stride());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("relus")
    void staysWithinItsSegments(Relu relu, int seed) {
        int rows = 3;
        int columns = Samples.CHANNELS[seed % Samples.CHANNELS.length];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = floats(arena, (long) rows * columns);
            MemorySegment t = floats(arena, (long) rows * columns - 1);
            int n = columns;
            throwsOutOfBounds(() -> relu.forward(rows, n, t, 0, n, s, 0, n));
            throwsOutOfBounds(() -> relu.forward(rows, n, s, 0, n, t, 0, n));
            throwsOutOfBounds(() -> relu.forward(rows, n, s, -4, n, s, 0, n));
            throwsOutOfBounds(() -> relu.forwardSum(rows, n, t, 0, n, s, 0, n, s, 0, n));
            throwsOutOfBounds(() -> relu.forwardSum(rows, n, s, 0, n, t, 0, n, s, 0, n));
            throwsOutOfBounds(() -> relu.forwardSum(rows, n, s, 0, n, s, 0, n, t, 0, n));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gradients")
    void theGradientStaysWithinItsSegments(ReluGradient gradient, int seed) {
        int rows = 3;
        int columns = Samples.CHANNELS[seed % Samples.CHANNELS.length];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = floats(arena, (long) rows * columns);
            MemorySegment t = floats(arena, (long) rows * columns - 1);
            int n = columns;
            throwsOutOfBounds(() -> gradient.backward(rows, n, t, 0, n, s, 0, n, s, 0, n));
            throwsOutOfBounds(() -> gradient.backward(rows, n, s, 0, n, t, 0, n, s, 0, n));
            throwsOutOfBounds(() -> gradient.backward(rows, n, s, 0, n, s, 0, n, t, 0, n));
        }
    }

    private static void throwsOutOfBounds(Executable call) {
        assertThrows(IndexOutOfBoundsException.class, call);
    }

    private static MemorySegment floats(Arena arena, long count) {
        return arena.allocate(count * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }
}
