package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.Activation;
import org.convnext4j.engine.kernel.Windows;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Design;
import org.convnext4j.model.design.StemKind;
import org.convnext4j.model.weights.StemWeights;

/**
 * timm's overlapping stem: {@code norm(conv3x3(conv3x3(picture)))}, each of stride 2 and padding 1, with or without an
 * activation between them.
 */
final class OverlapStem implements Stem {
    private static final Windows WINDOWS = new Windows(3, 2, 1, 1);

    private final int inChannels;
    private final int middle;
    private final WindowConv first;
    private final WindowConv second;

    OverlapStem(KernelSet kernels, Arena arena, StemWeights weights, ConvNeXtConfig config) {
        Design design = config.design();
        this.inChannels = config.inChannels();
        this.middle = design.stem().width();
        Activation activation =
                design.stem().kind() == StemKind.OVERLAP_ACT ? kernels.activation(design.activation()) : null;
        this.first = new WindowConv(kernels, arena, WINDOWS, weights.conv(), weights.convBias(), activation, null);
        NormLayer norm =
                NormLayer.of(kernels, arena, design.norm(), config.layerNormEps(), weights.norm(), weights.normBias());
        this.second = new WindowConv(kernels, arena, WINDOWS, weights.conv2(), weights.conv2Bias(), null, norm);
    }

    private static int half(int side) {
        return Math.ceilDiv(side, 2);
    }

    @Override
    public long scratchFloats(int n, int height, int width) {
        int h = half(height);
        int w = half(width);
        return Math.max(first.scratchFloats(n, h, w), second.scratchFloats(n, half(h), half(w)));
    }

    @Override
    public long sharedFloats(int n, int height, int width) {
        return pictureFloats(n, height, width) + (long) n * half(height) * half(width) * middle;
    }

    private long pictureFloats(int n, int height, int width) {
        return (long) n * height * width * inChannels;
    }

    @Override
    public void forward(Pass pass, Tensor picture, FeatureMap y) {
        int n = picture.dim(0);
        int height = picture.dim(2);
        int width = picture.dim(3);
        FeatureMap x = new FeatureMap(pass.shared(), n, height, width, inChannels);
        pass.team().run(n * height, (row, member) -> channelsLast(picture, row, x));
        MemorySegment rest = pass.shared().asSlice(pictureFloats(n, height, width) * Float.BYTES);
        FeatureMap between = new FeatureMap(rest, n, half(height), half(width), middle);
        first.forward(pass, x, between);
        second.forward(pass, between, y);
    }

    /** One row, counted over all pictures. */
    private void channelsLast(Tensor picture, int row, FeatureMap x) {
        int image = row / x.height();
        for (int c = 0; c < inChannels; c++) {
            long from = (((long) image * inChannels + c) * x.height() + row % x.height()) * x.width();
            long to = (long) row * x.width() * inChannels + c;
            for (int column = 0; column < x.width(); column++) {
                float value = picture.data().getAtIndex(Tensor.FLOAT, from + column);
                x.data().setAtIndex(Tensor.FLOAT, to + (long) column * inChannels, value);
            }
        }
    }
}
