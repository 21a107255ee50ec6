package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.Activation;
import org.convnext4j.model.layers.ActivationLayer;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.LayerCursor;
import org.convnext4j.model.layers.LayerScaleLayer;
import org.convnext4j.model.layers.LinearLayer;
import org.convnext4j.model.layers.Norm;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.ResidualLayer;
import org.convnext4j.model.layers.ResponseNormLayer;
import org.convnext4j.model.layers.TensorSource;
import org.convnext4j.model.layers.Window;
import org.jspecify.annotations.Nullable;

/**
 * The pattern of a ConvNeXt block: {@code x + gamma * pwconv2(act(pwconv1(norm(dwconv(x)))))} (paper, section 2 and figure 4;
 * the reference's {@code Block.forward}), with V2's response norm before pwconv2.
 *
 * <p>{@link PlainBlock} computes just that, straight on the checkpoint's weights; {@link FusedBlock} on weights that are
 * folded and packed for it; {@link ResponseNormBlock} has the response norm.
 */
record BlockLayers(
        ConvLayer dwconv,
        NormLayer norm,
        LinearLayer pwconv1,
        ActivationLayer activation,
        @Nullable ResponseNormLayer responseNorm,
        LinearLayer pwconv2,
        @Nullable LayerScaleLayer gamma) {
    /** The layers of such a block; none for other blocks. */
    static @Nullable BlockLayers of(ResidualLayer block) {
        LayerCursor branch = new LayerCursor(block.branch());
        ConvLayer dwconv = branch.next(ConvLayer.class, BlockLayers::isDepthwise);
        NormLayer norm = branch.next(NormLayer.class, layer -> layer.kind() != Norm.BATCH);
        LinearLayer pwconv1 = linear(branch);
        ActivationLayer activation = branch.next(ActivationLayer.class, layer -> layer.kind() != Activation.RELU);
        ResponseNormLayer responseNorm = branch.next(ResponseNormLayer.class);
        LinearLayer pwconv2 = linear(branch);
        LayerScaleLayer gamma = branch.next(LayerScaleLayer.class);
        boolean whole =
                branch.atEnd() && block.shortcut().isEmpty() && block.after().isEmpty();
        if (!whole || dwconv == null || norm == null || pwconv1 == null || activation == null || pwconv2 == null) {
            return null;
        }
        return new BlockLayers(dwconv, norm, pwconv1, activation, responseNorm, pwconv2, gamma);
    }

    /** A linear layer, which may be written as a 1x1 convolution. */
    private static @Nullable LinearLayer linear(LayerCursor branch) {
        ConvLayer conv = branch.next(
                ConvLayer.class, layer -> layer.window().isPixel() && layer.groups() == 1 && layer.biased());
        return conv == null
                ? branch.next(LinearLayer.class)
                : new LinearLayer(conv.name(), conv.inputs(), conv.outputs());
    }

    /** Whether a convolution keeps channels apart and leaves the map its size. */
    private static boolean isDepthwise(ConvLayer layer) {
        Window window = layer.window();
        return layer.groups() == layer.inputs()
                && layer.inputs() == layer.outputs()
                && window.kernel() % 2 == 1
                && window.equals(Window.centred(window.kernel(), 1, window.dilation()));
    }

    /** The phases of a block's {@link Profile}; with a response norm the second pointwise convolution comes after it. */
    static final int DWCONV = 0;

    static final int NORM = 1;
    static final int PWCONV1 = 2;
    static final int PWCONV2 = 3;
    static final int RESPONSE_NORM = 3;
    static final int PWCONV2_AFTER_NORM = 4;

    /** The layers of each phase. */
    List<List<Layer>> phases() {
        List<List<Layer>> phases =
                new ArrayList<>(List.of(List.of(dwconv), List.of(norm), List.of(pwconv1, activation)));
        if (responseNorm != null) {
            phases.add(List.of(responseNorm));
        }
        phases.add(gamma == null ? List.of(pwconv2) : List.of(pwconv2, gamma));
        return List.copyOf(phases);
    }

    /** C. */
    int channels() {
        return dwconv.outputs();
    }

    /** The channels between the pointwise convolutions, 4C in all published networks. */
    int hidden() {
        return pwconv1.outputs();
    }

    /** The layer scale, (C), if there is one. */
    @Nullable
    Tensor scale(TensorSource weights) {
        return gamma == null ? null : weights.tensor(gamma.name());
    }

    /** The depthwise convolution on the fastest kernel that does it. */
    DepthwiseConv.Filters depthwise(KernelSet kernels, Arena arena, TensorSource weights) {
        Affine own = Affine.of(dwconv, weights);
        int dilation = dwconv.window().dilation();
        try (Arena packing = Arena.ofConfined()) {
            Tensor bias = own.biasOrZeros(packing);
            return dwconv.window().kernel() == DepthwiseConv.KERNEL && dilation == 1
                    ? kernels.depthwiseConv().pack(arena, own.weight(), bias)
                    : kernels.families().dilatedDepthwiseConv().pack(arena, dilation, own.weight(), bias);
        }
    }
}
