package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.FirstCallKernels;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.model.layers.Activation;
import org.convnext4j.model.layers.ActivationLayer;
import org.convnext4j.model.layers.BlockPlan;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.GlobalPoolLayer;
import org.convnext4j.model.layers.HeadPlan;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.LayerCursor;
import org.convnext4j.model.layers.LayerScaleLayer;
import org.convnext4j.model.layers.LinearLayer;
import org.convnext4j.model.layers.MaxPoolLayer;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.Norm;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.ResidualLayer;
import org.convnext4j.model.layers.ResponseNormLayer;
import org.convnext4j.model.layers.TensorSource;
import org.convnext4j.model.layers.Window;
import org.jspecify.annotations.Nullable;

/**
 * Finds in a list of layers the patterns that steps run, the longest first, and packs their weights.
 */
final class ProgramBuilder {
    private final Engine engine;
    private final KernelSet kernels;
    private final @Nullable FirstCallKernels first;
    private final Arena arena;
    private final TensorSource weights;

    private ProgramBuilder(Engine engine, @Nullable FirstCallKernels first, Arena arena, TensorSource weights) {
        this.engine = engine;
        this.kernels = first == null ? engine.kernels() : first.kernels();
        this.first = first;
        this.arena = arena;
        this.weights = weights;
    }

    /** Steps on weights folded and packed for the engine; the source of the weights is not needed afterwards. */
    static ProgramBuilder fused(Engine engine, Arena arena, TensorSource weights) {
        return new ProgramBuilder(engine, null, arena, weights);
    }

    /**
     * Steps that run at once, straight on the weights where they lie, which must outlive them. Only for networks that
     * {@link #runsPlain} accepts.
     */
    static ProgramBuilder plain(Engine engine, FirstCallKernels first, Arena arena, TensorSource weights) {
        return new ProgramBuilder(engine, first, arena, weights);
    }

    /** Whether the kernels of first calls run a network: those of ConvNeXt's own layers only are there. */
    static boolean runsPlain(NetworkPlan plan) {
        return plan.stages().stream()
                        .flatMap(stage -> stage.blocks().stream())
                        .allMatch(block -> match(block).isPresent())
                && Stream.concat(
                                plan.stem().stream(),
                                plan.stages().stream().flatMap(stage -> stage.downsample().stream()))
                        .allMatch(ProgramBuilder::isOfConvNeXt);
    }

    private static boolean isOfConvNeXt(Layer layer) {
        return switch (layer) {
            case ConvLayer conv -> isWindowed(conv);
            case NormLayer norm -> isOfPixels(norm);
            case ActivationLayer activation -> isInFamilies(activation);
            case LinearLayer _,
                    ResponseNormLayer _,
                    MaxPoolLayer _,
                    GlobalPoolLayer _,
                    LayerScaleLayer _,
                    ResidualLayer _ -> false;
        };
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
        if (conv == null || stem.next(NormLayer.class, norm -> !isOfPixels(norm)) != null) {
            stem.moveTo(begin);
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
            ConvLayer patches = layers.next(
                    ConvLayer.class, conv -> isPatches(conv) && !conv.window().isPixel());
            return patches == null ? norm(norm) : new NormedPatchConv(kernels, arena, norm, patches, weights);
        }
        ConvLayer conv = layers.next(ConvLayer.class);
        if (conv != null) {
            NormLayer batchNorm = layers.next(NormLayer.class, next -> next.kind() == Norm.BATCH);
            return batchNorm == null && isWindowed(conv) && !conv.window().isPixel()
                    ? windowed(conv, layers)
                    : strided(conv, batchNorm, layers);
        }
        LinearLayer linear = layers.next(LinearLayer.class);
        if (linear != null) {
            return strided(linear.pointwise(), null, layers);
        }
        return single(layers);
    }

    /** Layers that no pattern begins with. */
    private @Nullable Step single(LayerCursor layers) {
        ActivationLayer activation = layers.next(ActivationLayer.class);
        if (activation != null) {
            return Elementwise.of(engine, activation.kind()).step();
        }
        LayerScaleLayer scale = layers.next(LayerScaleLayer.class);
        if (scale != null) {
            return new ChannelScale(engine, arena, scale, weights);
        }
        return layers.next(MaxPoolLayer.class) == null ? null : new MaxPoolStep(engine);
    }

    private WindowConv windowed(ConvLayer conv, LayerCursor layers) {
        ActivationLayer activation = layers.next(ActivationLayer.class, ProgramBuilder::isInFamilies);
        NormLayer norm = layers.next(NormLayer.class, ProgramBuilder::isOfPixels);
        return new WindowConv(kernels, arena, conv, activation, norm, weights);
    }

    private @Nullable Step strided(ConvLayer conv, @Nullable NormLayer batchNorm, LayerCursor layers) {
        if (!conv.isStrided()) {
            return null;
        }
        ActivationLayer activation = layers.next(ActivationLayer.class);
        Elementwise after = activation == null ? null : Elementwise.of(engine, activation.kind());
        Affine own = Affine.of(conv, weights);
        if (batchNorm == null) {
            return StridedConv.of(engine, arena, conv, own, after);
        }
        try (Arena folding = Arena.ofConfined()) {
            return StridedConv.of(engine, arena, conv, Folding.withBatchNorm(folding, own, batchNorm, weights), after);
        }
    }

    private @Nullable Step block(ResidualLayer block) {
        Optional<BlockPlan> found = match(block);
        if (found.isEmpty()) {
            return residual(block);
        }
        BlockPlan layers = found.get();
        if (layers.response() != null) {
            return first == null
                    ? ResponseNormBlock.fused(kernels, arena, layers, weights)
                    : ResponseNormBlock.plain(first, arena, layers, weights);
        }
        return first == null
                ? new FusedBlock(kernels, arena, layers, weights)
                : new PlainBlock(first, arena, layers, weights);
    }

    /** The pattern of a ConvNeXt block, whose linear layers may be written as 1x1 convolutions. */
    private static Optional<BlockPlan> match(ResidualLayer block) {
        List<Layer> branch =
                block.branch().stream().map(ProgramBuilder::asLinear).toList();
        return BlockPlan.match(new ResidualLayer(block.number(), branch, block.shortcut(), block.after()));
    }

    private static Layer asLinear(Layer layer) {
        return layer instanceof ConvLayer conv && conv.window().isPixel() && isWindowed(conv)
                ? new LinearLayer(conv.name(), conv.inputs(), conv.outputs())
                : layer;
    }

    private @Nullable Step residual(ResidualLayer block) {
        LayerCursor after = new LayerCursor(block.after());
        ActivationLayer activation = after.next(ActivationLayer.class);
        if (block.branch().isEmpty() || !after.atEnd()) {
            return null;
        }
        String where = "block " + block.number();
        return new ResidualStep(
                engine,
                steps(new LayerCursor(block.branch()), "the branch of " + where),
                steps(new LayerCursor(block.shortcut()), "the shortcut of " + where),
                activation == null ? null : activation.kind());
    }

    /** Windows of one group with a bias, which may overlap, be dilated or lie unevenly. */
    private static boolean isWindowed(ConvLayer layer) {
        return layer.groups() == 1 && layer.biased();
    }

    /** Windows that lie side by side. */
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
