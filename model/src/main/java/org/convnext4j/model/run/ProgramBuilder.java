package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.FirstCallKernels;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.model.layers.Activation;
import org.convnext4j.model.layers.ActivationLayer;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.HeadPlan;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.LayerCursor;
import org.convnext4j.model.layers.Norm;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.ResidualLayer;
import org.convnext4j.model.layers.TensorSource;
import org.convnext4j.model.layers.Window;
import org.jspecify.annotations.Nullable;

/**
 * Finds in a list of layers the patterns that steps run, the longest first, and packs their weights.
 */
final class ProgramBuilder {
    private final KernelSet kernels;
    private final @Nullable FirstCallKernels first;
    private final Arena arena;
    private final TensorSource weights;

    private ProgramBuilder(
            KernelSet kernels, @Nullable FirstCallKernels first, Arena arena, TensorSource weights) {
        this.kernels = kernels;
        this.first = first;
        this.arena = arena;
        this.weights = weights;
    }

    /** Steps on weights folded and packed for {@code kernels}; the source of the weights is not needed afterwards. */
    static ProgramBuilder fused(KernelSet kernels, Arena arena, TensorSource weights) {
        return new ProgramBuilder(kernels, null, arena, weights);
    }

    /** Steps that run at once, straight on the weights where they lie, which must outlive them. */
    static ProgramBuilder plain(FirstCallKernels first, Arena arena, TensorSource weights) {
        return new ProgramBuilder(first.kernels(), first, arena, weights);
    }

    /**
     * A step and what it runs.
     *
     * @param layers say which shape a map has behind it
     */
    record Placed<S>(S step, List<Layer> layers) {}

    /** The step that reads the picture: the first layers of the stem, or none of them where no pattern fits. */
    Placed<PictureStep> picture(LayerCursor stem) {
        int begin = stem.position();
        ConvLayer conv = stem.next(ConvLayer.class, ProgramBuilder::isPatches);
        if (conv == null) {
            return new Placed<>(new PictureRows(), List.of());
        }
        NormLayer norm = stem.next(NormLayer.class, ProgramBuilder::isOfPixels);
        return new Placed<>(new PicturePatches(kernels, arena, conv, norm, weights), stem.since(begin));
    }

    /**
     * The steps of all layers that are left.
     *
     * @param where for messages
     * @throws IllegalArgumentException if there is a layer that no pattern covers
     */
    List<Placed<Step>> steps(LayerCursor layers, String where) {
        List<Placed<Step>> steps = new ArrayList<>();
        while (!layers.atEnd()) {
            int begin = layers.position();
            Step step = step(layers);
            if (step == null) {
                layers.moveTo(begin);
                throw new IllegalArgumentException(
                        "nothing here runs " + layers.describe() + " of " + where + " where it stands");
            }
            steps.add(new Placed<>(step, layers.since(begin)));
        }
        return steps;
    }

    /** A norm by itself. */
    PixelNorm norm(NormLayer layer) {
        return PixelNorm.of(kernels, arena, layer, weights);
    }

    /** What comes behind the last map. */
    Head head(HeadPlan plan) {
        return new Head(kernels, arena, plan, weights);
    }

    private @Nullable Step step(LayerCursor layers) {
        ResidualLayer block = layers.next(ResidualLayer.class);
        if (block != null) {
            return block(block);
        }
        NormLayer norm = layers.next(NormLayer.class, ProgramBuilder::isOfPixels);
        if (norm != null) {
            ConvLayer conv = layers.next(ConvLayer.class, ProgramBuilder::isPatches);
            return conv == null
                    ? norm(norm)
                    : new NormedPatchConv(kernels, arena, norm, conv, weights);
        }
        ConvLayer conv = layers.next(ConvLayer.class, layer -> layer.groups() == 1);
        return conv == null ? null : convolution(conv, layers);
    }

    private WindowConv convolution(ConvLayer conv, LayerCursor layers) {
        ActivationLayer activation = layers.next(ActivationLayer.class, ProgramBuilder::isInFamilies);
        NormLayer norm = layers.next(NormLayer.class, ProgramBuilder::isOfPixels);
        return new WindowConv(kernels, arena, conv, activation, norm, weights);
    }

    private @Nullable Step block(ResidualLayer block) {
        BlockLayers layers = BlockLayers.of(block);
        if (layers == null) {
            return null;
        }
        if (layers.responseNorm() != null) {
            return first == null
                    ? ResponseNormBlock.fused(kernels, arena, layers, weights)
                    : ResponseNormBlock.plain(first, arena, layers, weights);
        }
        return first == null
                ? new FusedBlock(kernels, arena, layers, weights)
                : new PlainBlock(first, arena, layers, weights);
    }

    /** Windows that lie side by side, of more than a pixel. */
    private static boolean isPatches(ConvLayer layer) {
        Window window = layer.window();
        return layer.groups() == 1 && window.equals(Window.patch(window.kernel()));
    }

    private static boolean isOfPixels(NormLayer layer) {
        return layer.kind() != Norm.BATCH;
    }

    private static boolean isInFamilies(ActivationLayer layer) {
        return layer.kind() != Activation.RELU;
    }
}
