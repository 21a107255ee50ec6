package org.convnext4j.model;

import java.lang.foreign.Arena;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.DownsampleWeights;

/** Between two stages: {@code conv2x2(norm(x))} (paper, section 2.6: the norm comes first). */
interface Downsampling {
    /** The layer before a stage. */
    static Downsampling of(
            KernelSet kernels, Arena arena, DownsampleWeights weights, ConvNeXtConfig config, int stage) {
        return config.dilation(stage) == 1
                ? new Downsample(kernels, arena, weights, config)
                : new DilatedDownsample(kernels, arena, weights, config, stage);
    }

    /** Floats of scratch that each member of the team needs, for input maps of this size. */
    long scratchFloats(int n, int height, int width);

    /** Floats that the team needs together, for input maps of this size. */
    long sharedFloats(int n, int height, int width);

    /** Runs the layer from {@code x} to {@code y}. */
    void forward(Pass pass, FeatureMap x, FeatureMap y);
}
