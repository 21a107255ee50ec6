package org.convnext4j.model.roadmap;

import java.util.ArrayList;
import java.util.List;

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
        return output(branch, in);
    }

    @Override
    public long macs(MapShape in) {
        return macs(branch, in) + macs(shortcut, in) + macs(after, output(in));
    }

    @Override
    public List<TensorPlan> tensors() {
        List<TensorPlan> all = new ArrayList<>();
        branch.forEach(layer -> all.addAll(layer.tensors()));
        shortcut.forEach(layer -> all.addAll(layer.tensors()));
        after.forEach(layer -> all.addAll(layer.tensors()));
        return List.copyOf(all);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
        return visitor.residual(this);
    }

    private static MapShape output(List<Layer> layers, MapShape in) {
        MapShape map = in;
        for (Layer layer : layers) {
            map = layer.output(map);
        }
        return map;
    }

    private static long macs(List<Layer> layers, MapShape in) {
        MapShape map = in;
        long sum = 0;
        for (Layer layer : layers) {
            sum += layer.macs(map);
            map = layer.output(map);
        }
        return sum;
    }
}
