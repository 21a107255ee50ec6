package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Variant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterGroupsTest {
    private static final ConvNeXtConfig NETWORK = ConvNeXtConfig.of(List.of(1, 2, 3, 1), List.of(7, 13, 17, 31), 11);

    private static ParameterGroups groups(ConvNeXtConfig network, String... assignments) {
        OptimizerConfig config = Runs.CONFIG.with(List.of(assignments)).optimizer();
        return ParameterGroups.of(ParameterLayout.of(network), config);
    }

    private static ParameterRule rule(ParameterGroups groups, String name) {
        return groups.rules().stream()
                .filter(rule -> rule.parameter().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void onlyMatricesAndFiltersDecay() {
        Set<String> decaying = new TreeSet<>();
        groups(NETWORK, "weightDecay=0.3").rules().forEach(rule -> {
            if (rule.weightDecay() > 0) {
                assertEquals(0.3, rule.weightDecay());
                decaying.add(rule.parameter().name().replaceAll("\\d", "N"));
            }
        });
        assertEquals(
                Set.of(
                        "downsample_layers.N.N.weight",
                        "stages.N.N.dwconv.weight",
                        "stages.N.N.pwconvN.weight",
                        "head.weight"),
                decaying);
    }

    /** The released rule for stages of 3, 3, 27 and 3 blocks, and its spread over Tiny's and another network's blocks. */
    @ParameterizedTest
    @CsvSource({
        "small, downsample_layers.0.0.weight, 0",
        "small, downsample_layers.0.1.bias, 0",
        "small, downsample_layers.1.0.weight, 2",
        "small, downsample_layers.2.1.weight, 3",
        "small, downsample_layers.3.1.bias, 12",
        "small, stages.0.0.gamma, 1",
        "small, stages.0.2.dwconv.weight, 1",
        "small, stages.1.2.norm.bias, 2",
        "small, stages.2.0.gamma, 3",
        "small, stages.2.2.gamma, 3",
        "small, stages.2.3.gamma, 4",
        "small, stages.2.14.pwconv1.weight, 7",
        "small, stages.2.26.pwconv2.bias, 11",
        "small, stages.3.0.gamma, 12",
        "small, norm.weight, 13",
        "small, head.bias, 13",
        "tiny, stages.2.0.gamma, 3",
        "tiny, stages.2.4.gamma, 7",
        "tiny, stages.2.8.gamma, 11",
        "tiny, stages.3.2.gamma, 12",
        "toy, stages.2.0.gamma, 3",
        "toy, stages.2.1.gamma, 6",
        "toy, stages.2.2.gamma, 9",
    })
    void groupedLayers(String model, String name, int layer) {
        ConvNeXtConfig network = Variant.of(model).map(ConvNeXtConfig::of).orElse(NETWORK);
        ParameterRule rule = rule(groups(network, "layerDecay=0.7"), name);
        assertEquals(layer, rule.layer());
        assertEquals(Math.pow(0.7, 13 - layer), rule.learningRateScale(), 1e-15);
    }

    @ParameterizedTest
    @CsvSource({
        "downsample_layers.0.0.weight, 1",
        "stages.0.0.gamma, 1",
        "downsample_layers.1.1.weight, 2",
        "stages.1.1.gamma, 3",
        "downsample_layers.2.0.bias, 4",
        "stages.2.2.pwconv1.weight, 6",
        "stages.3.0.gamma, 7",
        "norm.bias, 8",
        "head.weight, 8",
    })
    void singleLayers(String name, int layer) {
        ParameterRule rule = rule(groups(NETWORK, "layerDecay=0.9", "layerGroups=single"), name);
        assertEquals(layer, rule.layer());
        assertEquals(Math.pow(0.9, 8 - layer), rule.learningRateScale(), 1e-15);
    }

    @Test
    void withoutLayerDecayAllRatesAreOne() {
        groups(NETWORK).rules().forEach(rule -> assertEquals(1, rule.learningRateScale()));
    }

    @ParameterizedTest
    @CsvSource({
        "none,   ''",
        "stem,   'downsample_layers.0'",
        "stage0, 'downsample_layers.0 stages.0'",
        "stage1, 'downsample_layers.0 stages.0 downsample_layers.1 stages.1'",
        "stage2, 'downsample_layers.0 stages.0 downsample_layers.1 stages.1 downsample_layers.2 stages.2'",
        "stage3, 'downsample_layers stages'",
    })
    void freezingGoesFromTheStemUp(String freeze, String prefixes) {
        ParameterGroups groups = groups(NETWORK, "freeze=" + freeze);
        long trainable = 0;
        for (ParameterRule rule : groups.rules()) {
            boolean frozen = false;
            for (String prefix : prefixes.split(" ", -1)) {
                frozen |= !prefix.isEmpty() && rule.parameter().name().startsWith(prefix + ".");
            }
            assertEquals(frozen, rule.frozen(), rule.parameter().name());
            trainable += frozen ? 0 : rule.parameter().floats();
        }
        assertEquals(trainable, groups.trainable());
        assertEquals(trainable == NETWORK.parameters(), Freeze.valueOf(freeze.toUpperCase(Locale.ROOT)) == Freeze.NONE);
    }

    /** Every float of every parameter that is not frozen is in exactly one range, of its own rule. */
    @ParameterizedTest
    @CsvSource({"none, 1, grouped", "none, 0.8, grouped", "stage1, 0.8, single", "stage3, 1, grouped"})
    void rangesCoverWhatIsTrained(String freeze, String decay, String rule) {
        ParameterLayout layout = ParameterLayout.of(NETWORK);
        ParameterGroups groups = groups(NETWORK, "freeze=" + freeze, "layerDecay=" + decay, "layerGroups=" + rule);
        List<ParameterRange> ranges = groups.ranges();
        long before = 0;
        for (ParameterRange range : ranges) {
            assertTrue(range.offsetFloats() >= before);
            assertEquals(0, range.offsetFloats() % 16);
            assertEquals(0, range.floats() % 16);
            before = range.offsetFloats() + range.floats();
        }
        assertTrue(before <= layout.floats());
        for (ParameterRule each : groups.rules()) {
            long start = each.parameter().offsetFloats();
            long end = start + each.parameter().floats();
            List<ParameterRange> covering = ranges.stream()
                    .filter(range -> range.offsetFloats() < end && range.offsetFloats() + range.floats() > start)
                    .toList();
            assertEquals(
                    each.frozen() ? 0 : 1, covering.size(), each.parameter().name());
            if (!each.frozen()) {
                ParameterRange range = covering.get(0);
                assertTrue(range.offsetFloats() <= start && range.offsetFloats() + range.floats() >= end);
                assertEquals(each.learningRateScale(), range.learningRateScale());
                assertEquals(each.weightDecay(), range.weightDecay());
            }
        }
        assertFalse(ranges.isEmpty());
    }
}
