package org.convnext4j.engine.matrix;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.kernel.ConvShape;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The input pixels {@code (a + s i, b + s j)} of a convolution with stride s, whose gradients are a convolution of gradY
 * with stride 1 ({@link InputConvolutions}).
 *
 * @param a remainder of the row
 * @param b remainder of the column
 * @param stride s
 * @param rowTaps T, rows of the filters that these pixels meet
 * @param columnTaps U, columns of the filters that they meet
 * @param top by how many output rows the first pixel's window begins above gradY's map
 * @param left the same in columns
 * @param windowFloats T U N / G
 * @param groups each group's weights (C / G, T U N / G); none where T or U is 0, and the gradients with it
 */
record InputPhase(
        int a,
        int b,
        int stride,
        int rowTaps,
        int columnTaps,
        int top,
        int left,
        int windowFloats,
        List<Gemm.Linear> groups) {
    static InputPhase pack(Arena arena, Gemm gemm, ConvShape shape, Tensor weight, int a, int b) {
        int rowTaps = taps(shape, a);
        int columnTaps = taps(shape, b);
        List<Gemm.Linear> groups = new ArrayList<>();
        for (int group = 0; group < shape.groups() && rowTaps > 0 && columnTaps > 0; group++) {
            try (Arena scratch = Arena.ofConfined()) {
                Tensor turned = turned(scratch, shape, weight, a, b, group);
                groups.add(gemm.pack(arena, turned, Tensor.allocate(scratch, shape.groupInputs())));
            }
        }
        return new InputPhase(
                a,
                b,
                shape.stride(),
                rowTaps,
                columnTaps,
                lead(shape, a),
                lead(shape, b),
                rowTaps * columnTaps * shape.groupOutputs(),
                List.copyOf(groups));
    }

    /** The first tap that inputs of this remainder meet. */
    private static int firstTap(ConvShape shape, int remainder) {
        return (remainder + shape.padding()) % shape.stride();
    }

    private static int taps(ConvShape shape, int remainder) {
        return (shape.kernel() - firstTap(shape, remainder) + shape.stride() - 1) / shape.stride();
    }

    /** By how many outputs the first input's window begins before the map. */
    private static int lead(ConvShape shape, int remainder) {
        return taps(shape, remainder) - 1 - (remainder + shape.padding()) / shape.stride();
    }

    /** One group's filters turned by 180 degrees, the taps of this phase alone: (C / G, T U N / G). */
    private static Tensor turned(Arena arena, ConvShape shape, Tensor weight, int a, int b, int group) {
        int rows = taps(shape, a);
        int columns = taps(shape, b);
        int kernel = shape.kernel();
        int channels = shape.groupInputs();
        int outputs = shape.groupOutputs();
        Tensor turned = Tensor.allocate(arena, channels, rows * columns * outputs);
        for (int c = 0; c < channels; c++) {
            for (int tap = 0; tap < rows * columns; tap++) {
                int ky = firstTap(shape, a) + (rows - 1 - tap / columns) * shape.stride();
                int kx = firstTap(shape, b) + (columns - 1 - tap % columns) * shape.stride();
                for (int n = 0; n < outputs; n++) {
                    long filter = ((long) group * outputs + n) * channels + c;
                    float value = weight.get((filter * kernel + ky) * kernel + kx);
                    turned.set(((long) c * rows * columns + tap) * outputs + n, value);
                }
            }
        }
        return turned;
    }

    /** How many of so many rows, or columns, have the remainder. */
    static int count(int size, int remainder, int stride) {
        return (size - remainder + stride - 1) / stride;
    }

    /** Whether no tap meets these pixels. */
    boolean empty() {
        return groups.isEmpty();
    }

    /** Whether each pixel meets the output of the same place alone. */
    boolean pixels() {
        return rowTaps == 1 && columnTaps == 1 && top == 0 && left == 0;
    }

    /** How many rows of the phase come before a row of the input, both counted through all pictures of height H. */
    int rowsBefore(int row, int height) {
        int before = row % height - a;
        return row / height * count(height, a, stride) + (before <= 0 ? 0 : count(before, 0, stride));
    }
}
