package org.convnext4j.model.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.layers.TensorSource;

/**
 * All tensors of a ConvNeXt by their facebook names, in the order and the shapes of the facebook state dict: convolutions
 * (out,in,height,width), linear layers (out,in), all others one-dimensional. Which there are, the network's
 * {@linkplain ConvNeXtConfig#plan layers} say.
 */
public final class ConvNeXtWeights implements TensorSource {
    private final ConvNeXtConfig config;
    private final Map<String, Tensor> tensors;

    private ConvNeXtWeights(ConvNeXtConfig config, Map<String, Tensor> tensors) {
        this.config = config;
        this.tensors = tensors;
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
}
