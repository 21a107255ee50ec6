package org.convnext4j.model.weights;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/**
 * All tensors of a ConvNeXt by their facebook names, in the order and the shapes of the facebook state dict: convolutions
 * (out,in,height,width), linear layers (out,in), all others one-dimensional. Which there are, the network's
 * {@linkplain ConvNeXtConfig#plan layers} say.
 */
public final class ConvNeXtWeights implements TensorSource {
    /** Stands for a tensor that a network does not have: shape (0). */
    private static final Tensor NONE = new Tensor(Shape.of(0), MemorySegment.NULL);

    private final ConvNeXtConfig config;
    private final Map<String, Tensor> tensors;

    private ConvNeXtWeights(ConvNeXtConfig config, Map<String, Tensor> tensors) {
        this.config = config;
        this.tensors = tensors;
    }

    /** Whether a tensor of the records stands for one that the network does not have. */
    public static boolean isNone(Tensor tensor) {
        return tensor.elements() == 0;
    }

    /**
     * Puts weights together from wherever they come.
     *
     * @param config what tensors there are
     * @param source gives the tensor of a facebook name and shape; called once for each, in the order of
     *     {@link #forEach}
     * @throws IllegalArgumentException if a tensor comes in another shape
     */
    public static ConvNeXtWeights assemble(ConvNeXtConfig config, BiFunction<String, Shape, Tensor> source) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        shapes(config).forEach((name, shape) -> {
            Tensor tensor = source.apply(name, shape);
            if (!tensor.shape().equals(shape)) {
                throw new IllegalArgumentException(name + " must have the shape " + shape + ", not " + tensor.shape());
            }
            tensors.put(name, tensor);
        });
        return new ConvNeXtWeights(config, tensors);
    }

    /** The facebook name and the shape of every tensor of a network, in the order of {@link #forEach}. */
    public static Map<String, Shape> shapes(ConvNeXtConfig config) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        TensorSpec.of(config).forEach(spec -> shapes.put(TensorNames.OWN.format(spec.id()), spec.shape()));
        return shapes;
    }

    /** Every tensor with its facebook name, in the order of the facebook state dict. */
    public void forEach(BiConsumer<String, Tensor> consumer) {
        tensors.forEach(consumer);
    }

    /**
     * The tensor of a facebook name.
     *
     * @throws IllegalArgumentException if the network has none of this name
     */
    @Override
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(config.name() + " has no tensor " + name);
        }
        return tensor;
    }

    private Tensor orNone(String name) {
        return tensors.getOrDefault(name, NONE);
    }

    private Tensor weight(String layer) {
        return orNone(layer + ".weight");
    }

    private Tensor bias(String layer) {
        return orNone(layer + ".bias");
    }

    /** The picture to C0 channels. */
    public StemWeights stem() {
        String name = "downsample_layers.0.";
        return new StemWeights(
                weight(name + "0"),
                bias(name + "0"),
                weight(name + "2"),
                bias(name + "2"),
                weight(name + "1"),
                bias(name + "1"),
                weight(name + "3"),
                bias(name + "3"));
    }

    /** Four stages, or one in an isotropic network. */
    public List<StageWeights> stages() {
        List<StageWeights> stages = new ArrayList<>();
        for (int s = 0; s < config.stages(); s++) {
            List<BlockWeights> blocks = new ArrayList<>();
            for (int b = 0; b < config.depths().get(s); b++) {
                blocks.add(block("stages." + s + "." + b + "."));
            }
            String norm = "stage_norms." + s;
            stages.add(new StageWeights(s == 0 ? null : downsample(s), blocks, weight(norm), bias(norm)));
        }
        return stages;
    }

    private DownsampleWeights downsample(int stage) {
        String name = "downsample_layers." + stage + ".";
        return new DownsampleWeights(weight(name + "0"), bias(name + "0"), weight(name + "1"), bias(name + "1"));
    }

    private BlockWeights block(String name) {
        @Nullable Tensor gamma = tensors.get(name + "gamma");
        return new BlockWeights(
                weight(name + "dwconv"),
                bias(name + "dwconv"),
                weight(name + "norm"),
                bias(name + "norm"),
                weight(name + "pwconv1"),
                bias(name + "pwconv1"),
                orNone(name + "grn.gamma"),
                orNone(name + "grn.beta"),
                weight(name + "pwconv2"),
                bias(name + "pwconv2"),
                gamma);
    }

    /** The last channels to K classes. */
    public HeadWeights head() {
        return new HeadWeights(
                weight("norm"), bias("norm"), weight("head_hidden"), bias("head_hidden"), weight("head"), bias("head"));
    }
}
