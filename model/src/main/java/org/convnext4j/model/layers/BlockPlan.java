package org.convnext4j.model.layers;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a ConvNeXt block: {@code x + scale * project(act(expand(norm(depthwise(x)))))} (paper, section 2 and figure
 * 4; the reference's {@code Block.forward}), with V2's response norm before {@code project}. Such a block is computed as a
 * whole.
 *
 * @param number of the block in the network
 * @param depthwise leaves the map its size
 * @param norm over the channels
 * @param expand to the hidden channels
 * @param activation a smooth one
 * @param response after the activation; none in most networks
 * @param project back to the map's channels
 * @param scale at the end of the branch; none in some networks
 */
public record BlockPlan(
        int number,
        ConvLayer depthwise,
        NormLayer norm,
        LinearLayer expand,
        ActivationLayer activation,
        @Nullable ResponseNormLayer response,
        LinearLayer project,
        @Nullable LayerScaleLayer scale) {
    /** Empty if a block is another one. */
    public static Optional<BlockPlan> match(ResidualLayer block) {
        LayerCursor branch = new LayerCursor(block.branch());
        ConvLayer depthwise = branch.next(ConvLayer.class, BlockPlan::isMapWide);
        NormLayer norm = branch.next(NormLayer.class, layer -> layer.kind() != Norm.BATCH);
        LinearLayer expand = branch.next(LinearLayer.class);
        ActivationLayer activation = branch.next(ActivationLayer.class, layer -> layer.kind() != Activation.RELU);
        ResponseNormLayer response = branch.next(ResponseNormLayer.class);
        LinearLayer project = branch.next(LinearLayer.class);
        LayerScaleLayer scale = branch.next(LayerScaleLayer.class);
        boolean whole =
                branch.atEnd() && block.shortcut().isEmpty() && block.after().isEmpty();
        if (!whole || depthwise == null || norm == null || expand == null || activation == null || project == null) {
            return Optional.empty();
        }
        return Optional.of(
                new BlockPlan(block.number(), depthwise, norm, expand, activation, response, project, scale));
    }

    /** Whether a convolution keeps the channels apart and leaves the map its size. */
    private static boolean isMapWide(ConvLayer layer) {
        int kernel = layer.window().kernel();
        return layer.groups() == layer.inputs()
                && layer.inputs() == layer.outputs()
                && layer.biased()
                && kernel % 2 == 1
                && layer.window()
                        .equals(Window.centred(kernel, 1, layer.window().dilation()));
    }

    /** C. */
    public int channels() {
        return depthwise.outputs();
    }

    /** The channels between the linear layers, 4C in all published networks. */
    public int hidden() {
        return expand.outputs();
    }
}
