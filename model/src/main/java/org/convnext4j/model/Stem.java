package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.StemWeights;

/** From the picture's NCHW to the first map's NHWC. */
interface Stem {
    /** The stem that a network has. */
    static Stem of(KernelSet kernels, Arena arena, StemWeights weights, ConvNeXtConfig config) {
        return switch (config.design().stem().kind()) {
            case OVERLAP, OVERLAP_ACT -> new OverlapStem(kernels, arena, weights, config);
            case PATCH_HALVED -> new HalvedStem(kernels, arena, weights, config);
            case PATCH, PATCH_WITHOUT_NORM -> new PatchStem(kernels, arena, weights, config);
        };
    }

    /** A copy that outlives the checkpoint. */
    static MemorySegment copy(Arena arena, Tensor tensor) {
        return arena.allocate(tensor.data().byteSize(), Tensor.ALIGNMENT_BYTES).copyFrom(tensor.data());
    }

    /** Floats of scratch that each member of the team needs for pictures of this size. */
    long scratchFloats(int n, int height, int width);

    /** Floats that the team needs together for pictures of this size. */
    long sharedFloats(int n, int height, int width);

    /** Runs the stem from {@code picture}, (N, I, H, W), to {@code y}. */
    void forward(Pass pass, Tensor picture, FeatureMap y);
}
