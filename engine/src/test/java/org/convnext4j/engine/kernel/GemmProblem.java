package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import java.util.Random;
import org.convnext4j.engine.kernel.Gemm.Epilogue;
import org.convnext4j.engine.scalar.ScalarGemm;
import org.convnext4j.engine.tensor.Tensor;

/** One layer with inputs, and what the oracle says about it. */
final class GemmProblem {
    /** A bit more than GELU's largest slope, 1.129, by which it stretches the error of its input. */
    private static final double GELU_SLOPE = 1.13;

    private static final int[] MANY_OUTPUTS = {384, 385, 768, 1536};

    /** On both sides of the blocks that inputs come in, and some that do not divide. */
    private static final int[] MANY_INPUTS = {384, 768, 769, 1536, 1537, 2311};

    final String what;
    final int rows;
    final int k;
    final int n;
    final float[] x;
    final float[] weight;
    final float[] bias;
    final float[] residual;

    private GemmProblem(
            String what, int rows, int k, int n, float[] x, float[] weight, float[] bias, float[] residual) {
        this.what = what;
        this.rows = rows;
        this.k = k;
        this.n = n;
        this.x = x;
        this.weight = weight;
        this.bias = bias;
        this.residual = residual;
    }

    static GemmProblem random(String name, int seed) {
        Random random = new Random(seed);
        boolean large = seed % 10 == 0;
        int k = large ? Samples.any(random, MANY_INPUTS) : Samples.any(random, Samples.CHANNELS);
        int n = large ? Samples.any(random, MANY_OUTPUTS) : Samples.any(random, Samples.CHANNELS);
        // One in four has more rows than the vector kernel computes before it comes to the epilogue.
        boolean tall = random.nextInt(4) == 0;
        int rows = 1 + random.nextInt(tall ? 60 : large ? 8 : 20);
        Samples.Kind kind = Samples.anyKind(random);
        String what = name + ", seed " + seed + ", " + kind + ", " + rows + " rows, K " + k + ", N " + n;
        return new GemmProblem(
                what,
                rows,
                k,
                n,
                Samples.of(kind, random, rows * k),
                Samples.of(Samples.Kind.NORMAL, random, n * k),
                Samples.of(kind, random, n),
                Samples.of(kind, random, rows * n));
    }

    GemmProblem withoutBias() {
        return new GemmProblem(what, rows, k, n, x, weight, new float[n], residual);
    }

    Gemm.Linear pack(Gemm gemm, Arena arena) {
        return gemm.pack(arena, Tensor.of(arena, weight, n, k), Tensor.of(arena, bias, n));
    }

    /** The scalar result in a compact layout. */
    float[] expected(Epilogue epilogue) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor in = Tensor.of(arena, x, rows, k);
            Tensor added = Tensor.of(arena, residual, rows, n);
            Tensor out = Tensor.allocate(arena, rows, n);
            pack(new ScalarGemm(), arena)
                    .forward(rows, in.data(), 0, k, 0, n, epilogue, added.data(), out.data(), 0, n);
            return out.toArray();
        }
    }

    /** How far the results may be off, with a GELU that is itself off by {@code geluError}. */
    double[] bounds(Epilogue epilogue, double geluError) {
        // The oracle on magnitudes gives the sums that the bounds are proportional to.
        GemmProblem magnitudes = new GemmProblem(
                what, rows, k, n, Samples.abs(x), Samples.abs(weight), Samples.abs(bias), Samples.abs(residual));
        Epilogue sum = epilogue == Epilogue.GELU ? Epilogue.NONE : epilogue;
        float[] sums = magnitudes.expected(sum);
        double[] bounds = new double[sums.length];
        for (int i = 0; i < bounds.length; i++) {
            double error = sums[i] * Bounds.sum(k + 2);
            bounds[i] = epilogue == Epilogue.GELU ? GELU_SLOPE * error + Bounds.gelu(sums[i]) + geluError : error;
        }
        return bounds;
    }
}
