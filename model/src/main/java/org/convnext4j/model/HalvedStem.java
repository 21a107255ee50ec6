package org.convnext4j.model;

import java.lang.foreign.Arena;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.DownsampleWeights;
import org.convnext4j.model.weights.StemWeights;

/** The paper's stem with smaller patches, then a downsampling of the stages' kind: timm's with {@code patch_size} 2. */
final class HalvedStem implements Stem {
    private final int patch;
    private final int channels;
    private final PatchStem patches;
    private final Downsample halving;

    HalvedStem(KernelSet kernels, Arena arena, StemWeights weights, ConvNeXtConfig config) {
        this.patch = config.patchKernel();
        this.channels = config.dims().get(0);
        this.patches = new PatchStem(kernels, arena, weights, config);
        DownsampleWeights second =
                new DownsampleWeights(weights.norm2(), weights.norm2Bias(), weights.conv2(), weights.conv2Bias());
        this.halving = new Downsample(kernels, arena, second, config);
    }

    @Override
    public long scratchFloats(int n, int height, int width) {
        return Math.max(
                patches.scratchFloats(n, height, width), halving.scratchFloats(n, height / patch, width / patch));
    }

    @Override
    public long sharedFloats(int n, int height, int width) {
        return (long) n * (height / patch) * (width / patch) * channels;
    }

    @Override
    public void forward(Pass pass, Tensor picture, FeatureMap y) {
        FeatureMap between =
                new FeatureMap(pass.shared(), picture.dim(0), picture.dim(2) / patch, picture.dim(3) / patch, channels);
        patches.forward(pass, picture, between);
        halving.forward(pass, between, y);
    }
}
