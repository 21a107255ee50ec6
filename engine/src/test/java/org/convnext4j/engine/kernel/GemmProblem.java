package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.convnext4j.engine.kernel.Gemm.Epilogue;
import org.convnext4j.engine.scalar.ScalarGemm;
import org.convnext4j.engine.tensor.Tensor;

/**
 * One layer with inputs, and what the oracle says about it. Problems of a seed, and what the oracle has said, are kept for
 * the next implementation and test: on the large ones the oracle is slower than all that it judges. Safe for use by many
 * threads that leave the arrays as they are.
 */
final class GemmProblem {
    private static final Map<Integer, GemmProblem> SEEDS = new ConcurrentHashMap<>();

    /** What the oracle said, of the problem and of its magnitudes. */
    private record Answers(Map<Epilogue, float[]> expected, Map<Epilogue, float[]> sums) {
        Answers() {
            this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        }
    }

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
    private final Answers answers;

    private GemmProblem(
            String what,
            int rows,
            int k,
            int n,
            float[] x,
            float[] weight,
            float[] bias,
            float[] residual,
            Answers answers) {
        this.what = what;
        this.rows = rows;
        this.k = k;
        this.n = n;
        this.x = x;
        this.weight = weight;
        this.bias = bias;
        this.residual = residual;
        this.answers = answers;
    }

    /** Lets go of what is kept. */
    static void forget() {
        SEEDS.clear();
    }

    static GemmProblem random(String name, int seed) {
        GemmProblem problem = SEEDS.computeIfAbsent(seed, GemmProblem::random);
        return problem.with(name + ", " + problem.what, problem.bias, problem.answers);
    }

    private static GemmProblem random(int seed) {
        Random random = new Random(seed);
        boolean large = seed % 10 == 0;
        int k = large ? Samples.any(random, MANY_INPUTS) : Samples.any(random, Samples.CHANNELS);
        int n = large ? Samples.any(random, MANY_OUTPUTS) : Samples.any(random, Samples.CHANNELS);
        // One in four has more rows than the vector kernel computes before it comes to the epilogue.
        boolean tall = random.nextInt(4) == 0;
        int rows = 1 + random.nextInt(tall ? 60 : large ? 8 : 20);
        Samples.Kind kind = Samples.anyKind(random);
        String what = "seed " + seed + ", " + kind + ", " + rows + " rows, K " + k + ", N " + n;
        return new GemmProblem(
                what,
                rows,
                k,
                n,
                Samples.of(kind, random, rows * k),
                Samples.of(Samples.Kind.NORMAL, random, n * k),
                Samples.of(kind, random, n),
                Samples.of(kind, random, rows * n),
                new Answers());
    }

    GemmProblem withoutBias() {
        return with(what, new float[n], new Answers());
    }

    private GemmProblem with(String newWhat, float[] newBias, Answers newAnswers) {
        return new GemmProblem(newWhat, rows, k, n, x, weight, newBias, residual, newAnswers);
    }

    Gemm.Linear pack(Gemm gemm, Arena arena) {
        return gemm.pack(arena, Tensor.of(arena, weight, n, k), Tensor.of(arena, bias, n));
    }

    /** The scalar result in a compact layout. */
    float[] expected(Epilogue epilogue) {
        return answers.expected.computeIfAbsent(epilogue, this::compute);
    }

    private float[] compute(Epilogue epilogue) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor in = Tensor.of(arena, x, rows, k);
            Tensor added = Tensor.of(arena, residual, rows, n);
            Tensor out = Tensor.allocate(arena, rows, n);
            pack(new ScalarGemm(), arena)
                    .forward(rows, in.data(), 0, k, 0, n, epilogue, added.data(), out.data(), 0, n);
            return out.toArray();
        }
    }

    /** The oracle on these gives the sums that the bounds are proportional to. */
    private GemmProblem magnitudes() {
        return new GemmProblem(
                what,
                rows,
                k,
                n,
                Samples.abs(x),
                Samples.abs(weight),
                Samples.abs(bias),
                Samples.abs(residual),
                new Answers());
    }

    /** How far the results may be off, with a GELU that is itself off by {@code geluError}. */
    double[] bounds(Epilogue epilogue, double geluError) {
        float[] sums = answers.sums.computeIfAbsent(
                epilogue == Epilogue.GELU ? Epilogue.NONE : epilogue,
                sum -> magnitudes().compute(sum));
        double[] bounds = new double[sums.length];
        for (int i = 0; i < bounds.length; i++) {
            double error = sums[i] * Bounds.sum(k + 2);
            bounds[i] = epilogue == Epilogue.GELU ? GELU_SLOPE * error + Bounds.gelu(sums[i]) + geluError : error;
        }
        return bounds;
    }
}
