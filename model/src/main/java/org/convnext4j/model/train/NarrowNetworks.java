package org.convnext4j.model.train;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.model.design.ConvNeXtConfig;

/**
 * Values of the preset {@code fine-tune} that depend on the width of the network. The preset's own are for the paper's
 * networks, which are 768 channels wide and more at their end, and are left to these. At such a rate a narrower one is
 * hardly moved by the few hundred steps of a run on a small folder, and RandAugment keeps it from learning what it could,
 * see docs/training.md.
 */
final class NarrowNetworks {
    private static final String RATE = "optimizer.learningRate";
    private static final String DECAY = "optimizer.layerDecay";
    private static final String RAND_AUGMENT = "augmentation.randAugment";

    /** The channels of Tiny's last stage, the paper's least. */
    private static final int PAPERS_LEAST = 768;

    /** The rate at which 320 channels were tried; narrower ones take no more. */
    private static final double HIGHEST_RATE = 1e-3;

    /** The stem still learns at a quarter of the head's rate, with the paper's 0.8 at a twentieth. */
    private static final double LAYER_DECAY = 0.9;

    private NarrowNetworks() {}

    /**
     * The preset's values for this network: the same for the paper's widths. For narrower ones the rate grows with the
     * square of how much narrower they are, up to 0.001, and falls less from layer to layer; there is no RandAugment.
     */
    static TrainingConfig fit(TrainingConfig config, ConvNeXtConfig network) {
        int width = width(network);
        if (width >= PAPERS_LEAST) {
            return config;
        }
        double narrower = (double) PAPERS_LEAST / width;
        double rate = Math.min(HIGHEST_RATE, config.optimizer().learningRate() * narrower * narrower);
        return config.with(List.of(
                RATE + "=" + (float) rate, DECAY + "=" + LAYER_DECAY, RAND_AUGMENT + "=" + AugmentationConfig.NONE));
    }

    /** What is said of {@link #fit}: the values that the user has not set. */
    static List<String> notes(TrainingConfig preset, ConvNeXtConfig network, Overrides own) {
        TrainingConfig fitted = fit(preset, network);
        List<String> changes = new ArrayList<>();
        for (Setting setting : Setting.all()) {
            String before = setting.valueIn(preset);
            String after = setting.valueIn(fitted);
            if (!own.has(setting.key()) && !after.equals(before)) {
                changes.add(setting.key() + " is " + after + " instead of " + before);
            }
        }
        return changes.isEmpty()
                ? List.of()
                : List.of("the network ends " + width(network) + " channels wide, the paper's at least " + PAPERS_LEAST
                        + ", so " + String.join(", ", changes) + "; set them to choose");
    }

    private static int width(ConvNeXtConfig network) {
        return network.dims().get(network.dims().size() - 1);
    }
}
