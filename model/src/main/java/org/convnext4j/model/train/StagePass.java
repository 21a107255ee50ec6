package org.convnext4j.model.train;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.model.weights.DownsampleWeights;
import org.convnext4j.model.weights.StageWeights;
import org.jspecify.annotations.Nullable;

/**
 * The layers of one stage.
 *
 * @param downsample before the blocks; none in stage 0
 * @param blocks in order
 */
record StagePass(@Nullable DownsamplePass downsample, List<BlockPass> blocks) {
    static StagePass of(Arena arena, Gemm gemm, StageWeights weights, StageWeights gradients, double epsilon) {
        List<BlockPass> blocks = new ArrayList<>();
        for (int i = 0; i < weights.blocks().size(); i++) {
            blocks.add(new BlockPass(
                    arena, gemm, weights.blocks().get(i), gradients.blocks().get(i), epsilon));
        }
        DownsampleWeights before = weights.downsample();
        DownsampleWeights gradBefore = gradients.downsample();
        DownsamplePass downsample =
                before == null || gradBefore == null ? null : new DownsamplePass(before, gradBefore, epsilon);
        return new StagePass(downsample, List.copyOf(blocks));
    }
}
