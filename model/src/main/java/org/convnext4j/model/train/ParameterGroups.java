package org.convnext4j.model.train;

import java.util.ArrayList;
import java.util.List;

/**
 * How the optimizer treats each parameter of a network; source: the released optim_factory.py. Weight decay is for
 * tensors of two or more dimensions that are no bias. With layer-wise decay d a parameter of layer i has the learning
 * rate times {@code d^(head's layer - i)}.
 *
 * @param rules one for every parameter, in the order of the layout
 */
public record ParameterGroups(List<ParameterRule> rules) {
    private static final String DOWNSAMPLE = "downsample_layers";
    private static final String STAGES = "stages";

    /** Copies the list. */
    public ParameterGroups {
        rules = List.copyOf(rules);
    }

    /** The rules of a network's parameters. */
    public static ParameterGroups of(ParameterLayout layout, OptimizerConfig config) {
        List<Integer> depths = layout.network().depths();
        LayerGroups groups = config.layerGroups();
        List<ParameterRule> rules = new ArrayList<>();
        for (Parameter parameter : layout.parameters()) {
            int layer = layer(parameter.name(), groups, depths);
            boolean decays = parameter.shape().rank() > 1 && !parameter.name().endsWith(".bias");
            rules.add(new ParameterRule(
                    parameter,
                    layer,
                    Math.pow(config.layerDecay(), groups.headGroup(depths) - layer),
                    decays ? config.weightDecay() : 0,
                    isFrozen(parameter.name(), config.freeze())));
        }
        return new ParameterGroups(rules);
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

    private static int layer(String name, LayerGroups groups, List<Integer> depths) {
        String[] parts = name.split("\\.", -1);
        if (parts[0].equals(DOWNSAMPLE)) {
            int stage = Integer.parseInt(parts[1]);
            return stage == 0 ? groups.stemGroup() : groups.downsampleGroup(depths, stage);
        }
        if (parts[0].equals(STAGES)) {
            return groups.blockGroup(depths, Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
        }
        return groups.headGroup(depths);
    }

    private static boolean isFrozen(String name, Freeze freeze) {
        String[] parts = name.split("\\.", -1);
        if (!parts[0].equals(DOWNSAMPLE) && !parts[0].equals(STAGES)) {
            return false;
        }
        int stage = Integer.parseInt(parts[1]);
        boolean stem = parts[0].equals(DOWNSAMPLE) && stage == 0;
        return stem ? freeze.stem() : freeze.stage(stage);
    }
}
