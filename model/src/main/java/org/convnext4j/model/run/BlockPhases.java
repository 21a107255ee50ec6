package org.convnext4j.model.run;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.model.layers.BlockPlan;
import org.convnext4j.model.layers.Layer;

/**
 * The phases of a fused block in a {@link Profile}. With a response norm the second pointwise convolution comes after it.
 */
final class BlockPhases {
    static final int DWCONV = 0;
    static final int NORM = 1;
    static final int PWCONV1 = 2;
    static final int PWCONV2 = 3;
    static final int RESPONSE_NORM = 3;
    static final int PWCONV2_AFTER_NORM = 4;

    private BlockPhases() {}

    /** The layers of each phase. */
    static List<List<Layer>> of(BlockPlan block) {
        List<List<Layer>> phases = new ArrayList<>();
        phases.add(List.of(block.depthwise()));
        phases.add(List.of(block.norm()));
        phases.add(List.of(block.expand(), block.activation()));
        if (block.response() != null) {
            phases.add(List.of(block.response()));
        }
        phases.add(block.scale() == null ? List.of(block.project()) : List.of(block.project(), block.scale()));
        return List.copyOf(phases);
    }
}
