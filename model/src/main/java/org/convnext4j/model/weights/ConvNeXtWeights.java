package org.convnext4j.model.weights;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXtConfig;
import org.jspecify.annotations.Nullable;

/**
 * All tensors of a ConvNeXt, in the shapes of the facebook state dict: convolutions (out,in,height,width), linear layers
 * (out,in), all others one-dimensional.
 *
 * @param stem the picture to C0 channels
 * @param stages four, or one in an isotropic network
 * @param head the last channels to K classes
 */
public record ConvNeXtWeights(StemWeights stem, List<StageWeights> stages, HeadWeights head) {
    /** Stands for a tensor that a network does not have: shape (0). */
    private static final Tensor NONE = new Tensor(Shape.of(0), MemorySegment.NULL);

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if there are neither four stages nor one
     */
    public ConvNeXtWeights {
        stages = List.copyOf(stages);
        if (stages.size() != ConvNeXtConfig.STAGES && stages.size() != 1) {
            throw new IllegalArgumentException(
                    "a ConvNeXt has " + ConvNeXtConfig.STAGES + " stages or 1, not " + stages.size());
        }
    }

    /** Whether a tensor of these records stands for one that the network does not have. */
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
        Map<TensorId, Tensor> tensors = new HashMap<>();
        for (TensorSpec spec : TensorSpec.of(config)) {
            String name = TensorNames.OWN.format(spec.id());
            Tensor tensor = source.apply(name, spec.shape());
            if (!tensor.shape().equals(spec.shape())) {
                throw new IllegalArgumentException(
                        name + " must have the shape " + spec.shape() + ", not " + tensor.shape());
            }
            tensors.put(spec.id(), tensor);
        }
        return new Assembly(tensors).weights(config);
    }

    /** The facebook name and the shape of every tensor of a network, in the order of {@link #forEach}. */
    public static Map<String, Shape> shapes(ConvNeXtConfig config) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        TensorSpec.of(config).forEach(spec -> shapes.put(TensorNames.OWN.format(spec.id()), spec.shape()));
        return shapes;
    }

    /** Every tensor with its facebook name, in the order of the facebook state dict. */
    public void forEach(BiConsumer<String, Tensor> consumer) {
        emit(consumer, Part.STEM_CONV, 0, 0, stem.conv(), stem.convBias());
        emit(consumer, Part.STEM_CONV2, 0, 0, stem.conv2(), stem.conv2Bias());
        emit(consumer, Part.STEM_NORM2, 0, 0, stem.norm2(), stem.norm2Bias());
        emit(consumer, Part.STEM_NORM, 0, 0, stem.norm(), stem.normBias());
        for (int s = 0; s < stages.size(); s++) {
            @Nullable DownsampleWeights downsample = stages.get(s).downsample();
            if (downsample != null) {
                emit(consumer, Part.DOWNSAMPLE_NORM, s, 0, downsample.norm(), downsample.normBias());
                emit(consumer, Part.DOWNSAMPLE_CONV, s, 0, downsample.conv(), downsample.convBias());
            }
        }
        for (int s = 0; s < stages.size(); s++) {
            List<BlockWeights> blocks = stages.get(s).blocks();
            for (int b = 0; b < blocks.size(); b++) {
                BlockWeights block = blocks.get(b);
                @Nullable Tensor gamma = block.gamma();
                emit(consumer, Part.GAMMA, s, b, gamma == null ? NONE : gamma, NONE);
                emit(consumer, Part.DWCONV, s, b, block.dwconv(), block.dwconvBias());
                emit(consumer, Part.NORM, s, b, block.norm(), block.normBias());
                emit(consumer, Part.PWCONV1, s, b, block.pwconv1(), block.pwconv1Bias());
                emit(consumer, Part.RESPONSE_NORM, s, b, block.responseGamma(), block.responseBeta());
                emit(consumer, Part.PWCONV2, s, b, block.pwconv2(), block.pwconv2Bias());
            }
        }
        for (int s = 0; s < stages.size(); s++) {
            emit(
                    consumer,
                    Part.STAGE_NORM,
                    s,
                    0,
                    stages.get(s).norm(),
                    stages.get(s).normBias());
        }
        emit(consumer, Part.HEAD_NORM, 0, 0, head.norm(), head.normBias());
        emit(consumer, Part.HEAD_HIDDEN, 0, 0, head.hidden(), head.hiddenBias());
        emit(consumer, Part.HEAD, 0, 0, head.linear(), head.linearBias());
    }

    private static void emit(
            BiConsumer<String, Tensor> consumer, Part part, int stage, int block, Tensor weight, Tensor bias) {
        if (!isNone(weight)) {
            consumer.accept(TensorNames.OWN.format(new TensorId(part, stage, block, false)), weight);
        }
        if (!isNone(bias)) {
            consumer.accept(TensorNames.OWN.format(new TensorId(part, stage, block, true)), bias);
        }
    }

    /** Sorts tensors into the records. */
    private record Assembly(Map<TensorId, Tensor> tensors) {
        ConvNeXtWeights weights(ConvNeXtConfig config) {
            List<StageWeights> stages = new ArrayList<>();
            for (int s = 0; s < config.stages(); s++) {
                List<BlockWeights> blocks = new ArrayList<>();
                for (int b = 0; b < config.depths().get(s); b++) {
                    blocks.add(block(s, b, config.layerScale()));
                }
                DownsampleWeights downsample = s == 0 ? null : downsample(s);
                stages.add(new StageWeights(
                        downsample, blocks, weight(Part.STAGE_NORM, s, 0), bias(Part.STAGE_NORM, s, 0)));
            }
            StemWeights stem = new StemWeights(
                    weight(Part.STEM_CONV, 0, 0),
                    bias(Part.STEM_CONV, 0, 0),
                    weight(Part.STEM_CONV2, 0, 0),
                    bias(Part.STEM_CONV2, 0, 0),
                    weight(Part.STEM_NORM, 0, 0),
                    bias(Part.STEM_NORM, 0, 0),
                    weight(Part.STEM_NORM2, 0, 0),
                    bias(Part.STEM_NORM2, 0, 0));
            HeadWeights head = new HeadWeights(
                    weight(Part.HEAD_NORM, 0, 0),
                    bias(Part.HEAD_NORM, 0, 0),
                    weight(Part.HEAD_HIDDEN, 0, 0),
                    bias(Part.HEAD_HIDDEN, 0, 0),
                    weight(Part.HEAD, 0, 0),
                    bias(Part.HEAD, 0, 0));
            return new ConvNeXtWeights(stem, stages, head);
        }

        private DownsampleWeights downsample(int stage) {
            return new DownsampleWeights(
                    weight(Part.DOWNSAMPLE_NORM, stage, 0),
                    bias(Part.DOWNSAMPLE_NORM, stage, 0),
                    weight(Part.DOWNSAMPLE_CONV, stage, 0),
                    bias(Part.DOWNSAMPLE_CONV, stage, 0));
        }

        private BlockWeights block(int stage, int block, boolean layerScale) {
            return new BlockWeights(
                    weight(Part.DWCONV, stage, block),
                    bias(Part.DWCONV, stage, block),
                    weight(Part.NORM, stage, block),
                    bias(Part.NORM, stage, block),
                    weight(Part.PWCONV1, stage, block),
                    bias(Part.PWCONV1, stage, block),
                    weight(Part.RESPONSE_NORM, stage, block),
                    bias(Part.RESPONSE_NORM, stage, block),
                    weight(Part.PWCONV2, stage, block),
                    bias(Part.PWCONV2, stage, block),
                    layerScale ? weight(Part.GAMMA, stage, block) : null);
        }

        private Tensor weight(Part part, int stage, int block) {
            return tensors.getOrDefault(new TensorId(part, stage, block, false), NONE);
        }

        private Tensor bias(Part part, int stage, int block) {
            return tensors.getOrDefault(new TensorId(part, stage, block, true), NONE);
        }
    }
}
