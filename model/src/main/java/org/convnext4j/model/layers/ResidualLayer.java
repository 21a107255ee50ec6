package org.convnext4j.model.layers;

import java.util.List;
import java.util.stream.Stream;

/**
 * A block: {@code after(branch(x) + shortcut(x))}.
 *
 * @param number of the block, 0 to N - 1, counted over the whole network; stochastic depth goes by it
 * @param branch what is computed beside the shortcut
 * @param shortcut empty where x itself is added
 * @param after empty where nothing follows the addition
 */
public record ResidualLayer(int number, List<Layer> branch, List<Layer> shortcut, List<Layer> after) implements Layer {
    /** Copies the lists. */
    public ResidualLayer {
        branch = List.copyOf(branch);
        shortcut = List.copyOf(shortcut);
        after = List.copyOf(after);
    }

    @Override
    public MapShape output(MapShape in) {
        return NetworkPlan.output(after, NetworkPlan.output(branch, in));
    }

    @Override
    public long macs(MapShape in) {
        return NetworkPlan.macs(branch, in)
                + NetworkPlan.macs(shortcut, in)
                + NetworkPlan.macs(after, NetworkPlan.output(branch, in));
    }

    @Override
    public List<TensorPlan> tensors() {
        return Stream.of(branch, shortcut, after)
                .flatMap(List::stream)
                .flatMap(layer -> layer.tensors().stream())
                .toList();
    }
}
