package org.convnext4j.model.weights;

import java.lang.foreign.Arena;
import java.util.stream.LongStream;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.random.SplitMix64;

/**
 * Weights and inputs that follow from names and indices alone, so that full-size models can be tested and measured
 * without a download. An element is a hash of its tensor's facebook name, a salt and its row-major index, scaled so that
 * activations keep their size through the network.
 */
public final class FormulaWeights {
    private static final double UNIT = 0x1p-24;
    private static final long CHUNK = 1 << 18;

    private FormulaWeights() {}

    /**
     * The weights of a network.
     *
     * @param config which network
     * @param salt another number gives other weights
     * @param arena where the tensors live, each from a 64-byte boundary; the work is shared among threads if its memory
     *     is
     */
    public static ConvNeXtWeights of(ConvNeXtConfig config, long salt, Arena arena) {
        return ConvNeXtWeights.assemble(config, (name, shape) -> tensor(name, shape, salt, arena));
    }

    /** The picture tensor (N,C,H,W), normalised to mean 0 and variance 1. */
    public static Tensor input(long salt, Arena arena, int n, int c, int h, int w) {
        Tensor tensor = Tensor.allocate(arena, n, c, h, w);
        fill(tensor, SplitMix64.hash("input") + salt, 0, Math.sqrt(3), true);
        return tensor;
    }

    private static Tensor tensor(String name, Shape shape, long salt, Arena arena) {
        Tensor tensor = Tensor.allocate(
                arena, shape.dims().stream().mapToInt(Integer::intValue).toArray());
        long seed = SplitMix64.hash(name) + salt;
        if (name.endsWith("gamma")) {
            fill(tensor, seed, 0.1, 0.2, false);
        } else if (shape.rank() == 1) {
            fill(tensor, seed, name.endsWith(".weight") ? 0.9 : -0.1, 0.2, false);
        } else {
            double bound = Math.sqrt(3.0 / ((double) shape.elements() / shape.dim(0)));
            fill(tensor, seed, 0, bound, true);
        }
        return tensor;
    }

    /** Elements offset + scale u, or the centred (2u - 1) scale, with u from 0 to 1. */
    private static void fill(Tensor tensor, long seed, double offset, double scale, boolean centred) {
        long elements = tensor.elements();
        LongStream starts = LongStream.range(0, (elements + CHUNK - 1) / CHUNK);
        // a confined arena's memory is for this thread only
        boolean shared = tensor.data().isAccessibleBy(Thread.ofPlatform().unstarted(() -> {}));
        (shared && elements > CHUNK ? starts.parallel() : starts).forEach(chunk -> {
            long end = Math.min((chunk + 1) * CHUNK, elements);
            for (long i = chunk * CHUNK; i < end; i++) {
                double u = (SplitMix64.mix(seed + i) >>> 40) * UNIT;
                tensor.set(i, (float) (centred ? (2 * u - 1) * scale : offset + scale * u));
            }
        });
    }
}
