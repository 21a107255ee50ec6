package org.convnext4j.model.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.StagePlan;

/**
 * How the optimizer treats each parameter of a network; source: the released optim_factory.py. Weight decay is for
 * tensors of two or more dimensions that are no bias. With layer-wise decay d a parameter of layer i has the learning
 * rate times {@code d^(head's layer - i)}.
 *
 * @param rules one for every parameter, in the order of the layout
 */
public record ParameterGroups(List<ParameterRule> rules) {
    /** Copies the list. */
    public ParameterGroups {
        rules = List.copyOf(rules);
    }

    /** The rules of a network's parameters. */
    public static ParameterGroups of(ParameterLayout layout, OptimizerConfig config) {
        ConvNeXtConfig network = layout.network();
        int headGroup = config.layerGroups().headGroup(network.depths());
        Map<String, Place> places = places(network, config);
        List<ParameterRule> rules = new ArrayList<>();
        for (Parameter parameter : layout.parameters()) {
            Place place = places.getOrDefault(parameter.name(), new Place(headGroup, false));
            boolean decays = parameter.shape().rank() > 1 && !parameter.name().endsWith(".bias");
            rules.add(new ParameterRule(
                    parameter,
                    place.layer(),
                    Math.pow(config.layerDecay(), headGroup - place.layer()),
                    decays ? config.weightDecay() : 0,
                    place.frozen()));
        }
        return new ParameterGroups(rules);
    }

    /** Where a tensor is in the network, and whether it keeps its value. */
    private record Place(int layer, boolean frozen) {}

    /** The places of all tensors before the head. */
    private static Map<String, Place> places(ConvNeXtConfig network, OptimizerConfig config) {
        List<Integer> depths = network.depths();
        LayerGroups groups = config.layerGroups();
        Freeze freeze = config.freeze();
        NetworkPlan plan = network.plan();
        Map<String, Place> places = new HashMap<>();
        put(plan.stem(), new Place(groups.stemGroup(), freeze.stem()), places);
        for (int s = 0; s < plan.stages().size(); s++) {
            StagePlan stage = plan.stages().get(s);
            put(stage.downsample(), new Place(groups.downsampleGroup(depths, s), freeze.stage(s)), places);
            for (int b = 0; b < stage.blocks().size(); b++) {
                Place place = new Place(groups.blockGroup(depths, s, b), freeze.stage(s));
                put(List.of(stage.blocks().get(b)), place, places);
            }
        }
        return places;
    }

    private static void put(List<Layer> layers, Place place, Map<String, Place> places) {
        layers.forEach(layer -> layer.tensors().forEach(tensor -> places.put(tensor.name(), place)));
    }

    /**
     * What the optimizer moves, in order: parameters that are not frozen, neighbours with equal rate and decay in one
     * range.
     */
    public List<ParameterRange> ranges() {
        List<ParameterRange> ranges = new ArrayList<>();
        for (ParameterRule rule : rules) {
            if (rule.frozen()) {
                continue;
            }
            long offset = rule.parameter().offsetFloats();
            long floats = padded(rule.parameter().floats());
            int last = ranges.size() - 1;
            if (last >= 0 && continues(ranges.get(last), rule)) {
                ParameterRange before = ranges.remove(last);
                offset = before.offsetFloats();
                floats += before.floats();
            }
            ranges.add(new ParameterRange(offset, floats, rule.learningRateScale(), rule.weightDecay()));
        }
        return List.copyOf(ranges);
    }

    /** How many parameters the optimizer moves, padding not counted. */
    public long trainable() {
        return rules.stream()
                .filter(rule -> !rule.frozen())
                .mapToLong(rule -> rule.parameter().floats())
                .sum();
    }

    private static boolean continues(ParameterRange range, ParameterRule rule) {
        return range.offsetFloats() + range.floats() == rule.parameter().offsetFloats()
                && range.learningRateScale() == rule.learningRateScale()
                && range.weightDecay() == rule.weightDecay();
    }

    private static long padded(long floats) {
        return Math.ceilDiv(floats, ParameterLayout.ALIGNMENT_FLOATS) * ParameterLayout.ALIGNMENT_FLOATS;
    }
}
