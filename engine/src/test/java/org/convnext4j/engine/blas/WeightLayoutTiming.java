package org.convnext4j.engine.blas;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Random;
import org.convnext4j.bindings.OpenBlasLibrary;
import org.convnext4j.engine.tensor.Tensor;

/**
 * Which layout of the weights OpenBLAS multiplies faster: (N, K) as checkpoints have it, used transposed, or (K, N).
 * Not a test; run {@code main} with OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE unset.
 */
public final class WeightLayoutTiming {
    private static final int[] ROWS = {49, 98, 112, 196};
    private static final int[][] LAYERS = {{96, 384}, {384, 96}, {384, 1536}, {1536, 384}, {768, 3072}, {3072, 768}};
    private static final int ROUNDS = 15;

    private WeightLayoutTiming() {}

    /** Prints the GFLOP/s of both layouts: the best of interleaved rounds. */
    public static void main(String[] args) {
        OpenBlasLibrary library = OpenBlasLibrary.load();
        System.out.println(library.config() + ", " + library.coreName());
        System.out.println("    M     K     N   (N, K)   (K, N)");
        for (int[] layer : LAYERS) {
            for (int rows : ROWS) {
                measure(library, rows, layer[0], layer[1]);
            }
        }
    }

    private static void measure(OpenBlasLibrary library, int rows, int inputs, int outputs) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment x = random(arena, (long) rows * inputs);
            MemorySegment weight = random(arena, (long) inputs * outputs);
            MemorySegment y = random(arena, (long) rows * outputs);
            double flops = 2.0 * rows * inputs * outputs;
            int repeats = (int) Math.max(1, 5e8 / flops);
            double best = Double.MAX_VALUE;
            double bestTransposed = Double.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                bestTransposed =
                        Math.min(bestTransposed, time(library, true, rows, inputs, outputs, x, weight, y, repeats));
                best = Math.min(best, time(library, false, rows, inputs, outputs, x, weight, y, repeats));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%5d %5d %5d %8.1f %8.1f%n",
                    rows,
                    inputs,
                    outputs,
                    flops / bestTransposed,
                    flops / best);
        }
    }

    /** Nanoseconds per product. */
    private static double time(
            OpenBlasLibrary library,
            boolean transposed,
            int rows,
            int inputs,
            int outputs,
            MemorySegment x,
            MemorySegment weight,
            MemorySegment y,
            int repeats) {
        long begin = System.nanoTime();
        for (int i = 0; i < repeats; i++) {
            library.sgemm(
                    false,
                    transposed,
                    rows,
                    outputs,
                    inputs,
                    1,
                    x,
                    inputs,
                    weight,
                    transposed ? inputs : outputs,
                    0.5f,
                    y,
                    outputs);
        }
        return (System.nanoTime() - begin) / (double) repeats;
    }

    private static MemorySegment random(Arena arena, long floats) {
        Random random = new Random(7);
        MemorySegment segment = arena.allocate(floats * Float.BYTES, Tensor.ALIGNMENT_BYTES);
        for (long i = 0; i < floats; i++) {
            segment.setAtIndex(Tensor.FLOAT, i, (float) random.nextGaussian());
        }
        return segment;
    }
}
