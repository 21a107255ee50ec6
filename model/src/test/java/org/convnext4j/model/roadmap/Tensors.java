package org.convnext4j.model.roadmap;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.TensorSource;

/**
 * The tensors of a small network, in memory.
 *
 * @param all by name
 */
record Tensors(Map<String, Tensor> all) implements TensorSource {
    static Tensors zeros(RoadmapNetwork network, Arena arena) {
        Map<String, Tensor> all = new LinkedHashMap<>();
        network.shapes()
                .forEach((name, shape) -> all.put(
                        name,
                        Tensor.allocate(
                                arena,
                                shape.dims().stream()
                                        .mapToInt(Integer::intValue)
                                        .toArray())));
        return new Tensors(all);
    }

    /** Weights of a size that keeps the maps' as it is; norms and running statistics about their start. */
    static Tensors random(RoadmapNetwork network, Arena arena, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Tensors tensors = zeros(network, arena);
        network.tensors().forEach((name, plan) -> {
            Tensor tensor = tensors.tensor(name);
            long outputs = Math.max(1, tensor.shape().rank() > 1 ? tensor.dim(0) : tensor.elements());
            double spread = Math.sqrt(3.0 * outputs / tensor.elements());
            for (long i = 0; i < tensor.elements(); i++) {
                double u = 2 * random.nextDouble() - 1;
                tensor.set(i, (float)
                        switch (plan.role()) {
                            case CONV_WEIGHT, LINEAR_WEIGHT -> u * spread;
                            case NORM_WEIGHT, GAMMA, RUNNING_VARIANCE -> 1 + 0.3 * u;
                            default -> 0.3 * u;
                        });
            }
        });
        return tensors;
    }

    static Tensor pictures(Arena arena, long seed, int n, int channels, int height, int width) {
        SplittableRandom random = new SplittableRandom(seed);
        Tensor images = Tensor.allocate(arena, n, channels, height, width);
        for (long i = 0; i < images.elements(); i++) {
            images.set(i, (float) (2 * random.nextDouble() - 1));
        }
        return images;
    }

    @Override
    public Tensor tensor(String name) {
        return Objects.requireNonNull(all.get(name), name);
    }
}
