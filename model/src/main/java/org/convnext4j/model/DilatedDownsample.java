package org.convnext4j.model;

import java.lang.foreign.Arena;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.Windows;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.DownsampleWeights;

/**
 * What stands before a dilated stage, with the same weights: stride 1, so that the map keeps its size, and zeros around
 * it. The taps are as far apart as pixels of the last undilated map: 1 before the first dilated stage, 2 before the second.
 * Two taps that are 1 apart need one zero, which timm puts below and to the right; 2 apart, one on either side.
 *
 * <p>The zeros stand for normed pixels, so the norm's affine part cannot be folded into the convolution.
 */
final class DilatedDownsample implements Downsampling {
    private static final int KERNEL = 2;

    /** timm dilates it no further. */
    private static final int MAX_DILATION = 2;

    private final int inChannels;
    private final NormLayer norm;
    private final WindowConv conv;

    DilatedDownsample(KernelSet kernels, Arena arena, DownsampleWeights weights, ConvNeXtConfig config, int stage) {
        this.inChannels = weights.conv().dim(1);
        this.norm = NormLayer.of(
                kernels, arena, config.design().norm(), config.layerNormEps(), weights.norm(), weights.normBias());
        int dilation = Math.min(MAX_DILATION, config.dilation(stage) / 2);
        Windows windows = new Windows(KERNEL, 1, dilation, dilation / 2);
        this.conv = new WindowConv(kernels, arena, windows, weights.conv(), weights.convBias(), null, null);
    }

    @Override
    public long scratchFloats(int n, int height, int width) {
        return conv.scratchFloats(n, height, width);
    }

    @Override
    public long sharedFloats(int n, int height, int width) {
        return (long) n * height * width * inChannels;
    }

    @Override
    public void forward(Pass pass, FeatureMap x, FeatureMap y) {
        FeatureMap normed = new FeatureMap(pass.shared(), x.n(), x.height(), x.width(), inChannels);
        pass.team().run(x.rows(), (row, member) -> {
            long at = x.rowBytes(row);
            norm.forward(x.width(), x.data(), at, normed.data(), at);
        });
        conv.forward(pass, normed, y);
    }
}
