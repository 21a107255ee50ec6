package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.convnext4j.engine.tensor.Tensor;

/** Gradients against the differences of a loss that is computed in double. */
final class Differences {
    /** Half the distance of two losses: the error of a difference is about its square, and 1e-16 over it. */
    private static final double STEP = 1e-4;

    /** Of the largest gradient: the difference's error at values of the order of 1, and the oracle's rounding. */
    private static final double TOLERANCE = 1e-6;

    private Differences() {}

    /** Each gradient against the differences of the loss along each element of its argument. */
    static void check(ToDoubleFunction<double[][]> loss, float[][] arguments, Tensor... gradients) {
        assertEquals(arguments.length, gradients.length);
        double[][] in = new double[arguments.length][];
        for (int a = 0; a < in.length; a++) {
            in[a] = doubles(arguments[a]);
        }
        for (int a = 0; a < in.length; a++) {
            float[] actual = gradients[a].toArray();
            float[] expected = new float[in[a].length];
            double largest = 0;
            for (int i = 0; i < expected.length; i++) {
                double value = in[a][i];
                in[a][i] = value + STEP;
                double above = loss.applyAsDouble(in);
                in[a][i] = value - STEP;
                double below = loss.applyAsDouble(in);
                in[a][i] = value;
                expected[i] = (float) ((above - below) / (2 * STEP));
                largest = Math.max(largest, Math.abs(expected[i]));
            }
            double[] bounds = new double[expected.length];
            Arrays.fill(bounds, TOLERANCE * largest);
            Bounds.assertClose("argument " + a, expected, actual, bounds);
        }
    }

    static double[] doubles(float[] values) {
        double[] widened = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            widened[i] = values[i];
        }
        return widened;
    }
}
