package org.convnext4j.model;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.run.Results;
import org.convnext4j.model.run.Wanted;

/** What a forward pass can give; {@link Output#of} says what that of a network can. */
public enum Output {
    /** The map after stage 0, (N, C0, H / 4, W / 4). */
    STAGE0,
    /** The map after stage 1, (N, C1, H / 8, W / 8). */
    STAGE1,
    /** The map after stage 2, (N, C2, H / 16, W / 16) unless the stage is dilated. */
    STAGE2,
    /** The map after stage 3, (N, C3, H / 32, W / 32) unless the stage is dilated. */
    STAGE3,
    /**
     * What the classifier takes: the pooled map of the last stage after the final norm, (N, C3), or, where the head has a
     * hidden layer, what that gives after its GELU, (N, M). Of a network without a final norm it is the pooled map.
     */
    EMBEDDING,
    /** The scores before softmax, (N, K). */
    LOGITS;

    /** The name in files and on the command line, such as {@code stage0}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The map of a stage, from 0. */
    public static Output stage(int stage) {
        return values()[stage];
    }

    /** What a forward pass of a network can give: an isotropic network has one stage, and not every network a classifier. */
    public static Set<Output> of(ConvNeXtConfig config) {
        Set<Output> outputs = EnumSet.of(EMBEDDING);
        for (int s = 0; s < config.stages(); s++) {
            outputs.add(stage(s));
        }
        if (config.classes() > 0) {
            outputs.add(LOGITS);
        }
        return outputs;
    }

    /** What the network is to compute for these. */
    static Wanted wanted(Set<Output> outputs, boolean normed) {
        Set<Integer> stages = new HashSet<>();
        for (int stage = 0; stage(stage) != EMBEDDING; stage++) {
            if (outputs.contains(stage(stage))) {
                stages.add(stage);
            }
        }
        return new Wanted(stages, normed, outputs.contains(EMBEDDING), outputs.contains(LOGITS));
    }

    /** What the network computed. */
    static Map<Output, Tensor> named(Results results) {
        Map<Output, Tensor> outputs = new EnumMap<>(Output.class);
        results.stages().forEach((stage, map) -> outputs.put(stage(stage), map));
        if (results.embedding() != null) {
            outputs.put(EMBEDDING, results.embedding());
        }
        if (results.logits() != null) {
            outputs.put(LOGITS, results.logits());
        }
        return outputs;
    }
}
